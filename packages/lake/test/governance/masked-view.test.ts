import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { date, decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  col,
  createTable,
  eq,
  gt,
  type LakeTable,
  maskedView,
  type MaskedRead,
  type MaskedViewOptions,
  memoryStore,
  not,
  sql,
  startsWith,
} from "../../src/index.ts";

const users = defineTable("users", {
  id: int64(),
  email: nullable(utf8()),
  card: utf8(),
  balance: decimal(12, 2),
  born: date(),
  country: utf8(),
});
const rows = [
  {
    id: 1n,
    email: "ann@example.org",
    card: "4111111111111111",
    balance: "10.50",
    born: "1990-01-02",
    country: "FR",
  },
  { id: 2n, email: null, card: "123", balance: "-3.00", born: "1985-05-06", country: "DE" },
  { id: 3n, email: "é@x", card: "💳💳5678", balance: "0.00", born: "2000-12-31", country: "FR" },
];
const key = new Uint8Array(32).fill(7);
const opened = async (): Promise<LakeTable> => {
  const table = await createTable(memoryStore(), users);
  await table.append(rows);
  return table;
};
const hmac = (text: string): string => createHmac("sha256", key).update(text).digest("hex");

describe("a masked view", () => {
  test("shows hashes as OpenSSL makes them, and the other masks as documented", async () => {
    const view = maskedView(await opened(), {
      columns: {
        email: "hash",
        card: { keepLast: 4 },
        balance: "redact",
        born: (value) => String(value).slice(0, 4),
        country: "null",
      },
      key,
    });
    const masked = { type: { kind: "utf8" }, nullable: true };
    expect(view.table.columns).toEqual({
      id: users.columns.id,
      email: masked,
      card: masked,
      balance: masked,
      born: masked,
      country: masked,
    });
    expect(await view.scan().rows()).toEqual([
      {
        id: 1n,
        email: hmac("ann@example.org"),
        card: "************1111",
        balance: "***",
        born: "1990",
        country: null,
      },
      { id: 2n, email: null, card: "***", balance: "***", born: "1985", country: null },
      { id: 3n, email: hmac("é@x"), card: "**5678", balance: "***", born: "2000", country: null },
    ]);
  });

  test("hashes values of any type by their text, so they join across widths", async () => {
    const view = maskedView(await opened(), {
      columns: { id: "hash", balance: "hash", born: "hash" },
      key,
    });
    expect(await view.scan({ columns: ["born", "balance", "id"] }).rows()).toEqual(
      [
        ["1990-01-02", "10.5", "1"],
        ["1985-05-06", "-3", "2"],
        ["2000-12-31", "0", "3"],
      ].map(([born, balance, id]) => ({
        born: hmac(born!),
        balance: hmac(balance!),
        id: hmac(id!),
      })),
    );
  });

  test("shows only its rows and columns, by a condition that may look at what is hidden", async () => {
    const view = maskedView(await opened(), {
      columns: { email: "hash" },
      rows: eq("country", "FR"),
      only: ["id", "email"],
      key,
    });
    expect((await view.scan().rows()).map(({ id }) => id)).toEqual([1n, 3n]);
    expect(await view.scan({ columns: ["id"], where: gt("id", 1n) }).rows()).toEqual([{ id: 3n }]);
    expect(() => view.scan({ columns: ["country"] })).toThrow(
      expect.objectContaining({ code: "CORE_SCHEMA_MISMATCH" }),
    );
    expect(() => view.scan({ where: eq("country", "FR") })).toThrow(
      expect.objectContaining({ code: "CORE_SCHEMA_MISMATCH" }),
    );
  });

  test.each([
    ["equality", eq("card", "123")],
    ["a prefix", startsWith("card", "4")],
    ["a negation within others", not(eq("card", "123"))],
    ["an expression", gt(col("card"), col("country"))],
    ["SQL", sql("length(card) > 3")],
    ["the other case", sql("CARD = '123'")],
  ])("refuses %s on a masked column", async (_, where) => {
    const view = maskedView(await opened(), { columns: { card: "redact" } });
    const error: unknown = await (async () => view.scan({ where }).rows())().catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining("is masked") as unknown,
    });
  });

  test("tells an auditor of every reading first, and ends where that throws", async () => {
    const reads: MaskedRead[] = [];
    const table = await opened();
    const view = maskedView(table, {
      columns: { card: "redact" },
      onRead: (read) => void reads.push(read),
    });
    const where = eq("country", "FR");
    await view.scan({ columns: ["id", "card"], where }).rows();
    expect(reads).toEqual([
      { location: table.location, version: 1n, columns: ["id", "card"], masked: ["card"], where },
    ]);
    const closed = maskedView(table, {
      onRead: () => Promise.reject(new Error("the audit log is full")),
    });
    await expect(closed.scan().rows()).rejects.toThrow("the audit log is full");
  });

  test("gives no way to the table, its files or statistics", async () => {
    const view = maskedView(await opened(), { columns: { card: "redact" } });
    expect(inspect(view, { depth: 9, showHidden: true })).not.toContain("_delta_log");
    expect(Object.keys(view)).toEqual(["table"]);
    const scan = view.scan({ where: eq("country", "XX") });
    await scan.rows();
    expect(scan.metrics).toMatchObject({ filesSkipped: 0, rowGroupsSkipped: 0, rows: 0 });
    expect(() => view.scan({ asOf: { version: 0n } } as never)).toThrow(
      expect.objectContaining({ code: "LAKE_INVALID_OPTION" }),
    );
  });

  test("an expression that fails on a value does so only on rows that are shown", async () => {
    const where = sql("if(card = '123', cast(concat('x', card) as int), 1) = 1");
    const table = await opened();
    const all = maskedView(table, {});
    await expect(all.scan({ where, columns: ["id"] }).rows()).rejects.toThrow("x123");
    const view = maskedView(table, { rows: eq("country", "FR") });
    const shown = await view.scan({ where, columns: ["id"] }).rows();
    expect(shown.map(({ id }) => id)).toEqual([1n, 3n]);
  });

  test.each<[string, object, string]>([
    ["a hash without a key", { columns: { email: "hash" } }, "LAKE_INVALID_OPTION"],
    ["a short key", { columns: { email: "hash" }, key: new Uint8Array(3) }, "LAKE_INVALID_OPTION"],
    ["keepLast of a number", { columns: { id: { keepLast: 2 } } }, "LAKE_INVALID_OPTION"],
    ["an unknown mask", { columns: { email: "blur" } }, "LAKE_INVALID_OPTION"],
    ["an unknown option", { mask: {} }, "LAKE_INVALID_OPTION"],
    ["no column", { only: [] }, "LAKE_INVALID_OPTION"],
    ["a column there is not", { columns: { mail: "null" } }, "CORE_SCHEMA_MISMATCH"],
  ])("refuses %s", async (_, options, code) => {
    const table = await opened();
    expect(() => maskedView(table, options as MaskedViewOptions)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
