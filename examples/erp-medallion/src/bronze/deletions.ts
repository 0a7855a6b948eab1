import { conformBatch, readColumn, selectColumns, toRows } from "@lakewright/core";
import { and, type BronzeHistory, eq, isNull } from "@lakewright/lake";
import { id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { ErpError } from "../failure.ts";
import { keysOf } from "../source/keys.ts";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";
import type { BronzeLake } from "./bronze-lake.ts";

/** Rows of a table that are current in bronze. */
export async function countCurrent(bronze: BronzeLake, source: SourceTable): Promise<number> {
  const table = await bronze.table(bronzeName(source));
  if (!table) return 0;
  try {
    let count = 0;
    for await (const batch of table.scan({
      columns: ["_bronze_is_deleted"],
      where: and(isNull("_bronze_valid_to"), eq("_bronze_is_deleted", false)),
    }))
      count += batch.numRows;
    return count;
  } finally {
    await table.close();
  }
}

/**
 * Records what was deleted from a table: a watermark does not see that. The keys of the source are compared with those that
 * are current in bronze, range by range: all rows that came are known, so a range has lost rows exactly where it has fewer.
 *
 * @returns how many rows are gone, and how many are current in bronze then
 * @throws ErpError ERP_BALANCE where the source has rows that bronze lacks
 */
export async function recordDeletions(
  engine: SqlEngine,
  bronze: BronzeLake,
  source: SourceTable,
  at: bigint,
): Promise<{ readonly gone: number; readonly current: number }> {
  const { table, key } = source;
  const keys = selectColumns(table, key);
  const history = await bronze.tombstones(source);
  try {
    // Nothing says when a row was deleted: it is known to be gone by the extract.
    const when = source.cursor === undefined ? {} : { [source.cursor]: at };
    const candidates = await candidatesOf(engine, source, history);
    const living = new Set<unknown>();
    const columns = joinSql(key.map((name) => id(name)));
    const query = sql`SELECT ${columns} FROM ${id(table.name)}${candidates.where}`;
    for await (const batch of engine.query(query)) {
      const keyOf = keyReader(conformBatch(keys, batch), key);
      for (let row = 0; row < batch.numRows; row++) living.add(keyOf(row));
    }
    const gone: Record<string, unknown>[] = [];
    let seen = 0;
    for (const batch of candidates.batches()) {
      const found = compared(batch, keyReader(batch, key), candidates, living);
      seen += found.seen;
      for (const row of found.gone) {
        const [lost] = toRows(batch.slice(row, row + 1), keys);
        gone.push({ ...lost, ...when, _deleted: true });
      }
    }
    if (seen < living.size) {
      throw new ErpError(
        "ERP_BALANCE",
        `The source has ${living.size - seen} rows of "${table.name}" that bronze lacks.`,
        {
          hint: "Rows were written with a sysModifiedDate of the past: delete the folder's extraction state to read all again.",
          details: { table: table.name },
        },
      );
    }
    if (gone.length === 0) return { gone: 0, current: candidates.current };
    const { rowsDeleted } = await history.record(gone as never, {
      mode: "changes",
      at,
      fileName: "deletions",
    });
    return { gone: rowsDeleted, current: candidates.current - rowsDeleted };
  } finally {
    await history.close();
  }
}

/** Rows whose keys are not living, and how many are, of those that may be gone. */
function compared(
  { numRows }: RecordBatch,
  keyOf: (row: number) => unknown,
  candidates: Candidates,
  living: ReadonlySet<unknown>,
): { readonly seen: number; readonly gone: readonly number[] } {
  let seen = 0;
  const gone: number[] = [];
  for (let row = 0; row < numRows; row++) {
    const value = keyOf(row);
    if (!candidates.has(value)) continue;
    if (living.has(value)) seen++;
    else gone.push(row);
  }
  return { seen, gone };
}

/** Keys of a range: where both sides have as many, of the same sum, none of it are compared. */
const RANGE = 512;

/** Where a table may have lost rows. */
interface Candidates {
  /** Restricts the keys of the source to them. */
  readonly where: Sql;
  has(key: unknown): boolean;
  /** The keys that are current in bronze. */
  batches(): Iterable<RecordBatch>;
  readonly current: number;
}

/** Finds the ranges of keys in which the source has not the rows bronze has; all keys where they are no whole numbers. */
async function candidatesOf(
  engine: SqlEngine,
  { table, key }: SourceTable,
  history: BronzeHistory,
): Promise<Candidates> {
  const kept: RecordBatch[] = [];
  const ranges = new Map<number, Range>();
  const name = key[0]!;
  const isNumbered = key.length === 1 && table.columns[name]!.type.kind === "int32";
  let current = 0;
  for await (const batch of history.current({ columns: [...key] })) {
    kept.push(batch);
    current += batch.numRows;
    if (isNumbered) addKeys(ranges, batch, name);
  }
  const batches = (): Iterable<RecordBatch> => kept;
  if (!isNumbered) return { where: raw(""), has: () => true, batches, current };
  const range = sql`FLOOR(${id(name)} / ${raw(`${RANGE}.0`)})`;
  const there = await engine
    .query(
      sql`SELECT CAST(${range} AS INTEGER) AS r, COUNT(*) AS n, SUM(${id(name)}) AS s FROM ${id(table.name)} GROUP BY ${raw("1")}`,
    )
    .rows();
  for (const { r, n, s } of there) {
    const range = rangeOf(ranges, Number(r));
    range.rows -= Number(n);
    range.sum -= Number(s);
  }
  for (const [number, { rows, sum }] of ranges) if (rows === 0 && sum === 0) ranges.delete(number);
  const differing = new Set(ranges.keys());
  return {
    where: sql` WHERE ${range} IN (${differing.size > 0 ? keysOf([...differing]) : raw("NULL")})`,
    has: (value) => differing.has(Math.floor((value as number) / RANGE)),
    batches,
    current,
  };
}

interface Range {
  rows: number;
  sum: number;
}

function addKeys(ranges: Map<number, Range>, batch: RecordBatch, name: string): void {
  const read = readColumn(batch, name) as (row: number) => number;
  let number = NaN;
  let range: Range = { rows: 0, sum: 0 };
  for (let row = 0; row < batch.numRows; row++) {
    const value = read(row);
    // Keys that follow each other are mostly of one range.
    if (Math.floor(value / RANGE) !== number) {
      number = Math.floor(value / RANGE);
      range = rangeOf(ranges, number);
    }
    range.rows++;
    range.sum += value;
  }
}

function rangeOf(ranges: Map<number, Range>, number: number): Range {
  let range = ranges.get(number);
  if (!range) ranges.set(number, (range = { rows: 0, sum: 0 }));
  return range;
}

/** The key of a row as something a Set tells apart. */
function keyReader(batch: RecordBatch, key: readonly string[]): (row: number) => unknown {
  const [first, ...others] = key.map((name) => readColumn(batch, name));
  if (others.length === 0) return first!;
  return (row) => [first!, ...others].map((read) => String(read(row))).join("\0");
}
