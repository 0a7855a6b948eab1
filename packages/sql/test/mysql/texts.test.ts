import {
  Decimal,
  decimal,
  defineTable,
  naiveTimestamp,
  oneOf,
  uint8,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { createTable, mysqlDialect, sql } from "../../src/index.ts";
import { LoadBuffer } from "../../src/mysql/load/buffer.ts";
import { hasSeveralStatements, transactionEndOf } from "../../src/mysql/statement-text.ts";

const COLLATED =
  "CHARACTER SET utf8mb4 /*!80017 COLLATE utf8mb4_0900_bin */ /*M! COLLATE utf8mb4_nopad_bin */";

describe("the dialect of MySQL", () => {
  it("writes the columns of a table, texts in keys with a longest length", () => {
    const table = defineTable("t", {
      "a`b": utf8(),
      k: utf8(),
      n: uint8(),
      price: decimal(9, 2),
      kind: oneOf(["a", "it's"]),
      at: naiveTimestamp("ms"),
    });
    const create = createTable(mysqlDialect, ["mart", "t"], table, {
      primaryKey: ["a`b", "k"],
      checks: true,
    });
    expect(create.render(mysqlDialect)).toEqual({
      text: `CREATE TABLE \`mart\`.\`t\` (
  \`a\`\`b\` VARCHAR(376) ${COLLATED} NOT NULL,
  \`k\` VARCHAR(376) ${COLLATED} NOT NULL,
  \`n\` TINYINT UNSIGNED NOT NULL CHECK (\`n\` BETWEEN 0 AND 255),
  \`price\` DECIMAL(9, 2) NOT NULL,
  \`kind\` VARCHAR(64) ${COLLATED} NOT NULL CHECK (\`kind\` IN ('a', 'it''s')),
  \`at\` DATETIME(3) NOT NULL,
  PRIMARY KEY (\`a\`\`b\`, \`k\`)
)`,
      parameters: [],
    });
    const deep = defineTable("t", { a: decimal(38, 38) });
    expect(() => createTable(mysqlDialect, "t", deep)).toThrow("no column type for");
  });

  it("writes literals that mean the same in any sql_mode, and casts what says nothing of itself", () => {
    expect(mysqlDialect.literal("it's")).toBe("'it''s'");
    expect(mysqlDialect.literal("a\\'b\0")).toBe("_utf8mb4 x'615c276200'");
    expect(mysqlDialect.literal(0.1)).toBe("0.1e0");
    expect(mysqlDialect.literal(-0)).toBe("-0e0");
    expect(mysqlDialect.literal(1e300)).toBe("1e+300");
    expect(mysqlDialect.literal(new Date(1))).toBe("TIMESTAMP'1970-01-01 00:00:00.001'");
    for (const value of [NaN, Infinity, "\ud800", {}]) {
      expect(() => mysqlDialect.literal(value)).toThrow(/MySQL|Unicode/);
    }
    const { text } = sql`SELECT ${new Decimal(-5n, 3)}, ${1}`.render(mysqlDialect);
    expect(text).toBe("SELECT CAST(? AS DECIMAL(3, 3)), ?");
  });

  it("refuses a pattern that its two servers would read in two ways", () => {
    for (const pattern of ["(a)\\1", "[\\D]", "(?s:a)", "[[:nope:]]", "\\Qa\\E", "(?<=a)b"]) {
      const make = () => mysqlDialect.regexMatches(sql`t`, sql`${pattern}`);
      expect(make, pattern).toThrow("cannot express");
    }
    const test = mysqlDialect.regexMatches(sql`t`, sql`p`).render(mysqlDialect);
    expect(test).toEqual({ text: "t REGEXP p", parameters: [] });
  });
});

describe("the text of a statement", () => {
  it("is known to end a transaction, whatever stands before it", () => {
    for (const [text, words] of [
      ["COMMIT", "COMMIT"],
      ["  -- hello\n/* there */ Start  Transaction", "START TRANSACTION"],
      ["SELECT 1; truncate t", "TRUNCATE"],
      ["CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE OR"],
      ["drop table t", "DROP TABLE"],
      ["set autocommit = 0", "SET AUTOCOMMIT"],
      ["ROLLBACK", "ROLLBACK"],
      ["ALTER TABLE t ADD a INT", "ALTER TABLE"],
    ] as const) {
      expect(transactionEndOf(text), text).toBe(words);
    }
  });

  it("is not where the words stand in texts, names and comments, or mean something else", () => {
    for (const text of [
      "SELECT 'x; COMMIT'",
      `SELECT "a;DROP TABLE t" FROM \`;COMMIT\``,
      "SELECT 1 # ; COMMIT",
      "SELECT '\\'; COMMIT'",
      "CREATE TEMPORARY TABLE t (a INT)",
      "DROP TEMPORARY TABLE IF EXISTS t",
      "ROLLBACK TO SAVEPOINT s",
      "UPDATE t SET begin = 1",
    ]) {
      expect(transactionEndOf(text), text).toBeUndefined();
    }
    expect(hasSeveralStatements("SELECT ';'; -- ; none")).toBe(false);
    expect(hasSeveralStatements("SELECT 1; SELECT 2")).toBe(true);
  });
});

it("writes whole numbers digit by digit up to the last a double holds", () => {
  const last = Number.MAX_SAFE_INTEGER;
  const numbers = [0, 9, 10, 99_999_999, 2 ** 52 + 1];
  for (let k = 0; k < 200; k++) numbers.push(last - k, -last + k, 9e15 + k);
  for (const number of numbers) {
    const out = new LoadBuffer(true);
    out.integer(number);
    expect(out.take().subarray(4).toString("latin1")).toBe(String(number));
  }
});
