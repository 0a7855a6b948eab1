import { conformBatch, type Positions } from "@lakewright/core";
import type { LakeTable } from "@lakewright/lake";
import type { Contract } from "@lakewright/quality";
import { joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { flattenedStream, transactions } from "../ingest/tables.ts";
import type { LakeDatabase } from "../lake/database.ts";
import type { Lake } from "../lake/open.ts";
import { dropped } from "../lake/tables.ts";
import { fail } from "../failure.ts";
import { boundaries, cutPoints, type Range, rangesOf } from "./ranges.ts";

const CONSUMER = "gate";
const PARTITION = flattenedStream.name;

export interface GateSettings {
  readonly contract: Contract<typeof transactions>;
  readonly blacklist: ReadonlySet<string>;
  /** How far the flattened stream goes: a position of the input. */
  readonly end: bigint;
  /** Rows that are judged at a time. */
  readonly rowsAtOnce: number;
  readonly onProgress: (rows: number) => void;
}

/**
 * Flattened transactions → silver; what breaks a rule → quarantine; duplicates and blacklisted ones → dropped. Each of
 * the three tables keeps, in the commit of its rows, how far the gate has come: killed anywhere and started again,
 * every transaction is in exactly one of them, once.
 */
export async function runGate(
  lake: Lake,
  database: LakeDatabase,
  settings: GateSettings,
): Promise<void> {
  const tables = [lake.quarantine, lake.dropped, lake.silver];
  await database.see("flattened", lake.flattened);
  await database.engine.execute(seenTwice);
  const standing = await Promise.all(tables.map((table) => table.positions(CONSUMER)));
  const at = standing.map((positions) => positions.get(PARTITION) ?? 0n);
  const cuts = await boundaries(database.engine, cutPoints(at, settings.end), settings.rowsAtOnce);
  let done = 0;
  for (const range of rangesOf(cuts)) {
    const parted = await judge(database, range, settings);
    const contents = [parted.rejected, parted.dropped, parted.valid];
    for (const [k, table] of tables.entries()) {
      // A table ahead of the others has this range: a run was killed between two of them.
      if (at[k]! < range.to) await write(table, contents[k]!, range);
    }
    done += contents.flat().reduce((sum, batch) => sum + batch.numRows, 0);
    settings.onProgress(done);
  }
}

/** Ids that come more than once, and where they come first. */
const seenTwice = sql`CREATE OR REPLACE TABLE seen_twice AS
SELECT transaction_id, min(position) AS first FROM flattened
WHERE transaction_id IS NOT NULL GROUP BY transaction_id HAVING count(*) > 1`;

interface Parted {
  readonly valid: readonly RecordBatch[];
  readonly rejected: readonly RecordBatch[];
  readonly dropped: readonly RecordBatch[];
}

async function judge(
  { engine }: LakeDatabase,
  range: Range,
  { contract, blacklist }: GateSettings,
): Promise<Parted> {
  const listed =
    blacklist.size === 0
      ? raw("false")
      : sql`user_id IN (${joinSql([...blacklist].map((user) => sql`${user}`))})`;
  const rule = sql`CASE WHEN position > first THEN 'duplicate' WHEN ${listed} THEN 'blacklisted' END`;
  const source = sql`flattened LEFT JOIN seen_twice USING (transaction_id) WHERE position >= ${range.from} AND position < ${range.to}`;
  const leftOut = await engine
    .query(
      sql`SELECT position, line, transaction_id, user_id, ${rule} AS rule FROM ${source} AND ${rule} IS NOT NULL ORDER BY position`,
    )
    .batches();
  const candidates = engine.query(
    sql`SELECT ${columns} FROM ${source} AND ${rule} IS NULL ORDER BY position`,
  );
  const valid: RecordBatch[] = [];
  const rejected: RecordBatch[] = [];
  for await (const parts of contract.split(conformed(candidates))) {
    valid.push(parts.valid);
    rejected.push(parts.rejected);
  }
  return { valid, rejected, dropped: leftOut.map((batch) => conformBatch(dropped, batch)) };
}

const columns: Sql = raw(transactions.fields.map(({ name }) => name).join(", "));

async function* conformed(batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) yield conformBatch(transactions, batch);
}

async function write(
  table: LakeTable,
  batches: readonly RecordBatch[],
  { from, to }: Range,
): Promise<void> {
  // A table that was never written to has no position, and every range begins with that of the first.
  const at = (position: bigint): Positions =>
    new Map(position === 0n ? [] : [[PARTITION, position]]);
  const result = await table.write(batches, { consumer: CONSUMER, from: at(from), to: at(to) });
  if (result.written) return;
  fail("DEMO_OUTPUT_IN_USE", `Another process writes to ${table.location}.`, {
    hint: "Run one job at a time on a folder.",
  });
}
