import { looksLikeBatch, showValue } from "@lakewright/core";
import { Sql } from "@lakewright/sql";
import { isEngineTable } from "./load/load-data.ts";
import { hintFor, invalid, isObject, isRecord } from "./options.ts";

/** Refuses what is no engine, as the path of a database: types see it, and not everybody runs them. */
export function assertEngine(subject: string, given: unknown): void {
  if (isObject(given) && "transaction" in given && "capabilities" in given) return;
  const isWarehouse = isObject(given) && "engine" in given;
  throw invalid(
    `The engine of ${subject} is ${isWarehouse ? "a warehouse" : showValue(given)}, which is none.`,
    hintFor(
      given,
      isWarehouse
        ? "Give warehouse.engine."
        : 'Give duckdb("…"), postgres("…"), mysql("…") or pglite("…") first, then what it is for.',
    ),
  );
}

/** Refuses what runs no statements. */
export function assertSession(subject: string, given: unknown): void {
  if (isObject(given) && "query" in given && "dialect" in given) return;
  assertEngine(subject, given);
}

/** Refuses what is no warehouse, as its engine. */
export function assertWarehouse(subject: string, given: unknown): void {
  if (isObject(given) && "load" in given && "engine" in given) return;
  const isEngine = isObject(given) && "transaction" in given;
  throw invalid(
    `The warehouse of ${subject} is ${isEngine ? "an engine" : showValue(given)}, which is none.`,
    hintFor(given, "Give what openWarehouse(engine, tables) resolves to."),
  );
}

/** Refuses what is neither an engine nor a warehouse. */
export function assertEngineOrWarehouse(subject: string, given: unknown): void {
  if (!(isObject(given) && "engine" in given)) assertEngine(subject, given);
}

/** Refuses what is no list, as one thing in its place or a promise of it. */
export function assertList(what: string, given: unknown, hint: string): void {
  if (Array.isArray(given)) return;
  throw invalid(`${what} are ${showValue(given)}, which is no list.`, hintFor(given, hint));
}

/** Refuses what is no time to ask for, as Date.now. */
export function assertClock(given: unknown): void {
  if (isObject(given) && "now" in given && typeof given.now === "function") return;
  throw invalid(
    `The clock is ${showValue(given)}, which has no now().`,
    "Give an object with now(), which gives a Date.",
  );
}

/** Refuses what is no definition of a star, as the name of its table. */
export function assertStarTable(subject: string, given: unknown): void {
  if (isObject(given) && "kind" in given && "name" in given) return;
  throw invalid(
    `${subject} is ${showValue(given)}, which is no dimension or fact.`,
    "Give the definition that dimension(), fact(), bridge() or calendar() made, not its name.",
  );
}

/** Refuses what is no star: a list of its tables, one of them. */
export function assertTables(subject: string, given: unknown): void {
  const isNamed = isRecord(given) && !("kind" in given && "name" in given);
  if (!isNamed) {
    throw invalid(
      `The tables of ${subject} are ${showValue(given)}, which is no object of definitions.`,
      "Give the definitions by name: { users, sales }.",
    );
  }
  for (const [name, table] of Object.entries(given)) assertStarTable(`Table "${name}"`, table);
}

/**
 * Refuses what holds no rows: one object, the name of a file, a promise nobody awaited.
 *
 * @param subject - what it is given as, with its verb: "The keys … are"
 * @param orQuery - whether a query or a table of the database may stand for its rows. Default false.
 */
export function assertRows(
  subject: string,
  given: unknown,
  { orQuery = false }: { readonly orQuery?: boolean } = {},
): void {
  const holds = isObject(given) && (Symbol.iterator in given || Symbol.asyncIterator in given);
  if (holds || looksLikeBatch(given)) return;
  const query = queryIn(given);
  if (orQuery && query !== undefined) return;
  const rows =
    "Give an array of objects, Arrow batches, or an (async) iterable of them, such as engine.query(…)";
  throw invalid(
    `${subject} ${query ?? showValue(given)}, which is no list or stream of rows.`,
    hintFor(given, `${rows}${orQuery ? "; or a query sql`…` or a table of the database" : ""}.`),
  );
}

function queryIn(given: unknown): string | undefined {
  if (given instanceof Sql) return "a query";
  return isEngineTable(given) ? "a table of a database" : undefined;
}
