import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../define/fact.ts";
import { WarehouseError } from "../errors.ts";
import { layoutOf } from "../schema/layout.ts";
import { addReference, dropReference } from "../schema/references.ts";
import { count, type RunningLoad, runStep } from "./context.ts";
import { RESOLVED } from "./stage.ts";

/**
 * A load of more than this share of the fact table is faster with its foreign keys taken off and put back: checking
 * one row costs about 26 times what validating it in bulk does, and the validation reads the whole table.
 */
const BULK_SHARE = 0.03;

/** Runs work without foreign keys on the fact where that is faster; they hold again before the transaction ends. */
export async function withoutReferences<R>(
  load: RunningLoad,
  fact: Fact,
  work: () => Promise<R>,
): Promise<R> {
  const { foreignKeys, dialect } = load.context;
  const { references } = layoutOf(fact);
  if (foreignKeys !== "auto" || references.length === 0 || !(await isLarge(load, fact))) {
    return work();
  }
  return dialect.foreignKeyChecks === undefined
    ? withKeysOff(load, fact, work)
    : withChecksOff(load, fact, dialect.foreignKeyChecks, work);
}

/** Takes the keys off and puts them back, which checks the whole table. */
async function withKeysOff<R>(load: RunningLoad, fact: Fact, work: () => Promise<R>): Promise<R> {
  const { place } = load.context;
  const { references } = layoutOf(fact);
  for (const reference of references) {
    await runStep(load, {
      name: "take a foreign key off",
      sql: dropReference(place, fact.name, reference),
    });
  }
  const result = await work();
  for (const reference of references) {
    await runStep(load, {
      name: "put a foreign key back",
      sql: addReference(place, fact.name, reference),
    });
  }
  return result;
}

/**
 * Lets the session not check foreign keys: the engine never looks again at what came meanwhile, so the rows that came are
 * checked here. The session is checking again whatever happens; one that is broken is not used any more.
 */
async function withChecksOff<R>(
  load: RunningLoad,
  fact: Fact,
  checks: (on: boolean) => Sql,
  work: () => Promise<R>,
): Promise<R> {
  const { session } = load;
  await runStep(load, { name: "check no foreign keys", sql: checks(false) });
  try {
    const result = await work();
    await assertReferences(load, fact);
    return result;
  } finally {
    await session.execute(checks(true));
  }
}

/** Every member the rows of the load refer to is there. */
async function assertReferences(load: RunningLoad, fact: Fact): Promise<void> {
  const { place } = load.context;
  for (const { column, table, target } of layoutOf(fact).references) {
    const broken = await count(load, {
      name: `check references to ${table}`,
      sql: sql`SELECT count(*) AS n FROM ${id(RESOLVED)} r LEFT JOIN ${place.id(table)} t ON ${id("t", target)} = ${id("r", column)}
WHERE ${id("t", target)} IS NULL`,
    });
    if (broken === 0) continue;
    throw new WarehouseError(
      "WAREHOUSE_MEMBER_IN_USE",
      `${broken} ${broken === 1 ? "row" : "rows"} for ${fact.name} would refer to members of ${table} that are not there any more.`,
      { hint: "Members were deleted meanwhile, past the warehouse. Load the rows again." },
    );
  }
}

async function isLarge(load: RunningLoad, fact: Fact): Promise<boolean> {
  const rows = await count(load, {
    name: "count resolved rows",
    sql: sql`SELECT count(*) AS n FROM ${id(RESOLVED)}`,
  });
  if (rows === 0) return false;
  const enough = Math.ceil(rows / BULK_SHARE);
  const present = await count(load, {
    name: "see whether the table is much larger",
    sql: sql`SELECT count(*) AS n FROM (SELECT 1 AS one FROM ${load.context.place.id(fact.name)} LIMIT ${raw(String(enough))}) f`,
  });
  return present < enough;
}
