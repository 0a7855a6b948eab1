import { id, raw, sql } from "@lakewright/sql";
import type { Fact } from "../define/fact.ts";
import { addReference, dropReference } from "../schema/create.ts";
import { layoutOf } from "../schema/layout.ts";
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
  const { place, foreignKeys } = load.context;
  const { references } = layoutOf(fact);
  if (foreignKeys !== "auto" || references.length === 0 || !(await isLarge(load, fact))) {
    return work();
  }
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
