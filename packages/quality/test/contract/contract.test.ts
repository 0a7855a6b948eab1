import {
  batchBuilder,
  decimal,
  defineTable,
  int64,
  nullable,
  oneOf,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { defineContract, QualityError, type QualityErrorCode } from "@lakewright/quality";
import { createTable, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const orders = defineTable("orders", {
  id: int64(),
  line: int64(),
  user: nullable(utf8()),
  amount: decimal(12, 2),
  currency: oneOf(["EUR", "USD"]),
  at: timestamp("us"),
});
const users = defineTable("users", { user: utf8() });
const at = "2026-11-21T10:00:00Z";
const rows = [
  { id: 1n, line: 1n, user: "ada", amount: "5.00", currency: "EUR", at },
  { id: 1n, line: 2n, user: "bob", amount: "0.00", currency: "USD", at },
  { id: 1n, line: 2n, user: null, amount: "7.50", currency: "USD", at },
] as const;

let engine: SqlEngine;
beforeAll(async () => {
  engine = duckdb(":memory:");
  await engine.execute(createTable(engine.dialect, "orders", orders));
  await engine.load("orders", orders, rows);
  await engine.execute(createTable(engine.dialect, "users", users));
  await engine.load("users", users, [{ user: "ada" }, { user: "eve" }]);
});
afterAll(() => engine.close());

describe("a contract", () => {
  it("names its checks by column, and counts those that come twice", () => {
    const contract = defineContract(orders, (t) => [
      t.amount.between({ min: 0 }),
      t.amount.between({ max: 100 }),
      t.$unique(["id", "line"]),
      t.$rowCount({ min: 1 }, { name: "not empty" }),
    ]);
    expect(contract.checks.map(({ id, threshold }) => `${id}: ${threshold}`)).toEqual([
      "definition: fits the definition of orders",
      "amount.between: at least 0",
      "amount.between.2: at most 100",
      "id,line.unique: no combination twice",
      "not empty: at least 1 rows",
    ]);
  });

  it("reports failing rows by column or check, with key, values and reason", async () => {
    const contract = defineContract(
      orders,
      (t) => [t.amount.between({ min: "0.01" }), t.$unique(["id", "line"])],
      { key: ["id", "line"] },
    );
    const run = await contract.check(rows);
    expect(run.passed).toBe(false);
    expect(run.failures("amount")).toMatchObject([
      {
        check: "amount.between",
        column: "amount",
        row: 1,
        key: { id: 1n, line: 2n },
        reason: "0.00 is not at least 0.01",
      },
    ]);
    expect(run.failures("id,line.unique").map(({ row, reason }) => [row, reason])).toEqual([
      [1, "1, 2 comes more than once"],
      [2, "1, 2 comes more than once"],
    ]);
    expect(run.failures()).toHaveLength(3);
    expect(() => run.failures("nothing")).toThrow('checks no column, and has no check, "nothing"');
    const onEngine = await contract.check(engine.table("orders"));
    expect(onEngine.failures("amount")).toMatchObject([
      { row: undefined, key: { id: 1n, line: 2n } },
    ]);
  });

  it("finds the first row of a repeated value in an earlier batch", async () => {
    const builder = batchBuilder(orders);
    const contract = defineContract(orders, (t) => [t.id.unique()]);
    const run = await contract.check(rows.map((row) => builder.build([row])));
    expect(run.failures().map(({ row, key }) => [row, key])).toEqual(
      [0, 1, 2].map((row) => [row, { id: 1n }]),
    );
  });

  it("keeps no more failures than asked, and counts them all", async () => {
    const contract = defineContract(orders, (t) => [t.amount.between({ min: 100 })]);
    for (const data of [rows, engine.table("orders")]) {
      const run = await contract.check(data, { maxFailures: 2 });
      expect(run.failures()).toHaveLength(2);
      expect(run.results[1]).toMatchObject({ failed: 3, evaluated: 3, observed: 0, passed: false });
    }
  });

  it("checks what the table demands, unless a check of its own says it", async () => {
    const bad = [{ ...rows[0], id: null, currency: "CHF" }] as never;
    const strict = await defineContract(orders, () => []).check(bad);
    expect(strict.results).toMatchObject([{ id: "definition", failed: 1, passed: false }]);
    expect(strict.failures("id")[0]!.reason).toBe(
      "id is null; currency has the value CHF, which is not listed",
    );
    expect(strict.failures("currency")).toHaveLength(1);
    expect(() => strict.failures("user")).toThrow(QualityError);
    const lax = await defineContract(orders, (t) => [
      t.id.notNull({ severity: "warn" }),
      t.currency.oneOf(["EUR", "USD"], { mostly: 0 }),
    ]).check(bad);
    expect(lax.results.map(({ id, failed, passed }) => [id, failed, passed])).toEqual([
      ["definition", 0, true],
      ["id.notNull", 1, false],
      ["currency.oneOf", 1, true],
    ]);
    expect(lax.passed).toBe(true);
  });

  it("checks on an engine what its columns let through", async () => {
    await engine.execute(
      `CREATE TABLE loose AS SELECT CASE WHEN line = 1 THEN NULL ELSE id END AS id, line, "user", amount, CASE WHEN "user" IS NULL THEN 'CHF' ELSE currency END AS currency, "at" FROM orders`,
    );
    const contract = defineContract(orders, () => [], { key: ["line"] });
    const run = await contract.check(engine.table("loose"));
    expect(run.results).toMatchObject([
      { id: "definition", evaluated: 3, failed: 2, passed: false },
    ]);
    expect(run.failures().map(({ reason }) => reason)).toEqual([
      "id is null",
      "currency has the value CHF, which is not listed",
    ]);
    const inBatches = await contract.check(engine.query("SELECT * FROM loose"));
    expect(inBatches.results).toEqual(run.results);
  });

  it("weighs the score by severity: error 3, warn 1, info 0", async () => {
    const plain = defineTable("plain", { n: nullable(int64()) });
    const contract = defineContract(plain, (t) => [
      t.n.between({ min: 2 }),
      t.n.notNull({ severity: "warn" }),
      t.n.unique({ severity: "info" }),
      t.$rowCount({ min: 10 }, { severity: "warn" }),
    ]);
    const run = await contract.check([{ n: 1 }, { n: 2 }, { n: 2 }, { n: null }]);
    // between 2 of 3, notNull 3 of 4, the row count 0: (3 × 2/3 + 3/4 + 0) / 5.
    expect(run.score).toBeCloseTo((3 * (2 / 3) + 3 / 4) / 5, 12);
    expect(run.passed).toBe(false);
  });

  it("follows references into a table of an engine, from batches too", async () => {
    const contract = defineContract(orders, (t) => [
      t.user.references(engine.table("users"), "user"),
    ]);
    for (const data of [rows, engine.table("orders")]) {
      const run = await contract.check(data);
      expect(run.results[1]).toMatchObject({
        evaluated: 2,
        failed: 1,
        nulls: 1,
        threshold: "in users.user",
      });
      expect(run.failures("user")).toMatchObject([
        { values: { user: "bob" }, reason: "bob is not in users.user" },
      ]);
    }
    await using other = duckdb(":memory:");
    await expect(contract.check(other.table("orders"))).rejects.toMatchObject({
      code: "QUALITY_UNSUPPORTED",
    });
  });

  it("takes the result of a query as batches", async () => {
    const contract = defineContract(orders, (t) => [t.amount.between({ min: "0.01" })]);
    const run = await contract.check(engine.query("SELECT * FROM orders WHERE line = 2"));
    expect(run.results[1]).toMatchObject({ evaluated: 2, failed: 1 });
    expect(run.context).toMatchObject({ executor: "batches", rows: 2 });
  });

  it("runs a predicate on rows, never on an engine", async () => {
    const contract = defineContract(orders, (t) => [
      t.$satisfies(
        "whole euros",
        (row) => row.currency !== "EUR" || row.amount.unscaled % 100n === 0n,
      ),
    ]);
    expect((await contract.check(rows)).passed).toBe(true);
    await expect(contract.check(engine.table("orders"))).rejects.toThrow(
      'The predicate "whole euros" is JavaScript',
    );
    const throwing = defineContract(orders, (t) => [
      t.$satisfies("named", (row) => row.user!.length > 0),
    ]);
    await expect(throwing.check(rows)).rejects.toMatchObject({ code: "QUALITY_PREDICATE_FAILED" });
  });

  it("measures freshness from the instant it is given", async () => {
    const contract = defineContract(orders, (t) => [t.at.freshness({ maxAgeHours: 2 })]);
    const hours = async (now: Date | bigint): Promise<unknown> => {
      const run = await contract.check(rows, { now });
      return [run.results[1]!.observed, run.passed];
    };
    expect(await hours(new Date("2026-11-21T12:00:00Z"))).toEqual([2, true]);
    expect(await hours(BigInt(Date.parse("2026-11-21T12:00:00Z")) * 1000n + 1n)).toEqual([
      2 + 1 / 3.6e9,
      false,
    ]);
    expect((await contract.check([])).results[1]).toMatchObject({ observed: null, passed: false });
    expect((await contract.check(rows)).context.now).toBeGreaterThan(0n);
  });

  it("fails its schema check on other columns, and skips the rest", async () => {
    const other = defineTable("other", { id: utf8(), line: int64(), extra: int64() });
    const contract = defineContract(orders, (t) => [t.$schema(), t.id.unique()]);
    await engine.execute(createTable(engine.dialect, "other", other));
    for (const data of [toBatch(other, [{ id: "1", line: 2, extra: 3 }]), engine.table("other")]) {
      const run = await contract.check(data);
      const schema = run.results.find(({ check }) => check === "schema")!;
      expect(schema.passed).toBe(false);
      expect(schema.observed).toContain("id is utf8, not int64");
      expect(schema.observed).toContain("extra is no column of the table");
      expect(schema.observed).toContain("amount is missing");
      expect(run.results.at(-1)).toMatchObject({
        passed: false,
        skipped: expect.stringContaining("other columns") as string,
      });
      expect(run.score).toBe(0);
    }
    const unwatched = defineContract(orders, (t) => [t.id.unique()]);
    await expect(unwatched.check(toBatch(other, []))).rejects.toMatchObject({
      code: "CORE_SCHEMA_MISMATCH",
    });
  });

  it("stops on a signal and tells how far it is", async () => {
    const contract = defineContract(orders, (t) => [t.id.unique()]);
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(contract.check(rows, { signal })).rejects.toThrow("stop");
    await expect(contract.check(engine.table("orders"), { signal })).rejects.toThrow();
    const seen: unknown[] = [];
    await contract.check(rows, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ phase: "check", done: 3, total: 3, unit: "rows" });
  });
});

describe("a contract that could never run", () => {
  type Build = Parameters<typeof defineContract<(typeof orders)["columns"]>>[1];
  const wrong: readonly (readonly [string, Build, QualityErrorCode, string])[] = [
    [
      "a check of another type",
      (t) => [(t.amount as never as typeof t.user).matches("a")],
      "QUALITY_CHECK_TYPE",
      "amount.matches does not fit the column, which is decimal(12, 2)",
    ],
    [
      "text between limits",
      (t) => [t.user.between({ min: "a" })],
      "QUALITY_CHECK_TYPE",
      "user.between",
    ],
    ["no limit", (t) => [t.amount.between({})], "QUALITY_INVALID_CONTRACT", "neither min nor max"],
    [
      "reversed limits",
      (t) => [t.amount.between({ min: 2, max: 1 })],
      "QUALITY_INVALID_CONTRACT",
      "min 2 is above max 1",
    ],
    [
      "a limit that is no number",
      (t) => [t.amount.between({ min: "x" })],
      "QUALITY_INVALID_CONTRACT",
      "no value to compare a decimal with",
    ],
    [
      "an instant without a zone",
      (t) => [t.at.between({ min: "2026-11-21" })],
      "QUALITY_INVALID_CONTRACT",
      "no value to compare a timestamp with",
    ],
    [
      "an unknown bound",
      (t) => [t.amount.between({ from: 1 } as never)],
      "QUALITY_INVALID_OPTION",
      'no option "from"',
    ],
    ["an empty list", (t) => [t.currency.oneOf([])], "QUALITY_INVALID_CONTRACT", "lists no value"],
    ["no list", (t) => [t.currency.oneOf(null as never)], "QUALITY_INVALID_CONTRACT", "given null"],
    [
      "a value of another type",
      (t) => [t.amount.oneOf(["1.234"])],
      "QUALITY_INVALID_CONTRACT",
      '"1.234" is no value of the column',
    ],
    [
      "a share above 1",
      (t) => [t.id.notNull({ mostly: 1.1 })],
      "QUALITY_INVALID_OPTION",
      "mostly cannot be 1.1",
    ],
    [
      "an unknown severity",
      (t) => [t.id.notNull({ severity: "fatal" as never })],
      "QUALITY_INVALID_OPTION",
      "severity",
    ],
    [
      "an option the check has not",
      (t) => [t.amount.sum({ min: 1 }, { mostly: 0.5 } as never)],
      "QUALITY_INVALID_OPTION",
      'no option "mostly"',
    ],
    ["flags", (t) => [t.user.matches(/a/i)], "QUALITY_INVALID_PATTERN", "flags"],
    [
      "an unknown format",
      (t) => [t.user.format("iban" as never)],
      "QUALITY_INVALID_CONTRACT",
      'no format "iban"',
    ],
    [
      "half a character",
      (t) => [t.user.length({ max: 1.5 })],
      "QUALITY_INVALID_CONTRACT",
      "1.5 is no count",
    ],
    [
      "two checks of one name",
      (t) => [t.id.unique({ name: "a" }), t.line.unique({ name: "a" })],
      "QUALITY_INVALID_CONTRACT",
      'Two checks are named "a"',
    ],
    ["no columns", (t) => [t.$unique([])], "QUALITY_INVALID_CONTRACT", "needs columns"],
    [
      "columns without a common order",
      (t) => [t.$compare("amount", "<", "at" as never)],
      "QUALITY_CHECK_TYPE",
      "no order in common",
    ],
    [
      "an age below 0",
      (t) => [t.at.freshness({ maxAgeHours: -1 })],
      "QUALITY_INVALID_OPTION",
      "maxAgeHours",
    ],
  ];
  it.each(wrong)("is refused where it is defined: %s", (_, build, code, message) => {
    const define = (): unknown => defineContract(orders, build);
    expect(define).toThrow(message);
    try {
      define();
    } catch (error) {
      expect(error).toMatchObject({ name: "QualityError", code });
      expect((error as QualityError).hint).toBeTruthy();
    }
  });

  it("is refused where a column has the name of a check", () => {
    expect(() => defineContract(defineTable("t", { $unique: int64() }), () => [])).toThrow(
      "name of a check",
    );
  });

  it.each([
    ["undefined", () => undefined],
    ["one check without an array", (t: { id: { unique(): unknown } }) => t.id.unique()],
    [
      "a check that was forgotten",
      (t: { id: { unique(): unknown } }) => [t.id.unique(), undefined],
    ],
  ])("is refused where the function returns %s", (_, build) => {
    expect(() => defineContract(orders, build as never)).toThrow(
      expect.objectContaining({ code: "QUALITY_INVALID_CONTRACT" }),
    );
  });

  it("is refused bytes that are no Arrow, also by its schema check", async () => {
    const contract = defineContract(orders, (t) => [t.$schema()]);
    await expect(contract.check(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: "CORE_INVALID_VALUE",
    });
  });

  it("tells a missing column that is named like a property of every object", async () => {
    const table = defineTable("t", { id: int64(), constructor: utf8() });
    const given = toBatch(defineTable("t", { id: int64() }), [{ id: 1n }]);
    const run = await defineContract(table, (t) => [t.$schema()]).check(given);
    expect(run.results.at(-1)!.observed).toContain("constructor is missing");
  });

  it("refuses options it does not know, and a key that is no column", async () => {
    expect(() => defineContract(orders, () => [], { keys: [] } as never)).toThrow(
      'no option "keys"',
    );
    expect(() => defineContract(orders, () => [], { key: ["nope"] as never })).toThrow(
      'no column "nope"',
    );
    const contract = defineContract(orders, () => []);
    await expect(contract.check([], { limit: 1 } as never)).rejects.toThrow('no option "limit"');
    await expect(contract.check([], { now: "today" as never })).rejects.toThrow("now cannot be");
    await expect(contract.check([], { maxFailures: -1 })).rejects.toThrow(
      "maxFailures cannot be -1",
    );
  });
});
