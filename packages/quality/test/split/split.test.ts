import {
  batchBuilder,
  decimal,
  defineTable,
  int64,
  list,
  nullable,
  oneOf,
  type RowInput,
  timestamp,
  toRows,
  utf8,
  toArrowSchema,
  bool,
  struct,
  int32,
} from "@lakewright/core";
import { defineContract, quarantineTable, type Split } from "@lakewright/quality";
import { createTable } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const orders = defineTable("orders", {
  id: int64(),
  amount: decimal(12, 2),
  currency: oneOf(["EUR", "USD"]),
  at: nullable(timestamp("us")),
  note: nullable(utf8()),
  paid: nullable(bool()),
  tags: nullable(list(utf8())),
  place: nullable(struct({ x: int32() })),
});
const contract = defineContract(orders, (t) => [
  t.id.unique(),
  t.amount.between({ min: "0.01" }),
  t.note.matches("^[a-z]*$", { severity: "warn" }),
  t.note.length({ max: 3 }),
  t.amount.mean({ min: 1_000_000 }),
  t.$rowCount({ min: 1_000 }),
]);

const row = (
  id: bigint,
  amount: string,
  more: Partial<RowInput<typeof orders>> = {},
): RowInput<typeof orders> => ({
  id,
  amount,
  currency: "EUR",
  ...more,
});

async function all(
  split: Split,
): Promise<{ valid: Record<string, unknown>[]; rejected: Record<string, unknown>[] }> {
  const parts = {
    valid: [] as Record<string, unknown>[],
    rejected: [] as Record<string, unknown>[],
  };
  for await (const { valid, rejected } of split) {
    expect(valid.schema.names).toEqual(toArrowSchema(orders).names);
    parts.valid.push(...toRows(valid));
    parts.rejected.push(...toRows(rejected));
  }
  return parts;
}

