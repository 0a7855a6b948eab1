import type { RowsOrBatches } from "@lakewright/core";
import type { SqlSession } from "@lakewright/sql";
import { microsOf } from "../instant.ts";
import type { LoadOptions, LoadSummary, StarTable } from "../warehouse.ts";
import type { LoadContext, RunningLoad } from "./context.ts";
import { effectiveMicros, loadDimension } from "./dimension-load.ts";
import { loadFact } from "./fact-load.ts";
import { isLoaded, lockTables, newestChange, writeEntry } from "./ledger.ts";
import { factRequest } from "./request.ts";

/** Runs a load inside a transaction that the caller has opened. Options are checked already. */
export async function runLoad(
  session: SqlSession,
  context: LoadContext,
  table: StarTable,
  data: RowsOrBatches,
  options: LoadOptions,
  needsRows: boolean,
): Promise<LoadSummary> {
  const { place, clock } = context;
  const loadId = options.loadId ?? crypto.randomUUID();
  await lockTables(session, place, [table]);
  if (await isLoaded(session, place, table.name, loadId)) return notApplied(loadId);
  const now = microsOf("The clock", clock.now());
  const newest = await newestChange(session, place, table.name);
  const effective =
    table.kind === "dimension" && table.versioning === "scd2"
      ? effectiveMicros(
          table,
          options.at === undefined ? undefined : microsOf("at", options.at),
          now,
          newest,
          options.deletes === "close",
        )
      : now;
  const entry = { table: table.name, loadId, effectiveMicros: effective, loadedMicros: now };
  const load: RunningLoad = { session, context, entry, options, needsRows };
  const counts =
    table.kind === "fact"
      ? await loadFact(load, table, data, factRequest(table, options))
      : await loadDimension(load, table, data, {
          micros: effective,
          deletes: options.deletes ?? "ignore",
          scope: options.scope,
        });
  const summary: LoadSummary = {
    loadId,
    applied: true,
    ...counts,
    unchanged: counts.read - counts.inserted - counts.updated - counts.rejected,
  };
  await writeEntry(session, place, entry, summary);
  return summary;
}

function notApplied(loadId: string): LoadSummary {
  return {
    loadId,
    applied: false,
    read: 0,
    inserted: 0,
    updated: 0,
    closed: 0,
    unchanged: 0,
    rejected: 0,
  };
}
