import { type PositionRange, type Positions, type Sink, stringifyJson } from "@lakewright/core";
import { type SqlEngine, type SqlSession, sql } from "@lakewright/sql";
import type { StarTable } from "./define/star-table.ts";
import type { LoadContext } from "./load/context.ts";
import { lockTables } from "./load/ledger.ts";
import type { LoadOptions } from "./load/options.ts";
import { runLoad } from "./load/run.ts";
import { positionsTable } from "./schema/system-tables.ts";
import { sha256 } from "./sha256.ts";
import { columnList } from "./sql-text.ts";

/** A table as the end of a pipeline: rows and positions are committed together. */
export function sinkOf(
  engine: SqlEngine,
  context: LoadContext,
  tables: readonly StarTable[],
  table: StarTable,
  options: LoadOptions,
): Sink {
  return {
    // Outside a transaction a read replica might answer, which may not have the newest yet.
    positions: (consumer) =>
      engine.transaction((session) => readPositions(session, context, table, consumer), {
        readOnly: true,
      }),
    write: (batches, range, { signal, onProgress } = {}) =>
      engine.transaction(
        async (session) => {
          await lockTables(session, context.place, [table]);
          const positions = await readPositions(session, context, table, range.consumer);
          for (const partition of range.to.keys()) {
            if (positions.get(partition) !== range.from.get(partition)) {
              return { written: false, positions } as const;
            }
          }
          const version = await loadIdOf(range);
          const named = { ...options, signal, onProgress, loadId: version };
          const job = { session, context, tables, needsRows: false };
          const summary = await runLoad(job, table, batches, named);
          await writePositions(session, context, table, range, version);
          return { written: true, rows: summary.read, version } as const;
        },
        { signal, isolation: "read committed" },
      ),
  };
}

async function readPositions(
  session: SqlSession,
  { place }: LoadContext,
  table: StarTable,
  consumer: string,
): Promise<Positions> {
  const rows = await session
    .query(
      sql`SELECT partition_name, ${columnList(["position"])} FROM ${place.id(positionsTable.name)}
WHERE table_name = ${table.name} AND consumer = ${consumer}`,
    )
    .rows();
  return new Map(rows.map((row) => [String(row["partition_name"]), row["position"] as bigint]));
}

async function writePositions(
  session: SqlSession,
  { place }: LoadContext,
  table: StarTable,
  range: PositionRange,
  loadId: string,
): Promise<void> {
  const path = place.id(positionsTable.name);
  for (const partition of range.to.keys()) {
    await session.execute(
      sql`DELETE FROM ${path} WHERE table_name = ${table.name} AND consumer = ${range.consumer} AND partition_name = ${partition}`,
    );
  }
  await session.load(
    place.path(positionsTable.name),
    positionsTable,
    [...range.to].map(([partition, position]) => ({
      table_name: table.name,
      consumer: range.consumer,
      partition_name: partition,
      position,
      load_id: loadId,
    })),
  );
}

/** Characters of a consumer's name in the name of a load: with its digest, it fits a key of four columns anywhere. */
const NAME_CHARACTERS = 64;
const DIGEST_DIGITS = 32;

/**
 * The name of the load that moves a consumer so: the same range gives the same name, in whatever order its partitions
 * are, and however many.
 */
async function loadIdOf({ consumer, from, to }: PositionRange): Promise<string> {
  const ends = [...to].sort(([a], [b]) => (a < b ? -1 : 1));
  const moves = ends.map(([partition, end]) => [partition, from.get(partition) ?? null, end]);
  const digest = await sha256(stringifyJson([consumer, moves]));
  const name = [...consumer].slice(0, NAME_CHARACTERS).join("");
  return `${name}@${digest.slice(0, DIGEST_DIGITS)}`;
}
