import { showValue } from "@lakewright/core";
import { hintFor, invalid, isObject } from "../options.ts";

const HINT = "Give what introspect(engine) found, or { table, path } of your own.";

const isSource = (given: unknown): boolean =>
  isObject(given) && "table" in given && "path" in given && Array.isArray(given.path);

/** Refuses what is no table of a source, as its name, its definition or all of them. */
export function assertSource(subject: string, given: unknown): void {
  if (isSource(given)) return;
  throw invalid(`The source of ${subject} is ${showValue(given)}, which is no table of one.`, HINT);
}

/** Refuses what is no list of them. */
export function assertSources(subject: string, given: unknown): void {
  if (Array.isArray(given) && given.every(isSource)) return;
  throw invalid(
    `The sources of ${subject} are ${showValue(given)}, which is no list of tables.`,
    hintFor(given, HINT),
  );
}
