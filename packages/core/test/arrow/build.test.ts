import {
  batchBuilder,
  binary,
  bool,
  CoreError,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  toArrowSchema,
  toBatch,
  toRows,
  uint8,
  utf8,
} from "@lakewright/core";
import { Dictionary, Utf8 } from "apache-arrow";
import { describe, expect, it } from "vitest";

const accounts = defineTable("accounts", {
  id: int64(),
  name: utf8(),
  balance: decimal(6, 2),
  note: nullable(utf8()),
});
const row = { id: 1n, name: "Ada", balance: "1.00", note: null };

describe("building a batch", () => {
  it("takes the wide forms of a value and stores one", () => {
    const table = defineTable("t", {
      id: int64(),
      amount: decimal(12, 2),
      at: timestamp("us"),
      seen: timestamp("ms"),
      clock: naiveTimestamp(),
      tags: map(utf8(), int32()),
    });
    const instant = new Date("2026-11-21T10:00:00.5Z");
    const forms = [
      {
        id: 1,
        amount: "1.5",
        at: instant,
        seen: instant.toISOString(),
        clock: "2026-03-29 02:30",
        tags: new Map([["a", 1]]),
      },
      {
        id: 1n,
        amount: 1.5,
        at: "2026-11-21T11:00:00.5+01:00",
        seen: instant,
        clock: "2026-03-29T02:30:00",
        tags: [["a", 1]] as const,
      },
      {
        id: 1n,
        amount: Decimal.from("1.500"),
        at: BigInt(instant.getTime()) * 1000n,
        seen: BigInt(instant.getTime()),
        clock: "2026-03-29T02:30:00.000",
        tags: [["a", 1]] as const,
      },
    ];
    const [first, ...others] = toRows(toBatch(table, forms), table);
    expect(first).toEqual({
      id: 1n,
      amount: new Decimal(150n, 2),
      at: 1_795_255_200_500_000n,
      seen: instant,
      clock: "2026-03-29T02:30:00",
      tags: [["a", 1]],
    });
    for (const other of others) expect(other).toEqual(first);
  });

  it("has the Arrow types of the table, or dictionaries where asked", () => {
    const plain = batchBuilder(accounts).build([row]);
    expect(String(plain.schema)).toBe(String(toArrowSchema(accounts)));
    const coded = batchBuilder(accounts, { dictionaries: true }).build([row]);
    expect(coded.schema.fields[1]!.type).toBeInstanceOf(Dictionary);
  });

  it("gives up a dictionary whose values hardly repeat, without losing one", () => {
    const table = defineTable("t", { id: nullable(utf8()) });
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: i % 7 === 0 ? null : `id-${i}` }));
    const builder = batchBuilder(table, { dictionaries: true });
    for (const part of [rows.slice(0, 12_000), rows.slice(12_000)]) {
      const batch = builder.build(part);
      expect(batch.schema.fields[0]!.type).toBeInstanceOf(Utf8);
      expect(toRows(batch, table)).toEqual(part);
    }
  });

  it("can be used again after a batch with an invalid row", () => {
    const builder = batchBuilder(accounts);
    expect(() => builder.build([row, { ...row, balance: "x" }])).toThrow(CoreError);
    expect(toRows(builder.build([row]), accounts)).toHaveLength(1);
  });
});

