import {
  batchOf,
  columnReader,
  conformBatch,
  fromArrowSchema,
  looksLikeBatch,
  plainValues,
  type RowsOrBatches,
  showValue,
  toArrowSchema,
  toBatch,
  toBatches,
  validityOf,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../../errors.ts";
import { concatBatches } from "../../where/concat.ts";
import { columnData, project } from "../../merge/row-set.ts";
import type { Shape } from "./columns.ts";
import { KeyFinder } from "./key-finder.ts";
import { rowHashes } from "./row-hash.ts";
import { HEX_BYTES } from "./sha256.ts";

/** The rows of a load, by key and time. */
export interface Load {
  /** The kept columns. */
  readonly batch: RecordBatch;
  readonly rows: number;
  readonly keys: KeyFinder;
  /** Microseconds since 1970; undefined where every row is so from the time of the load. */
  readonly times: BigInt64Array | undefined;
  /** 1 for a deleted record. */
  readonly isDeleted: Uint8Array;
  /** 64 characters a row. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** The first row of each key, by time; -1 for none. */
  readonly first: Int32Array;
  /** The next row with the same key, later; -1 ends. */
  readonly next: Int32Array;
}

/** @throws LakeError LAKE_INVALID_VALUE, LAKE_MERGE_AMBIGUOUS; CoreError for a row that cannot be taken. */
export async function readLoad(
  shape: Shape,
  given: RowsOrBatches,
  signal: AbortSignal | undefined,
): Promise<Load> {
  const batches: RecordBatch[] = [];
  const data = looksLikeBatch(given) ? [given] : given;
  for await (const batch of toBatches(shape.input, data as RowsOrBatches)) {
    signal?.throwIfAborted();
    batches.push(conformBatch(shape.input, batch));
  }
  const [head, ...more] = batches;
  const whole = plainBatch(head ? concatBatches([head, ...more]) : toBatch(shape.input, []));
  const isDeleted = flagsOf(whole, shape.deleted);
  assertComplete(shape, whole, isDeleted);
  const batch = project(
    whole,
    shape.kept.map(({ name }) => name),
  );
  const load = {
    batch,
    rows: batch.numRows,
    keys: new KeyFinder(shape.input, whole, shape.key),
    times: shape.changedAt === undefined ? undefined : timesOf(whole, shape, shape.changedAt),
    isDeleted,
    hashes: rowHashes(shape.input, whole, shape.compare),
  };
  return { ...load, ...chains(shape, load, whole) };
}

function plainBatch(batch: RecordBatch): RecordBatch {
  const columns = batch.data.children.map(plainValues);
  return columns.every((column, k) => column === batch.data.children[k])
    ? batch
    : batchOf(toArrowSchema(fromArrowSchema("plain", batch.schema)), batch.numRows, columns);
}

function flagsOf(batch: RecordBatch, name: string | undefined): Uint8Array {
  const flags = new Uint8Array(batch.numRows);
  if (name === undefined) return flags;
  const read = columnReader(columnData(batch, name));
  for (let row = 0; row < flags.length; row++) flags[row] = Number(read(row) === true);
  return flags;
}

/** Only deleted records may come without what the source always has. */
function assertComplete(shape: Shape, batch: RecordBatch, isDeleted: Uint8Array): void {
  for (const name of shape.required) {
    const data = columnData(batch, name);
    if (data.nullCount === 0) continue;
    const isValid = validityOf(data);
    const row = isDeleted.findIndex((deleted, k) => deleted === 0 && !isValid(k));
    if (row < 0) continue;
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `record: row ${row} has no "${name}", and the source's column is not nullable.`,
      { hint: "Make the column nullable, or mend the extract.", details: { column: name, row } },
    );
  }
}

function timesOf(batch: RecordBatch, { input }: Shape, name: string): BigInt64Array {
  const data = columnData(batch, name);
  if (data.nullCount > 0) {
    const isValid = validityOf(data);
    const row = Array.from({ length: data.length }, (_, k) => k).find((k) => !isValid(k));
    throw new LakeError("LAKE_INVALID_VALUE", `record: row ${row} has no "${name}".`, {
      hint: `"${name}" says since when a row is so; every row needs it.`,
      details: { column: name, row },
    });
  }
  const values = (data.values as BigInt64Array).subarray(0, data.length);
  const { type } = input.columns[name]!;
  return type.kind === "timestamp" && type.unit === "ms"
    ? values.map((value) => value * 1000n)
    : values;
}

/** Links the rows of each key in the order of time. */
function chains(
  shape: Shape,
  load: Pick<Load, "rows" | "keys" | "times" | "isDeleted" | "hashes">,
  whole: RecordBatch,
): Pick<Load, "first" | "next"> {
  const { rows, keys, times } = load;
  const first = new Int32Array(keys.size).fill(-1);
  const next = new Int32Array(rows).fill(-1);
  // From the last to the first: rows in the order of time then go in without a search.
  for (let row = rows - 1; row >= 0; row--) {
    const id = keys.ids[row]!;
    let before = -1;
    let after = first[id]!;
    while (after >= 0 && times && times[after]! < times[row]!) {
      before = after;
      after = next[after]!;
    }
    if (after >= 0 && (!times || times[after] === times[row])) {
      if (times && sameEvent(load, row, after)) continue;
      throw twice(shape, whole, row, after, times);
    }
    next[row] = after;
    if (before < 0) first[id] = row;
    else next[before] = row;
  }
  return { first, next };
}

/** Whether two rows of one key say the same. */
export function sameEvent(
  { hashes, isDeleted }: Pick<Load, "hashes" | "isDeleted">,
  a: number,
  b: number,
): boolean {
  if (isDeleted[a] !== isDeleted[b]) return false;
  return isDeleted[a] === 1 || sameBytes(hashes, a * HEX_BYTES, hashes, b * HEX_BYTES);
}

/** Whether two digests are equal. */
export function sameBytes(a: Uint8Array, from: number, b: Uint8Array, start: number): boolean {
  for (let k = 0; k < HEX_BYTES; k++) if (a[from + k] !== b[start + k]) return false;
  return true;
}

function twice(
  { key, changedAt }: Shape,
  batch: RecordBatch,
  a: number,
  b: number,
  times: BigInt64Array | undefined,
): LakeError {
  const shown = key.map((name) => `${name} ${showValue(columnReader(columnData(batch, name))(a))}`);
  const at = times ? ` with the same ${changedAt}` : "";
  return new LakeError(
    "LAKE_MERGE_AMBIGUOUS",
    `record: rows ${a} and ${b} have one key${at}: ${shown.join(", ")}.`,
    {
      hint: times
        ? "Leave out the one that does not count."
        : "Give changedAt, which says their order, or leave out the one that does not count.",
      details: { rows: [a, b] },
    },
  );
}
