import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decimal, nullable, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";

const columns = { user_id: utf8(), country: nullable(utf8()) };
const users = dimension("dim_users", { key: ["user_id"], columns });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users, day: calendar("dim_date") },
  measures: { amount: decimal(10, 2) },
});

it("creates what is missing, and opens what is there as often as wanted", async () => {
  await using engine = duckdb(":memory:");
  const first = await openWarehouse(engine, { sales }, { schema: "mart" });
  await first.load(users, [{ user_id: "u1" }]);
  const second = await openWarehouse(engine, { sales, users }, { schema: "mart" });
  expect(second.table(users).path).toEqual(["mart", "dim_users"]);
  const { n } = await engine.query("SELECT count(*) AS n FROM mart.dim_users").row();
  expect(n).toBe(3n);
});

it("finds its tables, loads and numbers again in a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-warehouse-"));
  const path = join(folder, "warehouse.duckdb");
  {
    await using warehouse = await openWarehouse(duckdb(path), { sales });
    await warehouse.load(users, [{ user_id: "u1" }], { loadId: "one" });
  }
  {
    await using warehouse = await openWarehouse(duckdb(path), { sales });
    expect(await warehouse.load(users, [{ user_id: "u1" }], { loadId: "one" })).toMatchObject({
      applied: false,
    });
    await warehouse.load(users, [{ user_id: "u2" }], { loadId: "two" });
    const keys = await warehouse.engine.query("SELECT users_key FROM dim_users ORDER BY 1").rows();
    expect(keys.map((row) => row["users_key"])).toEqual([-2n, -1n, 1n, 2n]);
  }
  rmSync(folder, { recursive: true, force: true });
});

it("says every difference of a table that is there", async () => {
  await using engine = duckdb(":memory:");
  await openWarehouse(engine, { users });
  const other = dimension("dim_users", {
    key: ["user_id"],
    columns: { user_id: utf8(), country: nullable(decimal(5, 2)), city: nullable(utf8()) },
  });
  await expect(openWarehouse(engine, { other })).rejects.toMatchObject({
    code: "WAREHOUSE_SCHEMA_MISMATCH",
    message:
      'Table main.dim_users is not as defined: "city" is missing; "country" is VARCHAR, defined as DECIMAL(5,2).',
  });
  const versioned = dimension("dim_users", { key: ["user_id"], columns, versioning: "scd0" });
  await expect(openWarehouse(engine, { versioned })).rejects.toMatchObject({
    code: "WAREHOUSE_SCHEMA_MISMATCH",
    message: expect.stringContaining('it was made as {"kind":"dimension","versioning":"scd1"'),
  });
});

it("leaves a table alone that no warehouse has made", async () => {
  await using engine = duckdb(":memory:");
  await engine.execute("CREATE TABLE dim_users (user_id VARCHAR)");
  await expect(openWarehouse(engine, { users })).rejects.toMatchObject({
    code: "WAREHOUSE_SCHEMA_MISMATCH",
    message: "Table main.dim_users is not as defined: it was not made by a warehouse.",
  });
  const tables = await engine.query("SELECT table_name FROM information_schema.tables").rows();
  expect(tables).toEqual([{ table_name: "dim_users" }]);
});

it("refuses two definitions of one name, and takes one definition from many places", async () => {
  await using engine = duckdb(":memory:");
  const twin = dimension("dim_users", { key: ["user_id"], columns, versioning: "scd2" });
  await expect(openWarehouse(engine, { users, twin })).rejects.toMatchObject({
    code: "WAREHOUSE_INVALID_DEFINITION",
  });
  const same = dimension("dim_users", { key: ["user_id"], columns });
  await expect(openWarehouse(engine, { sales, same })).resolves.toBeDefined();
});

it("refuses options and tables it does not know", async () => {
  await using engine = duckdb(":memory:");
  await expect(openWarehouse(engine, { users }, { scheme: "x" } as never)).rejects.toMatchObject({
    code: "WAREHOUSE_INVALID_OPTION",
  });
  await expect(openWarehouse(engine, { users }, { fkMode: "enforce" })).rejects.toMatchObject({
    code: "WAREHOUSE_UNSUPPORTED",
  });
  const warehouse = await openWarehouse(engine, { users });
  await expect(warehouse.load(sales, [])).rejects.toMatchObject({
    code: "WAREHOUSE_UNKNOWN_TABLE",
    hint: "Give it to openWarehouse; it has dim_users.",
  });
  const invalid = { code: "WAREHOUSE_INVALID_OPTION" };
  await expect(warehouse.load(users, [], { at: "2026-01-01" })).rejects.toMatchObject(invalid);
  await expect(warehouse.load(users, [], { loadID: "x" } as never)).rejects.toMatchObject(invalid);
  await expect(warehouse.load(users, [], { loadId: "" })).rejects.toMatchObject(invalid);
  await expect(warehouse.load(users, [], { onReject: "drop" as never })).rejects.toMatchObject(
    invalid,
  );
  expect(() => warehouse.asOf(users, "2026-01-01")).toThrow("it has no history");
});

it("says what was given where there should be an engine, a definition or rows", async () => {
  const refused = (message: string) => ({ code: "WAREHOUSE_INVALID_OPTION", message });
  await expect(openWarehouse("shop.duckdb" as never, { users })).rejects.toMatchObject(
    refused('The engine of openWarehouse is "shop.duckdb", which is none.'),
  );
  await using engine = duckdb(":memory:");
  await expect(openWarehouse(engine, { users: "dim_users" } as never)).rejects.toMatchObject(
    refused('Table "users" is "dim_users", which is no dimension or fact.'),
  );
  const warehouse = await openWarehouse(engine, { users });
  await expect(warehouse.load("dim_users" as never, [])).rejects.toMatchObject(
    refused('The table is "dim_users", which is no dimension or fact.'),
  );
  const notRows = (shown: string) =>
    refused(`The data of a load of "dim_users" is ${shown}, which is no list or stream of rows.`);
  for (const [data, shown] of [
    ["users.csv", '"users.csv"'],
    [{ user_id: "u1" }, '{"user_id":"u1"}'],
    [undefined, "undefined"],
  ] as const) {
    await expect(warehouse.load(users, data as never)).rejects.toMatchObject(notRows(shown));
  }
  await expect(warehouse.load(users, Promise.resolve([]) as never)).rejects.toMatchObject({
    hint: "It is a promise: await it first.",
  });
});

it("takes names and values that look like SQL for names and values", async () => {
  await using engine = duckdb(":memory:");
  const odd = dimension('dim "x"; DROP TABLE y', {
    key: ["a b"],
    versioning: "scd2",
    columns: { "a b": utf8(), select: nullable(utf8()) },
  });
  const warehouse = await openWarehouse(engine, { odd });
  await warehouse.load(odd, [{ "a b": "it's", select: "; --" }], { at: "2026-01-01" });
  await warehouse.load(odd, [{ "a b": "it's", select: '"' }], { at: "2026-01-02" });
  expect(await warehouse.asOf(odd, "2026-01-01").rows()).toMatchObject([{ select: "; --" }]);
});
