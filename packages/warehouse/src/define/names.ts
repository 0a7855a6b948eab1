import { showValue } from "@lakewright/core";
import { WarehouseError } from "../errors.ts";

/** Columns a dimension has besides its own. */
export const VALID_FROM = `valid_from`;
export const VALID_TO = "valid_to";
export const IS_CURRENT = "is_current";
export const IS_INFERRED = "is_inferred";
export const IS_DELETED = "is_deleted";

/** Surrogate key of the member that stands for "not known". */
export const UNKNOWN_KEY = -1n;

/** Surrogate key of the member that stands for "there is none here". */
export const NOT_APPLICABLE_KEY = -2n;

/** The names of columns, in their order. */
export function namesOf({
  fields,
}: {
  readonly fields: readonly { readonly name: string }[];
}): string[] {
  return fields.map((field) => field.name);
}

export function invalidDefinition(message: string, hint?: string): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_DEFINITION", message, { hint });
}

/** Refuses a name twice among the columns a table will have, case aside as SQL compares them. */
export function assertDistinct(table: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name.startsWith("__")) {
      throw invalidDefinition(
        `Column "${name}" of "${table}" starts with "__", as columns of the loader do.`,
      );
    }
    if (seen.has(name.toLowerCase())) {
      throw invalidDefinition(
        `Table "${table}" would have the column "${name}" twice.`,
        `A dimension also has its surrogate key, ${IS_INFERRED}, ${IS_DELETED} and, with history, ${VALID_FROM}, ${VALID_TO} and ${IS_CURRENT}; a fact has <role>_key.`,
      );
    }
    seen.add(name.toLowerCase());
  }
}

/** Refuses what is no list of names, or an empty one. */
export function assertNamesGiven(subject: string, option: string, names: unknown): void {
  if (Array.isArray(names) && names.length > 0) return;
  if (typeof names === "string") {
    const problem = `The ${option} of ${subject} is "${names}", which is no list of columns.`;
    throw invalidDefinition(problem, `Write ${option}: ["${names}"].`);
  }
  throw invalidDefinition(`${subject} has no ${option}.`, `Give ${option}: ["a column", …].`);
}

/** Refuses a name that is no column. */
export function assertColumns(
  table: string,
  role: string,
  names: readonly string[],
  columns: readonly string[],
): void {
  if (!Array.isArray(names)) {
    throw invalidDefinition(
      `${role} of "${table}" is ${showValue(names)}, which is no list of columns.`,
      `Write it in brackets: [${showValue(names)}].`,
    );
  }
  for (const name of names) {
    if (columns.includes(name)) continue;
    throw invalidDefinition(
      `${role} of "${table}" names "${name}", which is none of its columns.`,
      `Its columns are ${columns.join(", ")}.`,
    );
  }
  if (new Set(names).size < names.length) {
    throw invalidDefinition(`${role} of "${table}" names a column twice.`);
  }
}
