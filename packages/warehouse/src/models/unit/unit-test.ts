import { invalidDefinition, namesOf } from "../../define/names.ts";
import { assertKnown } from "../../options.ts";
import { compileModel } from "../compile.ts";
import { assertModel } from "../given.ts";
import type { Model } from "../model.ts";
import { neutralTarget } from "../project.ts";
import { relationTable } from "../relation.ts";

/** A row by the names of its columns; one that is left out is null. */
export type GivenRow = Readonly<Record<string, unknown>>;

/** The rows a model is given, and those it is to make of them. */
export interface UnitTestOptions {
  /** Rows of every relation the query reads, by name; columns left out are null. */
  readonly given: Readonly<Record<string, readonly GivenRow[]>>;
  /** The rows the query then gives, in any order; columns that no row has are not compared. */
  readonly expect: readonly GivenRow[];
  /** What the case is about. Default none. */
  readonly description?: string | undefined;
}

/** Rows in, rows out: what a model's query does with them. Made by {@link unitTest}. */
export interface UnitTest {
  readonly name: string;
  readonly model: Model;
  readonly given: Readonly<Record<string, readonly GivenRow[]>>;
  readonly expect: readonly GivenRow[];
  readonly description: string | undefined;
}

/**
 * Describes a test of a model's query on rows given here: no table is read or made.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where rows are missing for a relation the query reads, or a row
 * names a column there is not.
 */
export function unitTest(name: string, model: Model, options: UnitTestOptions): UnitTest {
  assertModel(`unit test "${name}"`, model);
  const subject = `Unit test "${name}" of model "${model.name}"`;
  const known = ["given", "expect", "description"];
  assertKnown(subject, options, known, "WAREHOUSE_INVALID_DEFINITION");
  const { given, expect, description } = options;
  for (const [part, value] of Object.entries({ given, expect })) {
    if (typeof value === "object" && (value as object | null) !== null) continue;
    throw invalidDefinition(
      `${subject} has no ${part}.`,
      "Give { given: { sales: [{ … }] }, expect: [{ … }] }.",
    );
  }
  const { reads } = compileModel(model, neutralTarget());
  const names = reads.map((relation) => relation.name);
  const missing = names.find((relation) => !Object.hasOwn(given, relation));
  if (missing !== undefined) {
    throw invalidDefinition(
      `${subject} gives no rows of "${missing}".`,
      `Give rows of ${names.join(", ")}; [] for none.`,
    );
  }
  const unread = Object.keys(given).find((relation) => !names.includes(relation));
  if (unread !== undefined) {
    throw invalidDefinition(
      `${subject} gives rows of "${unread}", which the query does not read.`,
      `It reads ${names.join(", ")}.`,
    );
  }
  for (const relation of reads) {
    const columns = namesOf(relationTable(relation));
    assertCells(subject, relation.name, given[relation.name]!, columns);
  }
  const columns = namesOf(model.result);
  assertCells(subject, "expect", expect, columns);
  return Object.freeze({ name, model, given, expect, description });
}

function assertCells(
  subject: string,
  of: string,
  rows: readonly GivenRow[],
  columns: readonly string[],
): void {
  for (const row of rows) {
    const unknown = Object.keys(row).find((column) => !columns.includes(column));
    if (unknown === undefined) continue;
    throw invalidDefinition(
      `${subject}: a row of ${of} has "${unknown}", and there is no such column.`,
      `The columns are ${columns.join(", ")}.`,
    );
  }
}
