import { type Sql, SqlError, sql } from "@lakewright/sql";
import { namesOf } from "../../define/names.ts";
import { WarehouseError } from "../../errors.ts";
import { columnsUnder } from "../../sql-text.ts";
import type { Work } from "../run/work.ts";
import { resultColumns } from "./names.ts";

/**
 * Computes rows into a table, whose constraints they have to meet.
 *
 * @returns their number
 * @throws WarehouseError WAREHOUSE_MODEL_MISMATCH for a null or a value the declared columns do not have.
 */
export async function fill(work: Work, into: Sql, statement: Sql, where?: Sql): Promise<number> {
  const { session, model, signal } = work;
  const names = namesOf(model.result);
  const condition = where === undefined ? sql`` : sql`\nWHERE ${where}`;
  try {
    return await session.execute(
      sql`INSERT INTO ${into} (${resultColumns(model)})
SELECT ${columnsUnder("q", names)} FROM (\n${statement}\n) AS q${condition}`,
      { signal },
    );
  } catch (error) {
    throw asMismatch(work, error);
  }
}

/** What a constraint says of the rows of a model; any other error as it is. */
function asMismatch({ model }: Work, error: unknown): unknown {
  if (!(error instanceof SqlError) || error.code !== "SQL_CONSTRAINT") return error;
  return new WarehouseError(
    "WAREHOUSE_MODEL_MISMATCH",
    `A row of model "${model.name}" does not fit its columns or its key: ${error.message}`,
    {
      hint: "Declare the column nullable(…) or with all its values, or mend the query.",
      cause: error,
      details: { model: model.name },
    },
  );
}
