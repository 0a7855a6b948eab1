import { defineTable, int64, isLakewrightError } from "@lakewright/core";
import {
  createTable,
  id,
  joinSql,
  readReplicas,
  sql,
  type SqlEngine,
  sqlSink,
} from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { pglite } from "@lakewright/sql/pglite";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, describe, expect, it } from "vitest";

/** As somebody without types calls them. */
const loose = (fn: unknown) => fn as (...args: readonly unknown[]) => unknown;
const engine = duckdb(":memory:");
afterAll(() => engine.close());
const sales = defineTable("sales", { id: int64() });
const method =
  (name: keyof SqlEngine) =>
  (...args: readonly unknown[]): unknown =>
    (engine[name] as (...args: readonly unknown[]) => unknown)(...args);

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (!isLakewrightError(error)) throw error;
    expect(error.hint).toBeDefined();
    return `${error.code}: ${error.message} ${error.hint}`;
  }
  throw new Error("It was taken.");
}

const given = (call: string, value: string): RegExp =>
  new RegExp(`^CORE_INVALID_OPTION: .*${call}.*${value}`);

describe("where a database is", () => {
  it.each([
    ["mysql", mysql, "postgres://ann:geheim@host/db", "Give it to postgres()"],
    ["mysql", mysql, { connectionString: "postgresql://ann@host" }, "Give it to postgres()"],
    ["mysql", mysql, "http://host", "begin with mysql:// or mariadb://"],
    ["postgres", postgres, "mysql://ann:geheim@host/db", "Give it to mysql()"],
    ["postgres", postgres, { connectionString: "mariadb://host" }, "Give it to mysql()"],
    ["postgres", postgres, "jdbc://host", "begin with postgres:// or postgresql://"],
    ["pglite", pglite, "postgres://ann@host/db", "Give it to postgres()"],
    ["pglite", pglite, { dataDir: "mysql://ann@host/db" }, "Give it to mysql()"],
    ["duckdb", duckdb, "postgres://ann@host/db", "Give it to postgres()"],
  ])("%s does not take another's: %#", async (name, open, source, remedy) => {
    const text = await refusal(() => loose(open)(source));
    expect(text).toMatch(given(`${name}\\(\\)`, "begins with"));
    expect(text).toContain(remedy);
    expect(text).not.toContain("geheim");
  });

  it("takes its own, by all their names, and paths", async () => {
    for (const [open, source] of [
      [postgres, "postgresql://ann@host/db"],
      [postgres, "/var/run/postgresql mydb"],
      [mysql, "mariadb://ann@host/db"],
      [pglite, "idb://browser"],
      [duckdb, "C:\\data\\warehouse.duckdb"],
      [duckdb, "md:my_db"],
    ] as const) {
      await (open(source) as SqlEngine).close();
    }
  });

  it.each([[undefined], [{ path: "a.duckdb" }], [""], [{}]])(
    "DuckDB is not in %j",
    async (source) => {
      expect(await refusal(() => loose(duckdb)(source))).toMatch(
        given("duckdb\\(\\) needs", "given"),
      );
    },
  );
});

describe("wrong calls are told apart from wrong SQL", () => {
  it.each<[string, (...args: readonly unknown[]) => unknown, readonly unknown[], RegExp]>([
    [
      "a query of another library",
      method("query"),
      [{ text: "select 1" }],
      given("statement", "text"),
    ],
    [
      "a promise",
      method("query"),
      [Promise.resolve("select 1")],
      /It is a promise: await it first/,
    ],
    ["no statement", method("execute"), [], given("statement", "undefined")],
    ["a list of statements", method("execute"), [["select 1"]], given("statement", "select 1")],
    ["parameters for options", method("query"), ["select 1", 5], given("query\\(\\)", "options 5")],
    ["null for options", method("query"), ["select 1", null], given("query\\(\\)", "options null")],
    [
      "a statement as a transaction",
      method("transaction"),
      ["select 1"],
      given("transaction", "no function"),
    ],
    ["a lock of nothing", method("withLock"), ["a"], given("withLock", "no function")],
    [
      "rows for a name",
      method("load"),
      [[{ id: 1n }], sales, "sales"],
      given("name of the table", "neither"),
    ],
    [
      "rows for a definition",
      method("load"),
      ["sales", [{ id: 1n }]],
      given("definition of load", "none"),
    ],
    [
      "a name for a definition",
      method("load"),
      ["sales", "sales", []],
      given("definition of load", "none"),
    ],
    ["no name", method("table"), [], given("name of the table", "undefined")],
    ["an engine for a dialect", loose(createTable), [engine, "t", sales], given("dialect", "none")],
    [
      "columns for a definition",
      loose(createTable),
      [engine.dialect, "t", { id: int64() }],
      given("definition", "none"),
    ],
    ["sql as a function", loose(sql), ["select 1"], given("sql was called with", "select 1")],
    ["one fragment for a list", loose(joinSql), [id("a")], given("joinSql", "list of")],
    ["texts for fragments", loose(joinSql), [["a", "b"]], given("joinSql", "list of")],
    [
      "replicas without a list",
      loose(readReplicas),
      [engine, engine],
      given("readReplicas", "no list"),
    ],
    [
      "a URL for a replica",
      loose(readReplicas),
      [engine, ["postgres://b"]],
      given("readReplicas", "none"),
    ],
    [
      "a sink of no engine",
      loose(sqlSink),
      ["a.duckdb", sales, { target: "t" }],
      given("sqlSink", "none"),
    ],
    ["a sink of no table", loose(sqlSink), [engine, { target: "t" }], given("sqlSink", "none")],
  ])("%s", async (_, call, args, wanted) => {
    const run = async (): Promise<unknown> => {
      const result = call(...args);
      return result !== null && typeof result === "object" && "rows" in result
        ? (result as { rows(): Promise<unknown> }).rows()
        : result;
    };
    expect(await refusal(run)).toMatch(wanted);
  });
});
