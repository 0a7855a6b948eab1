import { WarehouseError } from "../../errors.ts";
import { invalid, isObject } from "../../options.ts";
import type { Strategy } from "../strategy.ts";
import type { StateRecord } from "./state.ts";

/** What an extraction remembers beside its watermark. */
export interface Body {
  readonly strategy: Strategy["kind"];
  /** Watermark: the columns of the cursor, and the value read to. */
  readonly cursor?: readonly string[] | undefined;
  readonly watermark?: string | undefined;
  /** Postgres: the oldest transaction that may not have ended when it was read. */
  readonly horizon?: string | undefined;
  /** Fingerprints of rows delivered that the overlap, or a null cursor, reads again. */
  readonly recent?: readonly string[] | undefined;
  readonly nulls?: readonly string[] | undefined;
  /** A range that was begun; whether it was written is not known. */
  readonly range?: RangeUnderWay | undefined;
  /** Full reads: rows there were, and for comparing each key with the fingerprint of its row. */
  readonly rows?: number | undefined;
  readonly keys?: readonly (readonly [key: string, fingerprint: string])[] | undefined;
}

export interface RangeUnderWay {
  readonly to: string | undefined;
  readonly horizon?: string | undefined;
  /** Where the part that is kept ends: cursor and tie break as text. */
  readonly after?: readonly string[] | undefined;
}

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION where the state is of another strategy, or was not made here. */
export function bodyOf(
  name: string,
  record: StateRecord | undefined,
  strategy: Strategy["kind"],
): Body {
  if (!record) return { strategy };
  let body: Body | undefined;
  try {
    body = JSON.parse(record.body) as Body;
  } catch {
    // Said below.
  }
  if (body?.strategy === strategy) {
    if (isBody(body)) return body;
    throw invalid(
      `The state of "${name}" is damaged.`,
      "Give the extraction another name to begin anew.",
    );
  }
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    body?.strategy === undefined
      ? `The state of "${name}" was not written by an extraction.`
      : `The state of "${name}" is of the strategy ${body.strategy}, and ${strategy} was asked for.`,
    { hint: "Give the extraction another name to begin anew." },
  );
}

function isBody({ cursor, watermark, horizon, recent, nulls, range, rows, keys }: Body): boolean {
  return (
    isTexts(cursor) &&
    isTexts(recent) &&
    isTexts(nulls) &&
    isText(watermark) &&
    isText(horizon) &&
    (rows === undefined || Number.isSafeInteger(rows)) &&
    isList(keys, (it) => Array.isArray(it) && it.length === 2 && isTexts(it)) &&
    (range === undefined || isRange(range))
  );
}

function isRange(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { to, horizon, after } = value as Partial<Record<keyof RangeUnderWay, unknown>>;
  return isText(to) && isText(horizon) && isTexts(after);
}

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(holds));
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isTexts(value: unknown): boolean {
  return isList(value, (item) => typeof item === "string");
}