describe("an invalid value", () => {
  it("is named with its row, column, value and the remedy", () => {
    try {
      batchBuilder(accounts).build([row, { ...row, balance: "12345.678" }]);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "CORE_INVALID_VALUE",
        message:
          'Row 1 of table "accounts", column "balance": "12345.678" does not fit decimal(6, 2).',
        details: { table: "accounts", row: 1, column: "balance" },
      });
      expect((error as CoreError).hint).toContain("decimal(6, 2)");
    }
  });

  it.each([true, false])("is refused for every type (compiled: %s)", (compile) => {
    const cases: [Parameters<typeof nullable>[0], unknown[]][] = [
      [int32(), [1.5, "1", 2 ** 31, NaN, null, undefined, true]],
      [uint8(), [-1, 256]],
      [int64(), [2n ** 63n, 2 ** 53, "1", 1.5]],
      [float64(), ["1", 1n]],
      [decimal(6, 2), ["1.005", "10000", 0.1 + 0.2, "abc", "", new Decimal(1n, 3), NaN, {}]],
      [utf8(), [1, "\ud800", "a\udfffb".repeat(30)]],
      [binary(), ["bytes", [1, 2]]],
      [bool(), [0, "true"]],
      [date(), ["2026-02-30", new Date(0), 0]],
      [timestamp("us"), ["2026-01-01T00:00:00", "soon", 1, new Date(NaN), 2n ** 63n]],
      [timestamp("ms"), ["2026-01-01T00:00:00.0001Z"]],
      [naiveTimestamp(), ["2026-01-01T00:00:00Z", new Date(0)]],
      [oneOf(["a"]), ["b", 1]],
      [list(int32()), ["1", [1, "2"], [null]]],
      [struct({ a: int32() }), [1, [], {}, { a: 1, b: 2 }]],
      [map(utf8(), int32()), [{}, [["a"]], [["a", "b"]], [[null, 1]]]],
    ];
    for (const [column, values] of cases) {
      const table = defineTable("t", { value: column });
      for (const value of values) {
        const builder = batchBuilder(table, { compile });
        expect(
          () => builder.build([{ value } as never]),
          `${column.type.kind}: ${String(value)}`,
        ).toThrow(CoreError);
      }
    }
  });

  it("leads into nested values", () => {
    const table = defineTable("t", {
      people: list(struct({ name: utf8(), tags: map(utf8(), list(int32())) })),
    });
    const { invalid } = batchBuilder(table).buildValid([
      {
        people: [
          { name: "a", tags: [] },
          { name: "b", tags: [["k", [1, 2.5]]] },
        ],
      },
    ]);
    expect(invalid).toEqual([
      {
        row: 0,
        column: "people[1].tags[k][1]",
        value: 2.5,
        problem: expect.stringContaining("no integer") as string,
      },
    ]);
  });

  it("does not hide behind a null parent, nor a null parent behind it", () => {
    const table = defineTable("t", { inner: nullable(struct({ a: int32() })) });
    const rows = [{ inner: null }, { inner: { a: 1 } }];
    expect(toRows(toBatch(table, rows), table)).toEqual(rows);
    expect(() => toBatch(table, [{ inner: {} as { a: number } }])).toThrow(/inner\.a.*is missing/);
  });
});

describe("buildValid", () => {
  it("keeps the rows that fit and says what was wrong with the others", () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      ...row,
      id: BigInt(i),
      balance: i % 1000 === 500 ? "x" : "1.00",
      note: i === 1500 ? 7 : null,
    }));
    const { batch, invalid } = batchBuilder(accounts).buildValid(rows);
    expect(batch.numRows).toBe(2997);
    expect(invalid.map((value) => [value.row, value.column])).toEqual([
      [500, "balance"],
      [1500, "balance"],
      [1500, "note"],
      [2500, "balance"],
    ]);
    expect(toRows(batch, accounts).some((kept) => kept.id === 1500n)).toBe(false);
  });

  it("refuses what is no row, and a property that is no column", () => {
    const rows = [
      row,
      null,
      5,
      { ...row, extra: 1 },
      { id: 1n, name: "B", balance: "1", ntoe: "typo" },
    ];
    const { batch, invalid } = batchBuilder(accounts).buildValid(rows);
    expect(batch.numRows).toBe(1);
    expect(new Set(invalid.map((value) => value.row))).toEqual(new Set([1, 2, 3, 4]));
    expect(invalid.find((value) => value.row === 4)).toMatchObject({
      column: "ntoe",
      value: "typo",
    });
  });

  it("can leave unknown properties out", () => {
    const builder = batchBuilder(accounts, { unknownColumns: "ignore" });
    expect(
      toRows(builder.buildValid([{ ...row, extra: 1 }]).batch, accounts)[0],
    ).not.toHaveProperty("extra");
  });

  it("takes names that are dangerous to write as code", () => {
    const name = '__proto__"]; throw 1; //\u2028';
    const table = defineTable("t", { [name]: int32(), ["__proto__"]: nullable(utf8()) });
    const read = toRows(toBatch(table, [{ [name]: 1, ["__proto__"]: "x" } as never]), table);
    expect(Object.entries(read[0]!)).toEqual([
      [name, 1],
      ["__proto__", "x"],
    ]);
  });
});