describe("a split", () => {
  it("rejects by row checks of severity error only, with every reason", async () => {
    const split = contract.split([
      row(1n, "5.00", { note: "UP" }),
      row(2n, "0.00", { note: "long" }),
      row(3n, "1.00"),
    ]);
    const { valid, rejected } = await all(split);
    expect(valid.map(({ id }) => id)).toEqual([1n, 3n]);
    expect(rejected).toMatchObject([
      {
        id: 2n,
        _row: 1n,
        _checks: ["amount.between", "note.length"],
        _reasons: ["0.00 is not at least 0.01", "long has 4 characters, not at most 3"],
      },
    ]);
    expect(split.totals()).toEqual({
      rows: 3,
      valid: 2,
      rejected: 1,
      byCheck: { "amount.between": 1, "note.length": 1 },
    });
  });

  it("keeps the first good row of a value, across batches: a rejected row takes no value away", async () => {
    const data = [row(1n, "0.00"), row(1n, "1.00"), row(2n, "1.00"), row(1n, "2.00")];
    const builder = batchBuilder(orders);
    const split = contract.split([builder.build(data.slice(0, 3)), builder.build(data.slice(3))]);
    const { valid, rejected } = await all(split);
    expect(valid.map(({ id, amount }) => `${String(id)} ${String(amount)}`)).toEqual([
      "1 1.00",
      "2 1.00",
    ]);
    expect(rejected.map(({ _row, _reasons }) => [_row, _reasons])).toEqual([
      [0n, ["0.00 is not at least 0.01"]],
      [3n, ["1 came first in row 1"]],
    ]);
  });

  it('rejects every row of a repeated value where duplicates is "all"', async () => {
    const split = contract.split([row(1n, "1.00"), row(2n, "1.00"), row(1n, "3.00")], {
      duplicates: "all",
    });
    const { valid, rejected } = await all(split);
    expect(valid.map(({ id }) => id)).toEqual([2n]);
    expect(rejected.map(({ _reasons }) => _reasons)).toEqual([
      ["1 comes 2 times"],
      ["1 comes 2 times"],
    ]);
  });

  it("rejects what the table cannot hold, whatever the contract tolerates", async () => {
    const lax = defineContract(orders, (t) => [
      t.id.notNull({ severity: "warn" }),
      t.currency.oneOf(["EUR", "USD"], { severity: "info" }),
    ]);
    const { rejected } = await all(
      lax.split([row(1n, "1.00"), { ...row(2n, "1.00"), id: null, currency: "GBP" }] as never),
    );
    expect(rejected).toMatchObject([
      {
        id: null,
        currency: "GBP",
        _checks: ["definition"],
        _reasons: ["id is null; currency has the value GBP, which is not listed"],
      },
    ]);
  });

  it("loses nothing and keeps the order, for any rows and batches", async () => {
    const rows = fc.array(
      fc.record({
        id: fc.bigInt({ min: 0n, max: 6n }),
        amount: fc.constantFrom("0.00", "1.00", "-3.25", "9999999999.99"),
        currency: fc.constantFrom("EUR" as const, "USD" as const),
        at: fc.option(fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n })),
        note: fc.option(fc.string({ unit: "grapheme", maxLength: 5 })),
        paid: fc.option(fc.boolean()),
        tags: fc.option(fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 2 })),
        place: fc.option(fc.record({ x: fc.integer({ min: -5, max: 5 }) })),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        fc.constantFrom("later" as const, "all" as const),
        async (rows, size, dictionaries, duplicates) => {
          const builder = batchBuilder(orders, { dictionaries });
          const batches = [];
          for (let from = 0; from < rows.length; from += size)
            batches.push(builder.build(rows.slice(from, from + size)));
          const split = contract.split(batches, { duplicates });
          const { valid, rejected } = await all(split);
          const expected = toRows(batchBuilder(orders).build(rows));
          const back: unknown[] = [];
          const bad = new Map(
            rejected.map(({ _row, _checks, _reasons, ...own }) => [Number(_row), own]),
          );
          const good = [...valid];
          for (let i = 0; i < rows.length; i++) back.push(bad.get(i) ?? good.shift());
          expect(back).toEqual(expected);
          expect(good).toEqual([]);
          expect(split.totals()).toMatchObject({
            rows: rows.length,
            valid: valid.length,
            rejected: rejected.length,
          });
          // What is valid passes the row checks and the unique checks of severity error.
          const run = await contract.check(valid as never);
          const judged = run.results.filter(
            ({ check, severity }) =>
              severity === "error" && check !== "mean" && check !== "rowCount",
          );
          expect(judged.filter(({ passed }) => !passed)).toEqual([]);
        },
      ),
      { numRuns: 80, seed: 3 },
    );
  });

  it("is iterated once, stops on a signal, and refuses unknown options", async () => {
    const split = contract.split([row(1n, "1.00")]);
    await all(split);
    await expect(all(split)).rejects.toMatchObject({ code: "QUALITY_UNSUPPORTED" });
    await expect(
      all(contract.split([row(1n, "1.00")], { signal: AbortSignal.abort(new Error("stop")) })),
    ).rejects.toThrow("stop");
    expect(() => contract.split([], { keep: 1 } as never)).toThrow('no option "keep"');
    expect(() => contract.split([], { duplicates: "first" as never })).toThrow('cannot be "first"');
  });
});

describe("the quarantine table", () => {
  it("takes every rejected row", async () => {
    await using engine = duckdb(":memory:");
    const quarantine = quarantineTable(orders);
    await engine.execute(createTable(engine.dialect, quarantine.name, quarantine));
    const data = [row(1n, "0.00"), { ...row(1n, "1.00"), currency: "GBP", id: null }] as never;
    for await (const { rejected } of contract.split(data))
      await engine.load(quarantine.name, quarantine, rejected);
    const rows = await engine
      .query(`SELECT id, currency, _row, _checks FROM ${quarantine.name} ORDER BY _row`)
      .rows();
    expect(rows).toEqual([
      { id: 1n, currency: "EUR", _row: 0n, _checks: ["amount.between"] },
      { id: null, currency: "GBP", _row: 1n, _checks: ["definition"] },
    ]);
  });

  it("cannot be made of a table that has its columns already", () => {
    expect(() => quarantineTable(defineTable("t", { _row: int64() }))).toThrow(
      'already has a column "_row"',
    );
  });
});
