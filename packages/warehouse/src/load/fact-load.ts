import type { RowsOrBatches } from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import type { Fact } from "../define/fact.ts";
import { PROBLEM, ROW } from "../define/names.ts";
import { type Counts, type RunningLoad, runStep } from "./context.ts";
import { addDays } from "./days.ts";
import {
  FACT_INSERT,
  FACT_REPLACE,
  FACT_UPDATE,
  factSteps,
  grainWithin,
  loadedColumns,
} from "./fact-plan.ts";
import { writeSnapshot } from "./ledger.ts";
import { withoutReferences } from "./references.ts";
import { type FactRequest, inferMembers, namedDays, resolveSteps } from "./resolve.ts";
import { columnsOf, dropTemporary, RESOLVED, STAGE } from "./stage.ts";
import { markedRows, settleDuplicates, settleRejects, stageRows } from "./staging.ts";

/** Loads facts: stage, find or add their members, write. */
export async function loadFact(
  load: RunningLoad,
  fact: Fact,
  data: RowsOrBatches,
  request: FactRequest,
): Promise<Counts & { readonly read: number }> {
  const { session, context, entry } = load;
  const { place } = context;
  const incoming = await stageRows(load, fact, data);
  await addMembers(load, fact, request);
  for (const step of resolveSteps(session.dialect, place, fact, request)) await runStep(load, step);
  const grain = grainWithin(fact);
  const others = loadedColumns(fact).filter((column) => !grain.includes(column));
  await settleDuplicates(load, RESOLVED, grain, others);
  const changed = new Map<string, number>();
  await withoutReferences(load, fact, async () => {
    for (const step of factSteps(session.dialect, place, fact, request)) {
      changed.set(step.name, await runStep(load, step));
    }
  });
  const inserted = changed.get(FACT_INSERT) ?? 0;
  if (request.snapshot) await writeSnapshot(session, place, entry, request.snapshot, inserted);
  const names = fact.input.fields.map((field) => field.name);
  const marked = await markedRows(load, {
    table: RESOLVED,
    rows: sql`SELECT ${columnsOf("s", [...names, ROW])}, ${id("r", PROBLEM)}
FROM ${id(RESOLVED)} r JOIN ${id(STAGE)} s ON ${id("s", ROW)} = ${id("r", ROW)}
WHERE ${id("r", PROBLEM)} IS NOT NULL`,
  });
  const rejected = await settleRejects(load, incoming.read, [...incoming.rejects, ...marked]);
  await runStep(load, dropTemporary(RESOLVED));
  await runStep(load, dropTemporary(STAGE));
  return {
    read: incoming.read,
    inserted,
    updated: changed.get(FACT_UPDATE) ?? 0,
    closed: changed.get(FACT_REPLACE) ?? 0,
    rejected,
  };
}

/** Adds the days the facts name and, where asked for, members for natural keys that have none. */
async function addMembers(load: RunningLoad, fact: Fact, request: FactRequest): Promise<void> {
  const { session, context } = load;
  for (const role of fact.roles) {
    if (role.dimension.days !== undefined) {
      const days = await session.query(namedDays(fact, role).sql).rows();
      const named = days.map((row) => String(row["day"]));
      await addDays(session, context.place, role.dimension, named);
    } else if (request.unknownMembers === "infer") {
      await runStep(load, inferMembers(context.place, role));
    }
  }
}
