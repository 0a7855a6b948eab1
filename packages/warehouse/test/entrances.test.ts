import {
  date,
  decimal,
  defineTable,
  int64,
  isLakewrightError,
  type LakewrightError,
  showValue,
  utf8,
} from "@lakewright/core";
import { createTable, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import * as star from "@lakewright/warehouse";
import * as audit from "@lakewright/warehouse/audit";
import * as extraction from "@lakewright/warehouse/extract";
import * as models from "@lakewright/warehouse/models";
import * as query from "@lakewright/warehouse/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type Call = (...args: readonly unknown[]) => unknown;
type Wrong = readonly [what: string, entry: string, args: () => readonly unknown[], said: RegExp];

const users = star.dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: utf8() },
});
const sales = star.fact("fact_sales", {
  grain: ["sale_id"],
  dimensions: { user: users, date: star.calendar("dim_date") },
  attributes: { date: date() },
  measures: { amount: decimal(14, 2) },
});
const engine = duckdb(":memory:");
const erp = duckdb(":memory:");
const orders = defineTable("orders", { id: int64(), name: utf8() });
const one = models.model("one", {
  columns: { n: int64() },
  select: () => sql`select 1 as n`,
});
const project = models.defineProject([one]);
const sold = query.metrics(sales, { measures: { sold: query.sum("amount") } });
const rules = audit.defineAccess({ users }, {});
let warehouse: star.Warehouse;
let source: extraction.TableSource;
let queries: query.Queries;
let log: audit.AuditLog;
beforeAll(async () => {
  await erp.execute(createTable(erp.dialect, "orders", orders));
  [source] = (await extraction.introspect(erp)) as unknown as [extraction.TableSource];
  warehouse = await star.openWarehouse(engine, { users, sales });
  queries = query.openQueries(warehouse);
  log = await audit.openAuditLog(engine);
});
afterAll(async () => {
  await engine.close();
  await erp.close();
});

/** Every error is of the toolkit, with what was given in its message and a remedy in its hint. */
async function refused(call: () => unknown): Promise<LakewrightError> {
  let result: unknown;
  try {
    result = await call();
    if (typeof result === "object" && result !== null && Symbol.asyncIterator in result) {
      for await (const _ of result as AsyncIterable<unknown>);
    }
  } catch (error) {
    if (!isLakewrightError(error)) throw error;
    expect(error.hint).toBeDefined();
    return error;
  }
  throw new Error("It was taken.");
}

const select = (): unknown => sql`select 1 as n`;
const columns = { n: int64() };
const full = { strategy: extraction.full() };
const toOther = (): unknown => extraction.toTables(duckdb(":memory:"));

