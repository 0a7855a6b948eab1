import {
  batchBuilder,
  bool,
  type Column,
  type Columns,
  conformBatch,
  conformValid,
  date,
  Decimal,
  decimal,
  defineTable,
  int8,
  int32,
  int64,
  list,
  map,
  nullable,
  oneOf,
  struct,
  type Table,
  tableFromFields,
  timestamp,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import { type RecordBatch, Table as ArrowTable, tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";

/** A column as it is given and as it is wanted, which takes some of the values only. */
interface Pair {
  readonly given: Column;
  readonly wanted: Column;
  readonly values: fc.Arbitrary<unknown>;
}

const scalars: readonly Pair[] = [
  { given: int64(), wanted: int8(), values: fc.bigInt(-200n, 200n) },
  { given: int64(), wanted: int64(), values: fc.bigInt(-200n, 200n) },
  { given: bool(), wanted: bool(), values: fc.boolean() },
  {
    given: utf8(),
    wanted: decimal(6, 2),
    values: fc.constantFrom("1.00", "1.005", "much", "99999.00"),
  },
  { given: utf8(), wanted: utf8(), values: fc.string({ unit: "grapheme", maxLength: 30 }) },
  { given: utf8(), wanted: oneOf(["EUR", "USD"]), values: fc.constantFrom("EUR", "USD", "日本") },
  {
    given: utf8(),
    wanted: date(),
    values: fc.constantFrom("2024-02-29", "2023-02-29", "1969-12-31"),
  },
  {
    given: decimal(12, 0),
    wanted: int32(),
    values: fc.bigInt(-(10n ** 11n), 10n ** 11n).map((whole) => new Decimal(whole, 0)),
  },
  {
    given: timestamp("us"),
    wanted: timestamp("ms"),
    values: fc.bigInt(-5n, 5n).map((half) => half * 500n),
  },
];

const withNulls = ({ given, wanted, values }: Pair): fc.Arbitrary<Pair> =>
  fc.boolean().map((takesNull) => ({
    given: nullable(given) as Column,
    wanted: takesNull ? (nullable(wanted) as Column) : wanted,
    values: fc.option(values, { freq: 6 }),
  }));

const anyPair = fc.letrec<{ leaf: Pair; any: Pair }>((tie) => ({
  leaf: fc.constantFrom(...scalars).chain((pair) => fc.oneof(fc.constant(pair), withNulls(pair))),
  any: fc.oneof(
    { depthSize: "small", maxDepth: 2, withCrossShrink: true },
    tie("leaf"),
    tie("any").map(({ given, wanted, values }) => ({
      given: list(given),
      wanted: list(wanted),
      values: fc.array(values, { maxLength: 3 }),
    })),
    fc.tuple(tie("any"), tie("any")).chain(([a, b]) =>
      withNulls({
        given: struct({ a: a.given, b: b.given }),
        wanted: struct({ a: a.wanted, b: b.wanted }),
        values: fc.record({ a: a.values, b: b.values }),
      }),
    ),
    tie("any").map(({ given, wanted, values }) => ({
      given: map(utf8(), given),
      wanted: map(utf8(), wanted),
      values: fc.array(fc.tuple(fc.string({ maxLength: 3 }), values), { maxLength: 2 }),
    })),
  ),
})).any;

const anyBatch = fc
  .array(anyPair, { minLength: 1, maxLength: 4 })
  .chain((pairs) =>
    fc.record({
      pairs: fc.constant(pairs),
      rows: fc.array(
        fc.record(Object.fromEntries(pairs.map(({ values }, k) => [`c${k}`, values]))),
        { maxLength: 20 },
      ),
      from: fc.nat(9),
      cut: fc.nat(3),
      dictionaries: fc.boolean(),
    }),
  )
  .map(({ pairs, rows, from, cut, dictionaries }) => {
    const table = (name: "given" | "wanted"): Table<Columns> =>
      tableFromFields(
        "t",
        pairs.map((pair, k) => ({ name: `c${k}`, column: pair[name] })),
      ) as Table<Columns>;
    const all = batchBuilder(table("given"), { dictionaries }).build(rows as never);
    const start = Math.min(from, rows.length);
    return {
      table: table("wanted"),
      batch: all.slice(start, Math.max(start, rows.length - cut)),
    };
  });

/** Row by row, as a batch of its own: what fits is what does not throw. */
function oneByOne(table: Table, batch: RecordBatch): { good: unknown[]; bad: Set<number> } {
  const good: unknown[] = [];
  const bad = new Set<number>();
  for (let row = 0; row < batch.numRows; row++) {
    try {
      good.push(...toRows(conformBatch(table, batch.slice(row, row + 1))));
    } catch {
      bad.add(row);
    }
  }
  return { good, bad };
}

/** What another program reads of it. */
function stored(batch: RecordBatch): Record<string, unknown>[] {
  return tableFromIPC(tableToIPC(new ArrowTable(batch))).batches.flatMap((part) => toRows(part));
}

describe("conformValid", () => {
  it("keeps the rows of a batch that fit, as they do one by one, and tells which do not", () => {
    fc.assert(
      fc.property(anyBatch, ({ table, batch }) => {
        const given = toRows(batch);
        const found = conformValid(table, batch);
        const expected = oneByOne(table, batch);
        expect(toRows(found.batch)).toEqual(expected.good);
        expect(stored(found.batch)).toEqual(expected.good);
        expect(new Set(found.invalid.map(({ row }) => row))).toEqual(expected.bad);
        for (const { row, column, value, problem } of found.invalid) {
          expect(problem).not.toBe("");
          if (!/[.[]/.test(column) && typeof value !== "string") {
            // A whole decimal is told of as the integer it is.
            expect(String(given[row]![column])).toBe(String(value));
          }
        }
        expect(found.invalid).toEqual([...found.invalid].sort((a, b) => a.row - b.row));
      }),
      { numRuns: runs(300) },
    );
  });

  it("tells of the first wrong column of a row as rows do, whatever the order of the batch", () => {
    const given = { price: nullable(utf8()), id: nullable(int64()) };
    const table = defineTable("t", { id: int64(), price: decimal(6, 2) });
    const rows = [
      { id: 1n, price: "1.00" },
      { id: null, price: "much" },
      { id: 3n, price: "2.005" },
    ];
    const { invalid, batch } = conformValid(table, toBatch(defineTable("t", given), rows));
    const expected = batchBuilder(table).buildValid(rows);
    expect(invalid).toEqual(expected.invalid);
    expect(toRows(batch)).toEqual(toRows(expected.batch));
  });

  it("leaves text a dictionary where rows are left out because it is null", () => {
    const loose = defineTable("t", { city: nullable(utf8()), n: nullable(int64()) });
    const rows = ["Oslo", null, "Oslo", "Bergen"].map((city, k) => ({ city, n: BigInt(k) }));
    const batch = batchBuilder(loose, { dictionaries: true }).build(rows);
    const table = defineTable("t", { city: utf8(), n: nullable(int64()) });
    const found = conformValid(table, batch);
    expect(toRows(found.batch)).toEqual(rows.filter(({ city }) => city !== null));
    expect(found.batch.data.children[0]!.type.typeId).toBe(batch.data.children[0]!.type.typeId);
  });

  it("takes a batch as it is where every row fits", () => {
    const table = defineTable("t", { id: int64(), name: nullable(utf8()) });
    const batch = toBatch(table, [{ id: 1n, name: "a" }, { id: 2n }]);
    const found = conformValid(table, batch);
    expect(found.invalid).toEqual([]);
    expect(found.batch.data.children[0]).toBe(batch.data.children[0]);
  });

  it("refuses a batch without a column that must be there", () => {
    const table = defineTable("t", { id: int64(), price: decimal(6, 2) });
    expect(() => conformValid(table, toBatch(defineTable("t", { id: int64() }), []))).toThrow(
      "no column",
    );
  });
});
