import { parseJson, showValue, stringifyJson } from "@lakewright/core";
import { invalid, isObject, isRecord } from "../../options.ts";
import { assertNext, type ExtractionState, type StateRecord } from "./state.ts";

/** Where the text of a JSON state is kept: a file, an object of a store. */
export interface TextPlace {
  /** The text; undefined where there is none yet. */
  read(): Promise<string | undefined>;
  /** Replaces it, as a whole. */
  write(text: string): Promise<void>;
}

type Kept = Readonly<Record<string, StateRecord>>;

/**
 * State in one JSON document, for lakes without a database: the path of a file, or a place of the caller's. One process at a
 * time may use it.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION, when it is read, where the text is no such document.
 */
export function jsonState(place: string | TextPlace): ExtractionState {
  const isPlace = isObject(place) && "read" in place;
  if (!isPlace && (typeof place !== "string" || place === "")) {
    throw invalid(
      `The place of jsonState is ${showValue(place)}, which is none.`,
      'Give the path of a file, jsonState("state.json"), or { read, write }.',
    );
  }
  const { read, write } = typeof place === "string" ? fileOf(place) : place;
  // Extractions that end at once would each write what the other has not seen.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const load = async (): Promise<Kept> => recordsOf(place, await read());
  return {
    load: (name) => inTurn(async () => recordOf(await load(), name)),
    commit: (name, record) =>
      inTurn(async () => {
        const kept = await load();
        assertNext(name, recordOf(kept, name)?.sequence, record);
        await write(`${stringifyJson({ ...kept, [name]: record }, 1)}\n`);
      }),
  };
}

function recordOf(kept: Kept, name: string): StateRecord | undefined {
  return Object.hasOwn(kept, name) ? kept[name] : undefined;
}

function recordsOf(place: string | TextPlace, text: string | undefined): Kept {
  if (text === undefined || text.trim() === "") return {};
  const what = typeof place === "string" ? place : "the place given";
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw invalid(`The state in ${what} is no JSON: ${showValue(text)}.`);
  }
  if (!isRecord(value)) {
    throw invalid(`The state in ${what} is no object of records: ${showValue(text)}.`);
  }
  const entries = Object.entries(value as Record<string, Partial<StateRecord> | null>);
  return Object.fromEntries(
    entries.map(([name, record]): [string, StateRecord] => {
      const { sequence, watermark, at, body } = record ?? {};
      const isWhole = typeof body === "string" && isWholeNumber(at) && isWholeNumber(sequence);
      if (!isWhole || BigInt(sequence) < 1n) {
        throw invalid(`The state in ${what} has no record of an extraction under "${name}".`);
      }
      return [name, { sequence: BigInt(sequence), watermark, at: BigInt(at), body }];
    }),
  );
}

/** Numbers up to 2^53 are read as numbers, greater ones as bigints. */
function isWholeNumber(value: unknown): value is bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** A file, replaced by renaming so that a reader never sees half of it. */
function fileOf(path: string): TextPlace {
  return {
    async read() {
      const { readFile } = await import("node:fs/promises");
      return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
    },
    async write(text) {
      const { open, rename } = await import("node:fs/promises");
      const file = await open(`${path}.next`, "w");
      await file.writeFile(text);
      await file.sync().finally(() => file.close());
      await rename(`${path}.next`, path);
    },
  };
}
