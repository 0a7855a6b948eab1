import {
  batchBuilder,
  binary,
  bool,
  CoreError,
  date,
  Decimal,
  decimal,
  defineTable,
  float32,
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

  it("refuses what is no array of rows, instead of building nothing", () => {
    for (const rows of [undefined, null, row, 5, "rows"]) {
      expect(() => toBatch(accounts, rows as never)).toThrow(/which is no array/);
    }
    const optional = defineTable("t", { note: nullable(utf8()) });
    for (const given of [null, undefined, 5, "x"]) {
      expect(() => toBatch(optional, [given as never])).toThrow(/Row 0 .* is no row object/);
    }
  });

  it("rounds to single precision, but no number to infinity", () => {
    const table = defineTable("t", { x: float32() });
    const read = (x: number): unknown => toRows(toBatch(table, [{ x }]), table)[0]!.x;
    for (const x of [0.1, 3.4028235677973362e38, Infinity, -Infinity, NaN, 5e-324]) {
      expect(read(x)).toBe(Math.fround(x));
    }
    for (const x of [3.4028235677973366e38, -1e39, 1e300]) {
      expect(() => read(x)).toThrow(/is beyond single precision/);
    }
  });

  it("stores no instant that it could not give back", () => {
    const table = defineTable("t", { at: timestamp(), ms: timestamp("ms") });
    const build = (at: string | bigint, ms: string | bigint): unknown =>
      toBatch(table, [{ at, ms }]);
    build("+294247-01-10T04:00:54.775807Z", "+275760-09-13T00:00:00Z");
    expect(() => build("+294247-01-10T04:00:54.775808Z", 0n)).toThrow(CoreError);
    expect(() => build("+999999-01-01T00:00:00Z", 0n)).toThrow(CoreError);
    expect(() => build(0n, "+275760-09-13T00:00:00.001Z")).toThrow(CoreError);
    expect(() => build(0n, 8_640_000_000_000_001n)).toThrow(CoreError);
  });

  it.each([true, false])(
    "takes inherited names only where they are the row's own (%j)",
    (compile) => {
      const table = defineTable("t", {
        constructor: nullable(utf8()),
        toString: nullable(struct({ valueOf: nullable(int32()) })),
        ["__proto__"]: nullable(utf8()),
      } as never);
      const rows = [{}, { constructor: "Ferrari", toString: {} }] as never[];
      expect(toRows(toBatch(table, rows, { compile })).map((read) => Object.entries(read))).toEqual(
        [
          [
            ["constructor", null],
            ["toString", null],
            ["__proto__", null],
          ],
          [
            ["constructor", "Ferrari"],
            ["toString", { valueOf: null }],
            ["__proto__", null],
          ],
        ],
      );
    },
  );

  it("stores long texts of any script, some missing, over several blocks", () => {
    const table = defineTable("t", { text: nullable(utf8()) });
    const builder = batchBuilder(table);
    const textOf = (i: number): string | null =>
      i % 7 === 0 ? null : `${"x".repeat(i % 40)}${i > 2000 && i % 5 === 0 ? "é€😀" : ""}${i}`;
    const rows = Array.from({ length: 5000 }, (_, i) => ({ text: textOf(i) }));
    expect(toRows(builder.build(rows), table)).toEqual(rows);
    expect(toRows(builder.build(rows.toReversed()), table)).toEqual(rows.toReversed());
  });

  it("refuses halves of a surrogate pair that are whole where texts meet", () => {
    const table = defineTable("t", { text: utf8() });
    const rows = [{ text: "0123456789\ud83d" }, { text: "\ude000123456789" }, { text: "fine" }];
    const { batch, invalid } = batchBuilder(table).buildValid(rows);
    expect(invalid.map(({ row }) => row)).toEqual([0, 1]);
    expect(toRows(batch, table)).toEqual([{ text: "fine" }]);
  });

  it("forgets the rows of a call that a getter ended", () => {
    const builder = batchBuilder(defineTable("t", { id: int32() }));
    const good = Array.from({ length: 1500 }, (_, id) => ({ id }));
    const bad = {
      get id(): number {
        throw new Error("gone");
      },
    };
    expect(() => builder.build([...good, bad])).toThrow("gone");
    expect(toRows(builder.build([{ id: 7 }]))).toEqual([{ id: 7 }]);
  });

  it("describes a column whose name has a point in the hint", () => {
    const table = defineTable("t", { "a.b": int32() });
    expect(() => toBatch(table, [{ "a.b": "x" } as never])).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/The column is int32/) as string }),
    );
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

describe("room for the values of a batch", () => {
  const table = defineTable("documents", {
    id: int64(),
    text: utf8(),
    tag: nullable(utf8()),
    parts: list(utf8()),
  });
  /** Short at first, then far longer than the first thousand rows let one foresee, with text beyond ASCII. */
  const documents = Array.from({ length: 5000 }, (_, i) => ({
    id: BigInt(i),
    text: i < 1200 ? `a${i}` : `${"long ".repeat(i % 700)}ü${i}`,
    tag: i % 3 === 0 ? null : `tag ${i % (i < 2500 ? 5 : 5000)}`,
    parts: Array.from({ length: i < 1100 ? 1 : i % 9 }, (_, k) => `${i}.${k}`),
  }));

  it("is found where later rows are larger than the first", () => {
    expect([...toRows(toBatch(table, documents, { dictionaries: true }))]).toEqual(documents);
  });

  it("is made anew for batches of other sizes by one builder", () => {
    const builder = batchBuilder(table, { dictionaries: true });
    const sizes = [3, 5000, 0, 1, 2100];
    const batches = sizes.map((size) => builder.build(documents.slice(0, size)));
    for (const [k, batch] of batches.entries()) {
      expect([...toRows(batch)]).toEqual(documents.slice(0, sizes[k]));
    }
  });
});
