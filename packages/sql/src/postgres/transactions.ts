import { postgresDialect } from "../dialects/postgres.ts";
import { say } from "../shared/server/connection.ts";
import type { Transactions } from "../shared/server/session.ts";
import { rolledBack } from "../shared/transaction/errors.ts";
import type { Connection } from "./connection.ts";

export const transactions: Transactions<Connection> = {
  dialect: postgresDialect,
  capabilitiesOf: ({ host }) => host.capabilities,
  begin: (connection, { isolation, readOnly }) => {
    const level = isolation === undefined ? "" : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
    return say(connection, `BEGIN${level}${readOnly ? " READ ONLY" : ""}`);
  },
  commit: async (connection) => {
    const { tags } = await connection.execute({ text: "COMMIT", parameters: [] });
    // Where a statement has failed the server says so by another tag, not by an error.
    if (tags[0] !== "COMMIT") throw rolledBack(undefined);
  },
  rollBack: (connection) => say(connection, "ROLLBACK"),
};
