import {
  defineTable,
  int64,
  type JobOptions,
  type RowsOrBatches,
  selectColumns,
} from "@lakewright/core";
import { id, raw, type SqlSession, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { UNKNOWN_KEY } from "../define/names.ts";
import type { StarTable } from "../define/star-table.ts";
import { WarehouseError } from "../errors.ts";
import { equal } from "../sql-text.ts";
import type { Step } from "../step.ts";
import type { DeleteSummary } from "../warehouse.ts";
import { count, type LoadContext, type Running, runStep } from "./context.ts";
import { lockTables, recountSnapshots, writeRemoval } from "./ledger.ts";
import { type Use, usesOf } from "./rewind/rewind-plan.ts";
import { createTemporary, dropTemporary } from "./stage/stage.ts";
import { CHOSEN, STAGE } from "./temporary-tables.ts";

const chosenTable = defineTable(CHOSEN, { member_key: int64() });

/** Removes members with every version, and first does to their facts what these say, as foreign keys would. */
export async function deleteMembers(
  { session, context }: { readonly session: SqlSession; readonly context: LoadContext },
  tables: readonly StarTable[],
  dimension: Dimension,
  keys: RowsOrBatches,
  options: Pick<JobOptions, "signal">,
): Promise<DeleteSummary> {
  const { dialect, place } = context;
  const { signal } = options;
  const running = { session, options };
  await lockTables(session, place, tables);
  const { name, surrogateKey, input } = dimension;
  const key = selectColumns(input, dimension.key);
  for (const step of createTemporary(context, "create stage", STAGE, key))
    await runStep(running, step);
  await session.load(STAGE, key, keys, { signal });
  for (const step of createTemporary(context, "create chosen", CHOSEN, chosenTable)) {
    await runStep(running, step);
  }
  await session.execute(
    sql`INSERT INTO ${id(CHOSEN)} (member_key) SELECT ${id("m", surrogateKey)} FROM ${place.id(name)} m
JOIN (SELECT DISTINCT * FROM ${id(STAGE)}) s ON ${equal("m", "s", dimension.key)}`,
    { signal },
  );
  const facts: Record<string, number> = {};
  const uses = usesOf(tables, dimension);
  for (const use of uses) {
    const { fact } = use;
    if (fact.onDelete === "restrict") await assertUnused(running, context, use);
    else
      facts[fact.name] = (facts[fact.name] ?? 0) + (await runStep(running, release(context, use)));
  }
  const loosened = new Map<string, number>();
  for (const { table, step } of releaseOutriggers(context, tables, dimension)) {
    loosened.set(table, (loosened.get(table) ?? 0) + (await runStep(running, step)));
  }
  const versions = await session.execute(
    dialect.deleteUsing({
      target: place.id(name),
      alias: "m",
      from: sql`${id(CHOSEN)} c`,
      where: sql`${id("m", surrogateKey)} = ${id("c", "member_key")}`,
    }),
    { signal },
  );
  await runStep(running, dropTemporary(dialect, CHOSEN));
  await runStep(running, dropTemporary(dialect, STAGE));
  const removals = new Map([[name, { updated: 0, closed: versions }]]);
  const note = (table: string, updated: number, closed: number): void => {
    const before = removals.get(table) ?? { updated: 0, closed: 0 };
    removals.set(table, { updated: before.updated + updated, closed: before.closed + closed });
  };
  for (const [table, rows] of loosened) note(table, rows, 0);
  for (const fact of new Set(uses.map((use) => use.fact))) {
    const rows = facts[fact.name] ?? 0;
    if (fact.onDelete === "setUnknown") note(fact.name, rows, 0);
    else note(fact.name, 0, rows);
  }
  for (const [table, counts] of removals) {
    await writeRemoval(session, place, context.clock, { table, mode: "delete", ...counts });
  }
  for (const fact of new Set(uses.map((use) => use.fact))) {
    if ((facts[fact.name] ?? 0) > 0) await recountSnapshots(session, place, fact, signal);
  }
  return { versions, facts };
}

/** Deletes the facts of a role, or lets them refer to nobody. */
function release({ dialect, place }: LoadContext, { fact, role }: Use): Step {
  const target = place.id(fact.name);
  const from = sql`${id(CHOSEN)} c`;
  const where = sql`${id("f", role.column)} = ${id("c", "member_key")}`;
  const unknown = raw(String(UNKNOWN_KEY));
  return {
    name: `facts of ${fact.name} in role ${role.name}`,
    sql:
      fact.onDelete === "setUnknown"
        ? dialect.updateFrom({ target, alias: "f", set: [[role.column, unknown]], from, where })
        : dialect.deleteUsing({ target, alias: "f", from, where }),
  };
}

/** Lets the members of other dimensions that refer to the chosen ones refer to nobody. */
function releaseOutriggers(
  { dialect, place }: LoadContext,
  tables: readonly StarTable[],
  dimension: Dimension,
): { readonly table: string; readonly step: Step }[] {
  return outriggerUses(tables, dimension).map(({ table, role, column }) => ({
    table,
    step: {
      name: `members of ${table} in role ${role}`,
      sql: dialect.updateFrom({
        target: place.id(table),
        alias: "f",
        set: [[column, raw(String(UNKNOWN_KEY))]],
        from: sql`${id(CHOSEN)} c`,
        where: sql`${id("f", column)} = ${id("c", "member_key")}`,
      }),
    },
  }));
}

/** The columns of other dimensions that refer to members. */
function outriggerUses(
  tables: readonly StarTable[],
  dimension: Dimension,
): { readonly table: string; readonly role: string; readonly column: string }[] {
  return tables.flatMap((table) => {
    if (table.kind !== "dimension") return [];
    return table.outriggers
      .filter((role) => role.dimension.name === dimension.name)
      .map(({ name, column }) => ({ table: table.name, role: name, column }));
  });
}

async function assertUnused(
  running: Running,
  { place }: LoadContext,
  { fact, role }: Use,
): Promise<void> {
  const rows = await count(running, {
    name: `count facts of ${fact.name} in role ${role.name}`,
    sql: sql`SELECT count(*) AS n FROM ${place.id(fact.name)} f JOIN ${id(CHOSEN)} c ON ${id("f", role.column)} = ${id("c", "member_key")}`,
  });
  if (rows === 0) return;
  const table = fact.name;
  throw new WarehouseError(
    "WAREHOUSE_MEMBER_IN_USE",
    `${rows} ${rows === 1 ? "row" : "rows"} of ${table} still ${rows === 1 ? "refers" : "refer"} to the members (role "${role.name}").`,
    {
      hint: `Delete those rows first, or define ${table} with onDelete: "cascade".`,
      details: { table, role: role.name, rows },
    },
  );
}
