import { id, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import { namesOf } from "../../define/names.ts";
import { ensurePartitions } from "../../schema/partitions.ts";
import { columnsUnder } from "../../sql-text.ts";
import { assertWhole, guardClosing } from "../closing.ts";
import { count, type Counts, countUpTo, type RunningLoad, runStep } from "../context.ts";
import { writeSnapshot } from "../ledger.ts";
import type { LoadSource } from "../load-data.ts";
import { addMembers } from "../members/infer.ts";
import { hashedDimensions } from "../members/most.ts";
import { dropTemporary, grainWithin } from "../stage/stage.ts";
import { markedRows, settleDuplicates, settleRejects, stageRows } from "../stage/staging.ts";
import { MISSING, PROBLEM, RESOLVED, ROW, STAGE } from "../temporary-tables.ts";
import {
  deleteMissing,
  FACT_INSERT,
  FACT_REPLACE,
  FACT_UPDATE,
  factSteps,
  fillSteps,
  loadedColumns,
  missingSteps,
} from "./fact-plan.ts";
import { lagSteps } from "./lags.ts";
import { withoutReferences } from "./references.ts";
import { type FactRequest, resolvedTable, resolveSteps } from "./resolve.ts";
import { weightSteps } from "./weights.ts";

/** Loads facts: stage, find or add their members, write. */
export async function loadFact(
  load: RunningLoad,
  fact: Fact,
  data: LoadSource,
  request: FactRequest,
): Promise<Counts & { readonly read: number }> {
  const { session, context, entry } = load;
  const { dialect, place } = context;
  const incoming = await stageRows(load, fact, data);
  await addMembers(load, fact, fact.roles, request.unknownMembers === "infer");
  const hashed = await hashedDimensions(load, fact.roles, incoming.read);
  for (const step of resolveSteps(context, fact, { ...request, hashed })) {
    await runStep(load, step);
  }
  if (request.mode === "rebuild") await guardRebuild(load, fact, incoming.read);
  const grain = grainWithin(fact);
  const others = loadedColumns(fact).filter((column) => !grain.includes(column));
  if (!incoming.hasUniqueKeys) {
    await settleDuplicates(load, resolvedTable(fact), grain, others);
  }
  for (const step of weightSteps(context, fact)) await runStep(load, step);
  let deleted = fact.group ? await deleteLeavers(load, fact) : 0;
  if (request.deletes === "delete") {
    await assertFactsWhole(load, fact, incoming.rejects.length);
    deleted = await deleteAbsent(load, fact, request, incoming.read);
  }
  await ensurePartitions(session, context, fact, partitionDays(fact, request));
  const changed = new Map<string, number>();
  await withoutReferences(load, fact, async () => {
    // Of a table without rows nothing has to be compared, and nothing changes but by this load.
    const steps =
      (await countUpTo(load, fact.name, 1)) === 0
        ? fillSteps(context, fact, request)
        : factSteps(context, fact, request);
    for (const step of steps) {
      changed.set(step.name, await runStep(load, step));
    }
  });
  for (const step of lagSteps(context, fact)) await runStep(load, step);
  const inserted = changed.get(FACT_INSERT) ?? 0;
  if (request.snapshot) await writeSnapshot(session, place, entry, request.snapshot, inserted);
  const names = namesOf(fact.input);
  const marked = await markedRows(load, {
    table: RESOLVED,
    rows: sql`SELECT ${columnsUnder("s", [...names, ROW])}, ${id("r", PROBLEM)}
FROM ${id(RESOLVED)} r JOIN ${id(STAGE)} s ON ${id("s", ROW)} = ${id("r", ROW)}
WHERE ${id("r", PROBLEM)} IS NOT NULL`,
  });
  const rejected = await settleRejects(load, incoming.read, [...incoming.rejects, ...marked]);
  await runStep(load, dropTemporary(dialect, RESOLVED));
  await runStep(load, dropTemporary(dialect, STAGE));
  return {
    read: incoming.read,
    inserted,
    updated: changed.get(FACT_UPDATE) ?? 0,
    reopened: 0,
    closed: deleted + (changed.get(FACT_REPLACE) ?? 0),
    rejected,
  };
}

/** What says which days the rows of a load are of. */
function partitionDays(fact: Fact, { snapshot }: FactRequest): Sql | readonly string[] {
  const isSnapshots = fact.partitionBy?.column === fact.snapshot?.date;
  return snapshot && isSnapshots ? [snapshot.date] : id(RESOLVED);
}

/** Deletes the members that have left the groups of the data, which are whole: those put aside stay as they were. */
async function deleteLeavers(load: RunningLoad, fact: Fact): Promise<number> {
  const { context } = load;
  for (const step of missingSteps(context, fact, [fact.group!.column])) await runStep(load, step);
  const deleted = await runStep(load, deleteMissing(context, fact));
  await runStep(load, dropTemporary(context.dialect, MISSING));
  return deleted;
}

/** Deletes the facts the data does not have. */
async function deleteAbsent(
  load: RunningLoad,
  fact: Fact,
  request: FactRequest,
  read: number,
): Promise<number> {
  const { context } = load;
  for (const step of missingSteps(context, fact, request.scope)) await runStep(load, step);
  const closing = await count(load, {
    name: "count facts that are missing",
    sql: sql`SELECT count(*) AS n FROM ${id(MISSING)}`,
  });
  const current = sql`FROM ${context.place.id(fact.name)}`;
  await guardClosing(load, { table: fact.name, what: "current rows", read, closing, current });
  if (closing > 0) await runStep(load, deleteMissing(context, fact));
  await runStep(load, dropTemporary(context.dialect, MISSING));
  return closing;
}

/** A row without its member has another grain than it had, and would be missing. */
async function assertFactsWhole(load: RunningLoad, fact: Fact, unreadable: number): Promise<void> {
  const unknown = await count(load, {
    name: "count rows put aside",
    sql: sql`SELECT count(*) AS n FROM ${id(RESOLVED)} WHERE ${id(PROBLEM)} = 'unknown_member'`,
  });
  assertWhole(fact.name, unreadable + unknown);
}

/** A table that is rebuilt may become smaller by so much only. */
async function guardRebuild(load: RunningLoad, fact: Fact, read: number): Promise<void> {
  const current = sql`FROM ${load.context.place.id(fact.name)}`;
  const before = await count(load, {
    name: "count rows",
    sql: sql`SELECT count(*) AS n ${current}`,
  });
  const closing = Math.max(0, before - read);
  await guardClosing(load, { table: fact.name, what: "current rows", read, closing, current });
}
