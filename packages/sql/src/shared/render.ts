import type { Dialect } from "../dialect.ts";
import { type Parameter, Sql } from "../text.ts";

/** The statement as the engine takes it. */
export function render(
  dialect: Dialect,
  statement: Sql | string,
): { readonly text: string; readonly parameters: readonly Parameter[] } {
  return statement instanceof Sql ? statement.render(dialect) : { text: statement, parameters: [] };
}
