import { SqlError } from "../../errors.ts";
import type { Connection } from "../connection.ts";
import { codeOf } from "../error.ts";
import type { Ok } from "../wire/exchange.ts";
import { ReadText } from "../wire/text-rows.ts";

/**
 * Makes sure that LOAD DATA LOCAL has taken every row as it was: it would bend values until they fit and pass over rows
 * that break a key, in strict mode too, and only warn.
 *
 * @param before - rows of the load before these
 * @throws SqlError with the column and the row of the first warning.
 */
export async function assertArrived(
  connection: Connection,
  statement: string,
  { affected, warnings }: Ok,
  sent: number,
  before: number,
): Promise<void> {
  if (warnings === 0 && affected === sent) return;
  const said = await connection.run(new ReadText("SHOW WARNINGS"));
  const [, number, message] = said.find(([level]) => level !== "Note") ?? said[0] ?? [];
  if (number === undefined || number === null || message === undefined || message === null) {
    throw new SqlError("SQL_LOAD_FAILED", `Of ${sent} rows ${affected} arrived.`, {
      hint: "A trigger of the table may have kept the others out.",
      details: { sql: statement },
    });
  }
  const column = /column [`']?(?:[^`']*[`']\.[`'])*([^`']+)[`']/i.exec(message)?.[1];
  const row = /at row (\d+)/i.exec(message)?.[1];
  const code = codeOf(Number(number), "HY000", "SQL_LOAD_FAILED");
  throw new SqlError(code, message, {
    hint:
      code === "SQL_LOAD_FAILED"
        ? "Give the column of the table a wider type, or convert the data before loading it."
        : undefined,
    details: {
      sql: statement,
      number: Number(number),
      warnings,
      ...(column === undefined ? {} : { column }),
      ...(row === undefined ? {} : { row: before + Number(row) - 1 }),
    },
  });
}
