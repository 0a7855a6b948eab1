import type { PositionRange, Positions, Sink } from "@lakewright/core";
import { type SqlEngine, type SqlSession, sql } from "@lakewright/sql";
import type { LoadContext } from "./load/context.ts";
import { lockTables } from "./load/ledger.ts";
import { runLoad } from "./load/run.ts";
import { columnList } from "./schema/create.ts";
import { positionsTable } from "./schema/system-tables.ts";
import type { LoadOptions } from "./load/options.ts";
import type { StarTable } from "./warehouse.ts";

/** A table as the end of a pipeline: rows and positions are committed together. */
export function sinkOf(
  engine: SqlEngine,
  context: LoadContext,
  tables: readonly StarTable[],
  table: StarTable,
  options: LoadOptions,
): Sink {
  return {
    positions: (consumer) => readPositions(engine, context, table, consumer),
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
          const version = loadIdOf(range);
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

/** The name of the load that takes a consumer there: the same records give the same name. */
function loadIdOf(range: PositionRange): string {
  const to = [...range.to].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${range.consumer}@${to.map(([partition, position]) => `${partition}:${position}`).join(",")}`;
}
