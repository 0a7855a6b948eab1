import type { Dialect } from "../dialect.ts";
import { type Parameter, Sql } from "../text.ts";
import { assertStatement } from "./given.ts";

/** The statement as the engine takes it. @throws CoreError CORE_INVALID_OPTION where it is none. */
export function render(
  dialect: Dialect,
  statement: Sql | string,
): { readonly text: string; readonly parameters: readonly Parameter[] } {
  assertStatement(statement);
  return statement instanceof Sql ? statement.render(dialect) : { text: statement, parameters: [] };
}