/** What somebody without types, or new to it, writes. */
const wrong: readonly Wrong[] = [
  ["no tables", "openWarehouse", () => [engine], /tables of openWarehouse are undefined/],
  ["a list", "openWarehouse", () => [engine, [users]], /tables of openWarehouse are .* no object/],
  ["one table", "openWarehouse", () => [engine, users], /tables of openWarehouse are/],
  ["a table of core", "openWarehouse", () => [engine, { orders }], /Table "orders" is .* no dim/],
  ["a promise", "openWarehouse", () => [Promise.resolve(engine), { users }], /engine of openW/],
  ["a clock", "openWarehouse", () => [engine, { users }, { clock: Date.now }], /clock is .* now/],
  ["no tables", "planMigration", () => [engine], /tables of planMigration are undefined/],
  ["a warehouse", "planMigration", () => [warehouse, { users }], /engine of planM.* a warehouse/],
  [
    "a list",
    "fact",
    () => ["f", { grain: ["id"], dimensions: [users], measures: {} }],
    /"f" are a list/,
  ],
  ["a name", "fact", () => ["f", { grain: ["id"], dimensions: { user: "users" } }], /Role "user"/],
  ["no dimensions", "fact", () => ["f", { grain: ["id"] }], /dimensions of "f" are undefined/],
  ["no members", "bridge", () => ["b", {}], /dimensions of "b" are undefined/],
  ["nothing", "runModels", () => [], /engine of runModels is undefined/],
  ["no project", "runModels", () => [engine], /project of runModels is undefined/],
  ["a list", "runModels", () => [warehouse, [one]], /project of runModels is a list/],
  ["one model", "runModels", () => [engine, one], /project of runModels is a model/],
  ["turned round", "runModels", () => [project, engine], /engine of runModels is/],
  ["a path", "runModels", () => ["a.duckdb", project], /engine of runModels is "a.duckdb"/],
  ["a number", "runModels", () => [engine, project, { select: 5 }], /A selection has "5"/],
  ["an engine", "planModels", () => [engine], /project of planModels/],
  ["a path", "planModels", () => [project, { engine: "a.duckdb" }], /engine of planModels/],
  ["one model", "runUnitTests", () => [engine, one], /tests of runUnitTests/],
  ["models", "runUnitTests", () => [engine, [one]], /tests of runUnitTests/],
  ["no model", "unitTest", () => ["t"], /model of unit test "t" is undefined/],
  ["no rows", "unitTest", () => ["t", one, { expect: [] }], /Unit test "t" .* has no given/],
  ["no columns", "model", () => ["m", { select }], /Model "m" has no columns/],
  ["a column", "model", () => ["m", { columns, select, grain: "n" }], /grain of "m" is "n"/],
  [
    "a test",
    "model",
    () => ["m", { columns, select, tests: models.notNull("n") }],
    /tests of model "m" are/,
  ],
  ["one model", "defineProject", () => [one], /models of a project are .* no list/],
  ["names", "defineProject", () => [["one"]], /model of a project is "one"/],
  ["a name", "source", () => ["orders"], /table of a source is "orders"/],
  ["nothing", "incremental", () => [], /by is undefined/],
  ["nothing", "columnLineage", () => [], /model of columnLineage is undefined/],
  ["a list", "modelsPage", () => [[one]], /project of modelsPage is a list/],
  ["nothing", "introspect", () => [], /engine of introspect is undefined/],
  ["a name", "introspect", () => [erp, { include: "orders" }], /names of include are "orders"/],
  ["a definition", "extract", () => [erp, orders, full], /source of extract is/],
  ["a name", "extract", () => [erp, "orders", full], /source of extract is "orders"/],
  ["all of them", "extract", () => [erp, [source], full], /source of extract is/],
  ["a name", "extract", () => [erp, source, { strategy: "full" }], /strategy is "full"/],
  ["a function", "extract", () => [erp, source, { strategy: extraction.full }], /strategy is/],
  [
    "no cursor",
    "extract",
    () => [erp, source, { strategy: { kind: "watermark" } }],
    /cursor of watermark is undefined/,
  ],
  [
    "a promise",
    "extractInto",
    () => [erp, Promise.resolve([source]), toOther(), full],
    /sources of extractInto/,
  ],
  ["no engine", "extractInto", () => ["erp", [source], toOther(), full], /engine of extractInto/],
  ["a warehouse", "toTables", () => [warehouse], /engine of toTables is a warehouse/],
  ["an engine", "toWarehouse", () => [engine, {}], /warehouse of toWarehouse is an engine/],
  ["definitions", "toWarehouse", () => [warehouse, { orders: users }], /route of "orders" is/],
  ["no routes", "toWarehouse", () => [warehouse], /routes of toWarehouse are undefined/],
  ["nothing", "sqlState", () => [], /engine of sqlState is undefined/],
  ["a table", "sqlState", () => [engine, { table: "x" }], /sqlState has no option "table"/],
  ["a table", "sqlSchemas", () => [engine, { table: "x" }], /sqlSchemas has no option "table"/],
  ["nothing", "jsonState", () => [], /place of jsonState is undefined/],
  ["one table", "toTypeScript", () => [source], /sources of toTypeScript are/],
  ["tables alone", "compareSchemas", () => [source, source], /sources of compareSchemas are/],
  ["a warehouse", "openAuditLog", () => [warehouse], /engine of openAuditLog is a warehouse/],
  ["a warehouse", "openAuditTables", () => [warehouse], /engine of openAuditTables is a warehou/],
  ["no roles", "defineAccess", () => [{ users }], /roles of the access rules are undefined/],
  ["a list", "defineAccess", () => [[users], {}], /tables of defineAccess are/],
  ["a list", "defineAccess", () => [{ users }, { analyst: ["users"] }], /Role "analyst" is/],
  ["a warehouse", "planAccess", () => [warehouse, rules], /engine of planAccess is a warehouse/],
  ["roles alone", "applyAccess", () => [engine, { analyst: {} }], /rules of applyAccess are/],
  ["an engine", "planRetention", () => [engine, { sales }, []], /warehouse of planR.* an engine/],
  ["one rule", "planRetention", () => [warehouse, { sales }, {}], /rules of planRetention are/],
  ["a dimension", "metrics", () => [users, { measures: {} }], /fact of metrics\(\) is/],
  ["a function", "metrics", () => [sales, { measures: { n: query.count } }], /Measure "n" .* none/],
  ["an engine", "openQueries", () => [engine], /warehouse of openQueries is an engine/],
  ["a URL", "openQueries", () => [warehouse, { cache: "redis://a" }], /cache of openQueries is/],
  ["a URL", "redisCache", () => ["redis://a"], /client of redisCache is "redis:\/\/a"/],
  ["no query", "endpoint", () => [{ queries }], /query of an endpoint is undefined/],
  ["no queries", "endpoint", () => [{ query: () => sold }], /queries of an endpoint is undefined/],
  ["nothing", "serve", () => [], /routes of serve are undefined/],
];
const entries = { ...star, ...audit, ...extraction, ...query, ...models } as unknown as Readonly<
  Record<string, Call>
>;

describe("a wrong call is refused for what it was given, with a remedy", () => {
  it.each(wrong)("%s to %s", async (_, entry, args, said) => {
    expect((await refused(() => entries[entry]!(...args()))).message).toMatch(said);
  });

  it.each([
    ["deleteFacts", sales, { sale_id: 1 }],
    ["delete", users, { user_id: "ada" }],
  ] as const)("also of the keys to %s", async (entry, table, key) => {
    const deletion = warehouse[entry].bind(warehouse) as Call;
    for (const [keys, shown] of [
      [key, showValue(key)],
      ["ada", '"ada"'],
      [undefined, "undefined"],
      [sql`select 1 as sale_id`, "a query"],
      [engine.table(["fact_sales"]), "a table of a database"],
    ] as const) {
      const { message, hint } = await refused(() => deletion(table, keys));
      expect(message).toBe(
        `The keys of a deletion from "${table.name}" are ${shown}, which is no list or stream of rows.`,
      );
      expect(hint).toMatch(/engine\.query\(…\)\.$/);
    }
    const { hint } = await refused(() => deletion(table, Promise.resolve([key])));
    expect(hint).toMatch(/await it first/);
  });

  it("also of what was opened", async () => {
    const ask = queries.run.bind(queries) as Call;
    expect((await refused(() => ask())).message).toMatch(/metrics of a question are undefined/);
    expect((await refused(() => ask(sales, {}))).message).toMatch(/metrics of a question are/);
    const append = log.append.bind(log) as Call;
    expect((await refused(() => append())).message).toMatch(/event of the audit log is undefined/);
  });
});
