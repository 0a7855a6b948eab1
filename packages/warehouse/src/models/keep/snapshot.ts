import type { Columns } from "@lakewright/core";
import { type SqlEngine, type SqlSession, sql } from "@lakewright/sql";
import { dimension } from "../../define/dimension.ts";
import { openTables } from "../../open.ts";
import { untilMade } from "../../schema/make-tables.ts";
import type { Warehouse } from "../../warehouse.ts";
import type { SnapshotOf } from "../materialization.ts";
import { snapshotKey } from "../model.ts";
import { testModel } from "../run/test-model.ts";
import type { Kept, Work } from "../run/work.ts";
import { countRows } from "./partitions.ts";
import { checkedQuery } from "./view.ts";

/**
 * Loads what the query gives into a dimension with history: the same load as `Warehouse.load`. Tests are of what the
 * query gives.
 */
export async function keepSnapshot(work: Work, of: SnapshotOf): Promise<Kept> {
  const { session, place, model, clock, signal, runId, startedMicros } = work;
  const body = await checkedQuery(work);
  const tests = await testModel(work, sql`(\n${body}\n)`);
  const table = dimension(model.name, {
    key: of.key,
    columns: model.result.columns as Columns,
    versioning: "scd2",
    surrogateKey: snapshotKey(model.name),
    ...(of.updatedAt === undefined ? {} : { updatedAt: of.updatedAt }),
  });
  const isWithin = session.capabilities.transactionalDdl;
  const engine = isWithin ? within(session) : work.engine;
  const options = { schema: place.schema, clock };
  // No facts refer to a snapshot: it has no unknown member, which its readers would find among the rows.
  const open = (): Promise<Warehouse> =>
    openTables(engine, { [model.name]: table }, options, { seeded: false });
  const warehouse = await work.making(isWithin ? open : () => untilMade(open));
  const load = await warehouse.load(table, body, {
    loadId: runId,
    signal,
    onReject: "error",
    deletes: of.deletes,
    ...(of.updatedAt === undefined ? { at: startedMicros } : {}),
    ...(of.maxClosedShare === undefined ? {} : { maxClosedShare: of.maxClosedShare }),
  });
  const target = place.id(model.name);
  return {
    rows: await countRows(work, target),
    written: load.inserted + load.updated + load.closed,
    tests,
  };
}

/** The session of a transaction as an engine, so that what opens transactions takes part in this one. */
function within(session: SqlSession): SqlEngine {
  let doomed: { readonly error: unknown } | undefined;
  const engine: SqlEngine = {
    dialect: session.dialect,
    capabilities: session.capabilities,
    query: (statement, options) => session.query(statement, options),
    execute: (statement, options) => session.execute(statement, options),
    load: (target, table, data, options) => session.load(target, table, data, options),
    savepoint: (run) => session.savepoint(run),
    transaction: async (run) => {
      // What failed once has to be rolled back by whoever opened the transaction; nothing may go on in it.
      if (doomed !== undefined) throw doomed.error;
      try {
        return await run(session);
      } catch (error) {
        doomed = { error };
        throw error;
      }
    },
    withLock: (_, run) => run(),
    table: (name) => ({ engine, path: typeof name === "string" ? [name] : name }),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return engine;
}
