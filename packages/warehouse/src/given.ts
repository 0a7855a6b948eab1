import { looksLikeBatch, showValue } from "@lakewright/core";
import { invalid } from "./options.ts";

/** Refuses what is no engine, as the path of a database: types see it, and not everybody runs them. */
export function assertEngine(subject: string, given: unknown): void {
  if (isObject(given) && "transaction" in given && "capabilities" in given) return;
  throw invalid(
    `The engine of ${subject} is ${showValue(given)}, which is none.`,
    'Give duckdb("…"), postgres("…"), mysql("…") or pglite("…") first, then what it is for.',
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

/** Refuses what holds no rows: one object, the name of a file, a promise nobody awaited. */
export function assertRows(table: string, data: unknown): void {
  const holds = isObject(data) && (Symbol.iterator in data || Symbol.asyncIterator in data);
  if (holds || looksLikeBatch(data)) return;
  throw invalid(
    `The data of a load of "${table}" is ${showValue(data)}, which is no list or stream of rows.`,
    data instanceof Promise
      ? "It is a promise: await it first."
      : "Give an array of objects, Arrow batches, or an (async) iterable of them, such as engine.query(…).",
  );
}

function isObject(given: unknown): given is object {
  return typeof given === "object" && given !== null;
}
