import {
  date,
  Decimal,
  decimal,
  defineTable,
  int8,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  uint16,
  uint64,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import {
  bind,
  createTable,
  duckdbDialect,
  id,
  joinSql,
  mysqlDialect,
  postgresDialect,
  raw,
  sql,
  SqlError,
} from "../../src/index.ts";

const table = defineTable("t", {
  'say "hi"': int8(),
  big: uint64(),
  price: decimal(9, 2),
  kind: nullable(oneOf(["a", "it's"])),
  at: timestamp("ms"),
  local: naiveTimestamp(),
  tags: list(utf8()),
  port: uint16(),
});

describe("createTable", () => {
  it("writes the columns in the types of the engine", () => {
    const options = { ifNotExists: true, primaryKey: ["big"], checks: true };
    expect(createTable(postgresDialect, ["mart", "t"], table, options).render(postgresDialect).text)
      .toBe(`CREATE TABLE IF NOT EXISTS "mart"."t" (
  "say ""hi""" SMALLINT NOT NULL,
  "big" NUMERIC(20, 0) NOT NULL CHECK ("big" BETWEEN 0 AND 18446744073709551615),
  "price" NUMERIC(9, 2) NOT NULL,
  "kind" TEXT CHECK ("kind" IN ('a', 'it''s')),
  "at" TIMESTAMPTZ(3) NOT NULL,
  "local" TIMESTAMP NOT NULL,
  "tags" TEXT[] NOT NULL,
  "port" INTEGER NOT NULL CHECK ("port" BETWEEN 0 AND 65535),
  PRIMARY KEY ("big")
)`);
    const temporary = createTable(duckdbDialect, "t", table, { temporary: true });
    expect(temporary.render(duckdbDialect).text).toBe(`CREATE TEMPORARY TABLE "t" (
  "say ""hi""" TINYINT NOT NULL,
  "big" UBIGINT NOT NULL,
  "price" DECIMAL(9, 2) NOT NULL,
  "kind" VARCHAR,
  "at" TIMESTAMPTZ NOT NULL,
  "local" TIMESTAMP NOT NULL,
  "tags" VARCHAR[] NOT NULL,
  "port" USMALLINT NOT NULL
)`);
  });

  it("refuses a key that is no column, an option it does not know, and a type the engine lacks", () => {
    const missing = () => createTable(duckdbDialect, "t", table, { primaryKey: ["id"] });
    expect(missing).toThrow('no column "id"');
    for (const column of [struct({ a: utf8() }), map(utf8(), date()), list(list(utf8()))]) {
      const make = () => createTable(postgresDialect, "t", defineTable("t", { column }));
      expect(make).toThrow("Postgres has no column type");
      expect(() => createTable(duckdbDialect, "t", defineTable("t", { column }))).not.toThrow();
    }
    const misspelt = { temporay: true } as object;
    expect(() => createTable(duckdbDialect, "t", table, misspelt)).toThrow(/temporay/);
  });
});

describe("sql", () => {
  it("numbers its parameters through nested fragments and quotes its names", () => {
    const where = joinSql([sql`a = ${1}`, sql`b = ${"x"}`], " AND ");
    const statement = sql`SELECT ${raw("*")} FROM ${id("s", 'we"ird')} WHERE ${where} OR c = ${bind("1", decimal(5, 2).type)}`;
    expect(statement.render(postgresDialect)).toEqual({
      text: `SELECT * FROM "s"."we""ird" WHERE a = $1 AND b = $2 OR c = CAST($3 AS NUMERIC(5, 2))`,
      parameters: [{ value: 1 }, { value: "x" }, { value: "1", type: decimal(5, 2).type }],
    });
    expect(joinSql([]).render(duckdbDialect).text).toBe("");
  });
});

describe.each([duckdbDialect, postgresDialect])("the dialect of $name", (dialect) => {
  it("writes literals that no value can leave", () => {
    expect(dialect.literal("it's; \\ --")).toBe("'it''s; \\ --'");
    expect(dialect.literal(null)).toBe("NULL");
    expect(dialect.literal(-5n)).toBe("-5");
    expect(dialect.literal(new Decimal(-5n, 2))).toBe("-0.05");
    expect(dialect.literal(false)).toBe("FALSE");
    expect(dialect.literal(new Date(1))).toBe("TIMESTAMPTZ '1970-01-01 00:00:00.001+00'");
    expect(dialect.instantLiteral(-1n)).toBe("TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'");
    for (const value of [undefined, {}, Symbol("x"), new Date(NaN)]) {
      expect(() => dialect.literal(value)).toThrow(SqlError);
    }
  });

  it("refuses names that quoting does not save", () => {
    expect(dialect.quote('a"b')).toBe('"a""b"');
    for (const name of ["", "a\0b", "\ud800", undefined as never]) {
      expect(() => dialect.quote(name)).toThrow(SqlError);
    }
  });
});

describe("a regular expression for Postgres", () => {
  it("is refused where Postgres cannot express it", () => {
    for (const pattern of [
      "\\pL",
      "\\p{Greek}",
      "[\\D]",
      "a(?i)b",
      "(?i:a)",
      "a{1000}",
      "(a)\\1",
    ]) {
      const make = () => postgresDialect.regexMatches(sql`t`, sql`${pattern}`);
      expect(make, pattern).toThrow("Postgres cannot express");
    }
  });

  it("is left alone where it is no bound text", () => {
    const test = postgresDialect.regexMatches(sql`t`, sql`p`).render(postgresDialect);
    expect(test).toEqual({ text: "t ~ p", parameters: [] });
  });
});

it("MySQL's moments have no zone, for its sessions are in UTC", () => {
  expect(mysqlDialect.instantLiteral(1n)).toBe("TIMESTAMP'1970-01-01 00:00:00.000001'");
});
