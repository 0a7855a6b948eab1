import { Decimal, defineTable, int64, list, nullable, struct, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  call,
  col,
  createTable,
  eq,
  gt,
  lt,
  memoryStore,
  openTable,
  sql,
} from "../../src/index.ts";
import { dataFiles, sales, someSales } from "../table/sales.ts";

describe("update", () => {
  test("gives columns new values in the rows for which the condition is true", async () => {
    const table = await createTable(memoryStore(), sales, { partitionBy: ["currency"] });
    await table.append(someSales(9));
    const done = await table.update({
      where: lt("id", 4n),
      set: { note: "early", amount: "0.50", day: "2026-02-01", currency: "GBP" },
    });
    expect(done).toMatchObject({ version: 2n, rowsUpdated: 4, rowsCopied: 5, filesRemoved: 3 });
    const rows = await table.scan().rows();
    rows.sort((a, b) => Number(a.id - b.id));
    const before = someSales(9);
    for (const [k, row] of rows.entries()) {
      const { note, amount, day, currency } = before[k]!;
      const expected =
        k < 4
          ? { note: "early", amount: "0.50", day: "2026-02-01", currency: "GBP" }
          : { note, amount, day, currency };
      expect({ ...row, amount: String(row.amount) }).toMatchObject({ ...expected });
    }
    expect((await table.history(1))[0]).toMatchObject({
      operation: "UPDATE",
      metrics: { numUpdatedRows: "4", numCopiedRows: "5" },
    });
  });

  test("of all rows needs no condition, and sets null", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(5));
    expect(await table.update({ set: { note: null } })).toMatchObject({ rowsUpdated: 5 });
    expect((await table.scan().rows()).every(({ note }) => note === null)).toBe(true);
  });

  test("computes values from the row as it was", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(4));
    await table.update({
      where: gt("id", 0n),
      set: {
        amount: sql("amount * 2 + 0.01"),
        note: call("concat", col("currency"), "/", col("amount")),
      },
    });
    const rows = await table.scan().rows();
    rows.sort((a, b) => Number(a.id - b.id));
    expect(rows.map(({ amount, note }) => [String(amount), note])).toEqual([
      ["0.25", null],
      ["2.51", "USD/1.25"],
      ["4.51", "GBP/2.25"],
      ["6.51", "EUR/3.25"],
    ]);
  });

  test("keeps lists and structs of the rows it does not touch, and of those it does", async () => {
    const nested = defineTable("nested", {
      id: int64(),
      tags: nullable(list(nullable(utf8()))),
      place: nullable(struct({ city: nullable(utf8()) })),
      note: nullable(utf8()),
    });
    const rows = [
      { id: 1n, tags: ["a", null], place: { city: "Köln" }, note: null },
      { id: 2n, tags: [], place: { city: null }, note: null },
      { id: 3n, tags: null, place: null, note: null },
    ];
    for (const vectors of ["false", "true"]) {
      const table = await createTable(memoryStore(), nested, {
        properties: { "delta.enableDeletionVectors": vectors },
      });
      await table.append(rows);
      await table.update({ where: lt("id", 3n), set: { note: "x" } });
      const found = await table.scan().rows();
      found.sort((a, b) => Number(a.id - b.id));
      expect(found).toEqual(rows.map((row) => (row.id < 3n ? { ...row, note: "x" } : row)));
    }
  });

  test("refuses values that do not fit, and changes nothing", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(3));
    const files = await dataFiles(store);
    for (const set of [{ id: null }, { amount: "1.234" }, { currency: "CHF" }, { id: "x" }]) {
      await expect(table.update({ set })).rejects.toMatchObject({ code: "CORE_INVALID_VALUE" });
    }
    await expect(table.update({ set: { nothing: 1 } })).rejects.toMatchObject({
      code: "CORE_SCHEMA_MISMATCH",
    });
    await expect(table.update({ set: {} })).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    await expect(table.update({ set: { amount: sql("1 / (id - 2)") } })).rejects.toMatchObject({
      code: "LAKE_INVALID_VALUE",
    });
    expect(await dataFiles(store)).toEqual(files);
    expect(table.version).toBe(1n);
  });

  test("keeps to the rules of the table", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(5));
    await table.alter({ addConstraints: { small: "amount < 100" } });
    await expect(
      table.update({ where: eq("id", 2n), set: { amount: "100.00" } }),
    ).rejects.toMatchObject({ code: "LAKE_CONSTRAINT_VIOLATED" });
    expect(await dataFiles(store)).toHaveLength(1);
    await table.update({ where: eq("id", 2n), set: { amount: "99.99" } });
    const again = await openTable(store);
    const [row] = await again.scan({ where: eq("id", 2n) }).rows();
    expect(row!["amount"]).toEqual(Decimal.from("99.99"));
  });
});
