import { mysqlCapabilities, mysqlDialect } from "../dialects/mysql.ts";
import { SqlError } from "../errors.ts";
import { say } from "../shared/server/connection.ts";
import type { Transactions } from "../shared/server/session.ts";
import type { Connection } from "./connection.ts";
import { transactionEndOf } from "./statement-text.ts";

export const transactions: Transactions<Connection> = {
  dialect: mysqlDialect,
  capabilitiesOf: () => mysqlCapabilities,
  begin: async (connection, { isolation, readOnly }) => {
    if (isolation !== undefined) {
      await say(connection, `SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`);
    }
    await say(connection, `START TRANSACTION${readOnly ? " READ ONLY" : ""}`);
  },
  commit: (connection) => say(connection, "COMMIT"),
  rollBack: async (connection) => {
    await say(connection, "ROLLBACK");
    // A session that let them be did not come to the statement that puts them on, and the pool gives it to others.
    await say(connection, "SET foreign_key_checks = 1, unique_checks = 1");
  },
  afterFailure: (cause) =>
    new SqlError("SQL_QUERY_FAILED", "An earlier statement of the transaction failed.", {
      hint: "Let the transaction end and run it again, or try what may fail in a savepoint().",
      cause,
    }),
  assertStays: (text) => {
    const words = transactionEndOf(text);
    if (words === undefined) return;
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `${words} inside transaction() would end the transaction: MySQL commits what it has done so far.`,
      {
        hint: "Run it before or after (capabilities.transactionalDdl); temporary tables are no trouble.",
        details: { sql: text },
      },
    );
  },
};
