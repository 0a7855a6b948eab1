import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { decimal, int64, nullable, toBatch, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const columns = { sku: utf8(), name: nullable(utf8()), price: nullable(decimal(10, 2)) };
const kept = dimension("dim_kept", { key: ["sku"], versioning: "scd0", columns });
const products = dimension("dim_products", { key: ["sku"], columns });
const history = dimension("dim_history", { key: ["sku"], versioning: "scd2", columns });
const mixed = dimension("dim_mixed", {
  key: ["sku"],
  versioning: "scd2",
  columns: { ...columns, note: nullable(utf8()) },
  tracked: ["price"],
  overwritten: ["name"],
});

let engine: SqlEngine;
let warehouse: Warehouse;
beforeEach(async () => {
  engine = duckdb(":memory:");
  warehouse = await openWarehouse(engine, { kept, products, history, mixed });
});
afterEach(() => engine.close());

async function show(table: string, list: string): Promise<string[]> {
  const rows = await engine.query(`SELECT ${list} FROM ${table} WHERE sku IS NOT NULL`).rows();
  return rows.map((row) => Object.values(row).map(String).join(" ")).sort();
}

it.each([
  ["change", "a 2026-01-01", "b 2026-02-01"],
  ["epoch", "a 1970-01-01", "b 1970-01-01"],
  ["epoch-on-first-load", "a 1970-01-01", "b 2026-02-01"],
] as const)(
  'starts first versions where firstVersionFrom: "%s" says',
  async (from, ...expected) => {
    const dated = dimension("dim_dated", {
      key: ["sku"],
      versioning: "scd2",
      firstVersionFrom: from,
      columns,
    });
    const opened = await openWarehouse(engine, { dated });
    await opened.load(dated, [{ sku: "a", name: "Lamp" }], { at: "2026-01-01" });
    await opened.load(dated, [{ sku: "a", name: "Light" }, { sku: "b" }], { at: "2026-02-01" });
    expect(await show("dim_dated", "sku, valid_from::date")).toEqual(
      [...expected, "a 2026-02-01"].sort(),
    );
  },
);

describe("a dimension without history", () => {
  const first = [
    { sku: "a", name: "Lamp", price: "1.00" },
    { sku: "b", name: null, price: null },
  ];

  it("keeps what was loaded first with scd0", async () => {
    await warehouse.load(kept, first);
    const again = await warehouse.load(kept, [
      { sku: "a", name: "Other", price: "2.00" },
      { sku: "c", name: "New" },
    ]);
    expect(again).toMatchObject({ read: 2, inserted: 1, updated: 0, unchanged: 1 });
    expect(await show("dim_kept", "sku, name")).toEqual(["a Lamp", "b null", "c New"]);
  });

  it("overwrites with scd1, and only what differs, null being a value", async () => {
    await warehouse.load(products, first);
    const again = await warehouse.load(products, [
      { sku: "a", name: "Lamp", price: "1" },
      { sku: "b", name: "Vase", price: null },
      { sku: "c", name: "New" },
    ]);
    expect(again).toMatchObject({ read: 3, inserted: 1, updated: 1, unchanged: 1 });
    const nulled = await warehouse.load(products, [{ sku: "b" }]);
    expect(nulled).toMatchObject({ updated: 1 });
    expect(await show("dim_products", "sku, name, price")).toEqual([
      "a Lamp 1.00",
      "b null null",
      "c New null",
    ]);
  });

  it("keeps the surrogate key of a member whatever changes", async () => {
    await warehouse.load(products, first);
    const before = await show("dim_products", "sku, products_key");
    await warehouse.load(products, [{ sku: "a", name: "Other" }]);
    expect(await show("dim_products", "sku, products_key")).toEqual(before);
  });
});

describe("a dimension with history", () => {
  it("sees that accents, case and blanks differ, and that 1 and 1.00 do not", async () => {
    const rows = (name: string, price: string) => [{ sku: "a", name, price }];
    await warehouse.load(history, rows("Amelie", "1"), { at: "2026-01-01" });
    for (const [k, name] of ["Amélie", "amélie", "amélie "].entries()) {
      const summary = await warehouse.load(history, rows(name, "1.0"), { at: `2026-01-0${k + 2}` });
      expect(summary.updated, name).toBe(1);
    }
    const same = await warehouse.load(history, rows("amélie ", "1.00"), { at: "2026-02-01" });
    expect(same).toMatchObject({ updated: 0, unchanged: 1 });
  });

  it("keeps numbers beyond 2^53, and microseconds of the moment", async () => {
    const big = dimension("dim_big", {
      key: ["id"],
      versioning: "scd2",
      columns: { id: int64(), exact: decimal(38, 10) },
    });
    await using other = await openWarehouse(duckdb(":memory:"), { big });
    const exact = "1234567890123456789012345678.0123456789";
    await other.load(big, [{ id: 9007199254740993n, exact }], {
      at: "2026-01-01T00:00:00.000001Z",
    });
    const [row] = await other.asOf(big, 1767225600000001n).rows();
    expect(String(row!["exact"])).toBe(exact);
    expect(row).toMatchObject({ id: 9007199254740993n, valid_from: 1767225600000001n });
    expect(await other.asOf(big, 1767225600000000n).rows()).toEqual([]);
  });

  it("opens versions for tracked columns, overwrites some, and leaves the rest as they were", async () => {
    const row = { sku: "a", name: "Lamp", price: "1.00", note: "first" };
    await warehouse.load(mixed, [row], { at: "2026-01-01" });
    const renamed = await warehouse.load(mixed, [{ ...row, name: "Desk lamp", note: "second" }], {
      at: "2026-01-02",
    });
    expect(renamed).toMatchObject({ updated: 1, unchanged: 0 });
    await warehouse.load(mixed, [{ ...row, name: "Old lamp", price: "2.00", note: "third" }], {
      at: "2026-01-03",
    });
    expect(await show("dim_mixed", "sku, name, price, note, is_current")).toEqual([
      "a Desk lamp 1.00 first false",
      "a Old lamp 2.00 third true",
    ]);
  });

  it("takes Arrow batches, and leaves out columns it does not have", async () => {
    const batch = toBatch(products.input, [{ sku: "a", name: "Lamp" }]);
    expect(await warehouse.load(history, batch)).toMatchObject({ inserted: 1 });
    const wide = [{ sku: "b", colour: "red" }];
    expect(await warehouse.load(history, wide as never)).toMatchObject({ inserted: 1 });
    const mixed = [...wide, { sku: "b" }];
    const strict = await warehouse.load(history, mixed as never, { unknownColumns: "error" });
    expect(strict).toMatchObject({ rejected: 1, unchanged: 1 });
  });

  it("refuses a query that has another column in place of one that may be null, and warns of such rows", async () => {
    await warehouse.load(products, [{ sku: "a", name: "Lamp", price: "1.00" }]);
    const renamed = engine.query(
      "SELECT 'a' AS sku, 'Lamp' AS label, CAST(1 AS DECIMAL(10, 2)) AS price",
    );
    await expect(warehouse.load(products, renamed)).rejects.toMatchObject({
      code: "CORE_SCHEMA_MISMATCH",
      message: expect.stringContaining(
        'has "label", which the table does not have, and lacks "name"',
      ) as string,
    });
    expect(await show("dim_products", "sku, name, price")).toEqual(["a Lamp 1.00"]);
    const warnings: string[] = [];
    const hear = (message: unknown): void => {
      warnings.push((message as { readonly code: string }).code);
    };
    subscribe("lakewright:warning", hear);
    await warehouse.load(products, [{ sku: "b", label: "Lamp" }] as never);
    await warehouse.load(products, [
      { sku: "c", label: "Lamp" },
      { sku: "d", name: "Desk" },
    ] as never);
    await warehouse.load(products, [{ sku: "e" }]);
    unsubscribe("lakewright:warning", hear);
    expect(warnings).toEqual(["WAREHOUSE_COLUMN_ABSENT", "WAREHOUSE_COLUMN_ABSENT"]);
  });

  it("is loaded from a query of the same engine", async () => {
    const query = engine.query(
      "SELECT 's' || i AS sku, 'name' AS name, CAST(i AS DECIMAL(10, 2)) AS price, i AS more FROM range(3000) t(i)",
    );
    expect(await warehouse.load(history, query)).toMatchObject({ inserted: 3000 });
    const again = engine.query("SELECT sku, name, price FROM dim_history WHERE history_key > 0");
    expect(await warehouse.load(history, again)).toMatchObject({ unchanged: 3000 });
  });

  it("lets the engine refuse a second open version", async () => {
    await warehouse.load(history, [{ sku: "a" }]);
    const second = `INSERT INTO dim_history (sku, valid_from, is_current, is_inferred) VALUES ('a', now(), TRUE, FALSE)`;
    await expect(engine.execute(second)).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
  });
});

describe("a whole extract", () => {
  const rows = (count: number) => Array.from({ length: count }, (_, k) => ({ sku: `s${k}` }));

  it("ends the members it does not have, and starts them again when they come back", async () => {
    await warehouse.load(history, rows(10), { at: "2026-01-01", deletes: "close" });
    const short = await warehouse.load(history, rows(9), { at: "2026-01-02", deletes: "close" });
    expect(short).toMatchObject({ closed: 1, unchanged: 9 });
    const back = await warehouse.load(history, rows(10), { at: "2026-01-03", deletes: "close" });
    expect(back).toMatchObject({ inserted: 1, unchanged: 9 });
    expect(await warehouse.asOf(history, "2026-01-02").rows()).toHaveLength(9);
    expect(await warehouse.asOf(history, "2026-01-03").rows()).toHaveLength(10);
  });

  it("is refused where it is empty, or much shorter than what is there", async () => {
    await warehouse.load(history, rows(10), { at: "2026-01-01" });
    for (const given of [[], rows(7)]) {
      await expect(
        warehouse.load(history, given, { at: "2026-01-02", deletes: "close" }),
      ).rejects.toMatchObject({
        code: "WAREHOUSE_MASS_CLOSE",
        details: { closing: 10 - given.length, current: 10 },
      });
    }
    const meant = { at: "2026-01-02", deletes: "close", maxClosedShare: 1 } as const;
    expect(await warehouse.load(history, [], meant)).toMatchObject({ closed: 10 });
  });

  it("does not end a member whose row is put aside, nor one when rows cannot be read", async () => {
    await warehouse.load(history, rows(10), { at: "2026-01-01" });
    const twice = [...rows(10), { sku: "s3", name: "other" }];
    const summary = await warehouse.load(history, twice, { at: "2026-01-02", deletes: "close" });
    expect(summary).toMatchObject({ read: 11, closed: 0, rejected: 2, unchanged: 9 });
    const unreadable = [...rows(9), { sku: 9 as never }];
    await expect(
      warehouse.load(history, unreadable, { at: "2026-01-03", deletes: "close" }),
    ).rejects.toMatchObject({ code: "WAREHOUSE_ROWS_REJECTED" });
  });
});

describe("time", () => {
  it("is one every engine has: nanoseconds taken for microseconds do not end a dimension", async () => {
    const rows = [{ sku: "a", name: "x" }];
    for (const at of [1_767_225_600_000_000_000n, 2n ** 63n - 1n, -(2n ** 62n), new Date(8e15)]) {
      await expect(warehouse.load(history, rows, { at })).rejects.toMatchObject({
        code: "WAREHOUSE_INVALID_OPTION",
      });
    }
    await warehouse.load(history, rows, { at: "9999-12-31" });
  });

  it("does not run backwards: a load before the newest one is refused", async () => {
    await warehouse.load(history, [{ sku: "a", name: "x" }], { at: "2026-02-01" });
    await expect(
      warehouse.load(history, [{ sku: "a", name: "y" }], { at: "2026-01-31" }),
    ).rejects.toMatchObject({
      code: "WAREHOUSE_OUT_OF_ORDER",
      message:
        "The load of dim_history takes effect at 2026-01-31T00:00:00Z, and an earlier one did at 2026-02-01T00:00:00Z.",
    });
  });

  it("puts a second change of one moment aside, and takes other members of that moment", async () => {
    await warehouse.load(history, [{ sku: "a", name: "x" }], { at: "2026-02-01" });
    const second = [{ sku: "a", name: "y" }, { sku: "b" }];
    const summary = await warehouse.load(history, second, { at: "2026-02-01" });
    expect(summary).toMatchObject({ inserted: 1, rejected: 1 });
    expect(await show("dim_history", "sku, name")).toEqual(["a x", "b null"]);
  });

  it("goes on by a microsecond where the clock stands still", async () => {
    const clock = { now: () => new Date("2026-01-01T00:00:00Z") };
    await using other = await openWarehouse(duckdb(":memory:"), { history }, { clock });
    await other.load(history, [{ sku: "a", name: "x" }]);
    const second = await other.load(history, [{ sku: "a", name: "y" }]);
    expect(second).toMatchObject({ updated: 1, rejected: 0 });
  });
});

it("columns of an Arrow batch that the table does not have are left out, wherever they stand", async () => {
  await using source = duckdb(":memory:");
  await using engine = duckdb(":memory:");
  const columns = { k: utf8(), a: nullable(utf8()), b: nullable(utf8()) };
  const table = dimension("dim_narrow", { key: ["k"], columns });
  const warehouse = await openWarehouse(engine, { table });
  await warehouse.load(
    table,
    source.query("SELECT 0 AS x, 'A' AS a, 1 AS y, 'k' AS k, 2 AS z, 'B' AS b"),
  );
  const row = await engine.query("SELECT k, a, b FROM dim_narrow WHERE k IS NOT NULL").row();
  expect(row).toEqual({ k: "k", a: "A", b: "B" });
});
