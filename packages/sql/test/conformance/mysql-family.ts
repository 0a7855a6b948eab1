import type { Capabilities } from "../../src/index.ts";
import { mysql } from "../../src/mysql.ts";
import type { MysqlServer } from "../../../../tools/services/mysql.ts";
import type { EngineUnderTest } from "./engines.ts";

const DIGITS = Array.from({ length: 10 }, (_, n) => `SELECT ${n} AS d`).join(" UNION ALL ");

/** MySQL and MariaDB, which one adapter speaks to; what only one of them can do is not promised. */
export function mysqlFamily(
  name: string,
  server: MysqlServer | undefined,
  canToo: readonly (keyof Capabilities)[],
): EngineUnderTest {
  let url = "";
  return {
    name,
    open: async () => {
      url = await server!.createDatabase();
      const engine = mysql(url);
      // A schema is a database, of which the server has one of that name.
      await engine.execute("DROP DATABASE IF EXISTS mart");
      return engine;
    },
    rival: () => Promise.resolve(mysql(url)),
    // A SLEEP that is cancelled ends as if its time were over.
    slow: `SELECT count(*) AS n FROM (${series(1_000_000_000)}) AS s WHERE n < 0`,
    series,
    failsLate: `SELECT EXP(CASE WHEN n = 4999 THEN 1000 ELSE 1 END) AS n FROM (${series(5000)}) AS s`,
    truth: 1,
    years: "1 to 9999",
    canToo,
  };
}

/** A join of digits: recursion is not made as it is read, and ends after a thousand steps. */
function series(rows: number): string {
  const places = Array.from({ length: Math.max(1, String(rows - 1).length) }, (_, k) => k);
  const number = places.map((k) => `d${k}.d * ${10 ** k}`).join(" + ");
  const tables = places.map((k) => `(${DIGITS}) AS d${k}`).join(", ");
  return `SELECT ${number} AS n FROM ${tables} WHERE ${number} < ${rows}`;
}
