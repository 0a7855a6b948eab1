import { formatMicros, parseTimestamp } from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import type { SqlEngine } from "@lakewright/sql";
import { type Dimension, openWarehouse } from "@lakewright/warehouse";
import { same } from "../judge.ts";
import type { CaseRow, Scd2Batch, Scd2Case, Value } from "./case.ts";
import { dimensionOf, loadOptionsOf } from "./definition.ts";

/**
 * Plays a case, and throws where the table is not what it has to be after a batch, or where the batch changes something
 * when it comes again: under its own name, and under another a microsecond later.
 */
export async function play(engine: SqlEngine, given: Scd2Case, schema: string): Promise<void> {
  const target = dimensionOf(given);
  const warehouse = await openWarehouse(engine, { target }, { schema });
  const options = loadOptionsOf(given);
  for (const [k, batch] of given.batches.entries()) {
    const rows = batch.rows as never[];
    const at = microsOf(batch.at);
    const load = { ...options, at, loadId: `batch ${k}` };
    await warehouse.load(target, rows, load);
    await onlyLateRows(engine, `batch ${k}`, schema);
    const stored = await storedRows(engine, target, given, schema);
    check(`after batch ${k}`, given, batch, stored);

    const again = await warehouse.load(target, rows, load);
    same(`batch ${k} again: applied`, again.applied, false);
    const later = { ...options, at: at + 1n, loadId: `batch ${k} replayed` };
    const { inserted, updated, closed } = await warehouse.load(target, rows, later);
    same(`batch ${k} replayed: changes`, inserted + updated + closed, 0);
    const replayed = await storedRows(engine, target, given, schema);
    same(`table after the replay of batch ${k}`, replayed, stored);
  }
}

/** A change that the source dates before what is there is put aside; nothing else may be. */
async function onlyLateRows(engine: SqlEngine, what: string, schema: string): Promise<void> {
  const rejects = await engine
    .query(sql`SELECT reason FROM ${id(schema, "_wh_rejects")} WHERE reason <> 'late_change'`)
    .rows();
  same(`${what}: rows put aside`, rejects.length, 0);
}

function check(when: string, given: Scd2Case, batch: Scd2Batch, stored: readonly CaseRow[]): void {
  const { expected, expectedFiltered, expectedCount, expectedCurrentIds, expectedClosedIds } =
    batch;
  if (expected) sameRows(`table ${when}`, canonical(stored), canonical(expected));
  if (expectedFiltered) {
    const { filter, rows } = expectedFiltered;
    const chosen = stored.filter((row) =>
      Object.entries(filter).every(([name, value]) => row[name] === value),
    );
    sameRows(`rows ${JSON.stringify(filter)} ${when}`, canonical(chosen), canonical(rows));
  }
  if (expectedCount !== undefined) same(`rows ${when}`, stored.length, expectedCount);
  const open = instant(given.options.openValue);
  const ids = (isOpen: boolean): Value[] =>
    distinct(
      stored.filter((row) => (row["$to"] === open) === isOpen).map((row) => row[given.key[0]!]!),
    );
  if (expectedCurrentIds) same(`open keys ${when}`, ids(true), distinct(expectedCurrentIds));
  if (expectedClosedIds) same(`closed keys ${when}`, ids(false), distinct(expectedClosedIds));
}

/** The table in the words of the case, oldest version first. */
async function storedRows(
  engine: SqlEngine,
  target: Dimension,
  { options }: Scd2Case,
  schema: string,
): Promise<readonly CaseRow[]> {
  const key = id(target.surrogateKey);
  const rows = await engine
    .query(sql`SELECT * FROM ${id(schema, target.name)} WHERE ${key} > 0 ORDER BY ${key}`)
    .rows();
  return rows.map((row) => {
    same("is_current", row["is_current"], row["valid_to"] === null);
    const values = target.input.fields.map(({ name, column }): [string, Value] => {
      const value = row[name];
      if (typeof value !== "bigint") return [name, value as Value];
      return [name, column.type.kind === "timestamp" ? formatMicros(value) : Number(value)];
    });
    return {
      ...Object.fromEntries(values),
      $from: formatMicros(row["valid_from"] as bigint),
      $to:
        row["valid_to"] === null
          ? instant(options.openValue)
          : formatMicros(row["valid_to"] as bigint),
      ...(options.deletes === "tombstone" ? { $deleted: row["is_deleted"] as boolean } : {}),
    };
  });
}

/** Throws the first row that is on one side only; rows count as often as they come. */
function sameRows(what: string, found: readonly string[], expected: readonly string[]): void {
  const rest = [...found];
  for (const row of expected) {
    const at = rest.indexOf(row);
    if (at < 0) throw new Error(`${what} has no row ${row}`);
    rest.splice(at, 1);
  }
  if (rest.length > 0) throw new Error(`${what} has a row too many: ${rest[0]}`);
}

/** Rows as sorted JSON with sorted keys, instants in one spelling; a value that is null may as well be absent. */
function canonical(rows: readonly CaseRow[]): readonly string[] {
  return rows
    .map((row) => {
      const entries = Object.entries(row)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, instant(value)] as const);
      return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
    })
    .sort();
}

/** An instant in the spelling of the stored ones; any other value as it is. */
function instant(value: Value): Value {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return value;
  const parsed = parseTimestamp(value);
  return parsed ? formatMicros(parsed.micros) : value;
}

function microsOf(at: string): bigint {
  const parsed = parseTimestamp(at);
  if (!parsed) throw new Error(`"${at}" is no instant`);
  return parsed.micros;
}

function distinct(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort((a, b) => (String(a) < String(b) ? -1 : 1));
}
