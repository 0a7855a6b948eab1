import { id, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import { WarehouseError } from "../../errors.ts";
import { layoutOf } from "../../schema/layout.ts";
import { dropReference, refer, referenceIndex } from "../../schema/references.ts";
import { count, countUpTo, type RunningLoad, runStep } from "../context.ts";
import { RESOLVED } from "../temporary-tables.ts";

/**
 * A load of more than this share of the fact table is faster with its foreign keys taken off and put back: checking
 * one row costs about 26 times what validating it in bulk does, and the validation reads the whole table.
 */
const BULK_SHARE = 0.03;

/** A load of more than three times the rows of the table: most of them are new, whatever its mode. */
const REINDEX_SHARE = 3;

/** Runs work without foreign keys on the fact where that is faster; they hold again before the transaction ends. */
export async function withoutReferences<R>(
  load: RunningLoad,
  fact: Fact,
  work: () => Promise<R>,
): Promise<R> {
  const { foreignKeys, dialect } = load.context;
  const { references } = layoutOf(fact);
  if (
    foreignKeys !== "auto" ||
    references.length === 0 ||
    !(await isLarge(load, fact, BULK_SHARE))
  ) {
    return work();
  }
  return dialect.foreignKeyChecks === undefined
    ? withKeysOff(load, fact, work)
    : withChecksOff(load, fact, dialect.foreignKeyChecks, work);
}

/**
 * Takes the keys off and puts them back, which checks the whole table; with them, where most rows are new, their indexes:
 * one that is built at once takes a tenth of the time of one that grows by single rows.
 */
async function withKeysOff<R>(load: RunningLoad, fact: Fact, work: () => Promise<R>): Promise<R> {
  const { context } = load;
  const { references } = layoutOf(fact);
  const mostlyNew = await isLarge(load, fact, REINDEX_SHARE);
  for (const reference of references) {
    await runStep(load, {
      name: "take a foreign key off",
      sql: dropReference(context.place, fact.name, reference),
    });
    if (!mostlyNew) continue;
    await runStep(load, {
      name: "take its index off",
      sql: sql`DROP INDEX IF EXISTS ${context.place.id(referenceIndex(fact.name, reference))}`,
    });
  }
  const result = await work();
  for (const reference of references) {
    for (const statement of refer(context, fact.name, reference)) {
      await runStep(load, { name: "put a foreign key back", sql: statement });
    }
  }
  return result;
}

/**
 * Lets the session not check foreign keys: the engine never looks again at what came meanwhile, so the rows that came are
 * checked here. A session whose transaction fails is checking again when that is rolled back.
 */
async function withChecksOff<R>(
  load: RunningLoad,
  fact: Fact,
  checks: (on: boolean) => Sql,
  work: () => Promise<R>,
): Promise<R> {
  const { session } = load;
  await runStep(load, { name: "check no foreign keys", sql: checks(false) });
  const result = await work();
  await assertReferences(load, fact);
  await session.execute(checks(true));
  return result;
}

/**
 * Every member the rows of the load refer to is there. First all the table refers to is looked up: the index of a foreign
 * key has each member once, however many rows there are.
 */
async function assertReferences(load: RunningLoad, fact: Fact): Promise<void> {
  const { place } = load.context;
  for (const { column, table, target } of layoutOf(fact).references) {
    const absent = await count(load, {
      name: `check members of ${table}`,
      sql: sql`SELECT count(*) AS n FROM (SELECT DISTINCT ${id(column)} FROM ${place.id(fact.name)}) r LEFT JOIN ${place.id(table)} t ON ${id("t", target)} = ${id("r", column)}
WHERE ${id("t", target)} IS NULL`,
    });
    if (absent === 0) continue;
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

/** Whether a load has more than a share of the rows of the table. */
async function isLarge(load: RunningLoad, fact: Fact, share: number): Promise<boolean> {
  const rows = await count(load, {
    name: "count resolved rows",
    sql: sql`SELECT count(*) AS n FROM ${id(RESOLVED)}`,
  });
  if (rows === 0) return false;
  const enough = Math.ceil(rows / share);
  return (await countUpTo(load, fact.name, enough)) < enough;
}
