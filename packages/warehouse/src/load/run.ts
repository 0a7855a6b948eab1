import type { SqlSession } from "@lakewright/sql";
import type { StarTable } from "../define/star-table.ts";
import { microsOf } from "../instant.ts";
import type { LoadContext, RunningLoad } from "./context.ts";
import { loadDimension } from "./dimension/dimension-load.ts";
import { effectiveMicros } from "./dimension/effective.ts";
import { loadFact } from "./fact/fact-load.ts";
import { isLoaded, lockTables, newestChange, writeEntry } from "./ledger.ts";
import type { LoadSource } from "./load-data.ts";
import type { LoadOptions, LoadSummary } from "./options.ts";
import { dimensionRequest, factRequest, modeOf } from "./request.ts";
import { restated } from "./rewind/restate.ts";

/** What a load is run with. */
export interface LoadJob {
  readonly session: SqlSession;
  readonly context: LoadContext;
  /** Every table of the warehouse. */
  readonly tables: readonly StarTable[];
  /** See {@link RunningLoad}. */
  readonly needsRows: boolean;
}

/** Runs a load inside a transaction that the caller has opened. Options are checked already. */
export async function runLoad(
  job: LoadJob,
  table: StarTable,
  data: LoadSource,
  options: LoadOptions,
): Promise<LoadSummary> {
  const { session, context, needsRows } = job;
  const { place, clock } = context;
  const loadId = options.loadId ?? crypto.randomUUID();
  await lockTables(session, place, options.restate === true ? job.tables : [table]);
  if (await isLoaded(session, place, table.name, loadId)) return notApplied(loadId);
  const now = microsOf("The clock", clock.now());
  const asked = options.at === undefined ? undefined : microsOf("at", options.at);
  const base = { table: table.name, loadId, mode: modeOf(table, options), loadedMicros: now };
  const run = (effective: bigint): RunningLoad => ({
    session,
    context,
    entry: { ...base, effectiveMicros: effective },
    options,
    needsRows,
  });
  const finish = async (load: RunningLoad, counts: LoadCounts): Promise<LoadSummary> => {
    const { read, inserted, updated, rejected } = counts;
    const unchanged = read - inserted - updated - rejected;
    const summary: LoadSummary = { loadId, applied: true, ...counts, unchanged };
    await writeEntry(session, place, load.entry, summary);
    return summary;
  };
  if (table.kind === "fact") {
    const load = run(now);
    return finish(load, await loadFact(load, table, data, factRequest(table, options)));
  }
  if (table.versioning !== "scd2") {
    const load = run(now);
    const request = dimensionRequest(table, options, now);
    return finish(load, await loadDimension(load, table, data, request));
  }
  const apply = async (): Promise<LoadSummary> => {
    const newest = await newestChange(session, place, table.name);
    const closing = (options.deletes ?? "ignore") !== "ignore";
    const effective = effectiveMicros(table, asked, now, newest, closing);
    const load = run(effective);
    const request = dimensionRequest(table, options, effective);
    return finish(load, await loadDimension(load, table, data, request));
  };
  return options.restate === true ? restated(job, table, asked!, options, apply) : apply();
}

type LoadCounts = Awaited<ReturnType<typeof loadFact>>;

function notApplied(loadId: string): LoadSummary {
  return {
    loadId,
    applied: false,
    read: 0,
    inserted: 0,
    updated: 0,
    reopened: 0,
    closed: 0,
    unchanged: 0,
    rejected: 0,
  };
}
