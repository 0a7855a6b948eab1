import {
  bool,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindWhere, columnsOfWhere } from "../../src/where/bind.ts";
import { evaluate, matchingRows } from "../../src/where/evaluate.ts";
import * as w from "../../src/where/expression.ts";
import { compareText } from "../../src/where/text-order.ts";

const table = defineTable("t", {
  i: nullable(int32()),
  l: nullable(int64()),
  f: nullable(float64()),
  d: nullable(decimal(12, 2)),
  s: nullable(utf8()),
  b: nullable(bool()),
  day: nullable(date()),
  at: nullable(timestamp()),
  ms: nullable(timestamp("ms")),
});

/** Each column with values that stand in the order given, as rows have them. */
const ordered: Record<string, readonly unknown[]> = {
  i: [-5, 0, 3, 2_147_483_647],
  l: [-(2n ** 63n), -1n, 0n, 2n ** 53n + 1n],
  f: [-Infinity, -1.5, 0, 2.5, Infinity, NaN],
  d: ["-12.50", "0.00", "0.01", "99.99"].map((text) => Decimal.from(text)),
  s: ["", "a", "ab", "b", "\uFFFD", "\u{1F600}"],
  b: [false, true],
  day: ["1969-12-31", "1970-01-01", "2026-11-21"],
  at: [-1n, 0n, 1_700_000_000_000_001n],
  ms: [new Date(-1), new Date(0), new Date(1_700_000_000_000)],
};
const columns = Object.keys(ordered);
type Row = Record<string, unknown>;

/** SQL's three-valued logic, a row at a time: the oracle. */
/** Conditions without expressions, which have tests of their own. */
type Plain = Exclude<w.Where, { op: "sql" | "call" }>;

function naive(condition: w.Where, row: Row): boolean | null {
  const where = condition as Plain;
  switch (where.op) {
    case "and": {
      const terms = where.terms.map((term) => naive(term, row));
      return terms.includes(false) ? false : terms.includes(null) ? null : true;
    }
    case "or": {
      const terms = where.terms.map((term) => naive(term, row));
      return terms.includes(true) ? true : terms.includes(null) ? null : false;
    }
    case "not": {
      const term = naive(where.term, row);
      return term === null ? null : !term;
    }
    case "isNull":
      return row[where.column] === null;
    case "isNotNull":
      return row[where.column] !== null;
    default:
      return naiveOfValue(where, row[where.column]);
  }
}

type OfValue = Exclude<Plain, { op: "and" | "or" | "not" | "isNull" | "isNotNull" }>;

function naiveOfValue(where: OfValue, value: unknown): boolean | null {
  const at = (one: unknown): number =>
    ordered[where.column]!.findIndex((other) => same(one, other));
  if (value === null) return null;
  switch (where.op) {
    case "startsWith":
      return (value as string).startsWith(where.prefix);
    case "inList":
      return where.values.some((one) => same(one, value));
    default: {
      const order = at(value) - at(where.value);
      return {
        eq: order === 0,
        ne: order !== 0,
        lt: order < 0,
        lte: order <= 0,
        gt: order > 0,
        gte: order >= 0,
      }[where.op];
    }
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Decimal && b instanceof Decimal) return a.equals(b);
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return Object.is(a, b);
}

const row = fc.record(
  Object.fromEntries(columns.map((c) => [c, fc.constantFrom(null, ...ordered[c]!)])),
) as fc.Arbitrary<Row>;
const leaf = fc.constantFrom(...columns).chain((column) => {
  const value = fc.constantFrom(...(ordered[column] as w.WhereValue[]));
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(w.eq, w.ne, w.lt, w.lte, w.gt, w.gte), value)
      .map(([make, v]) => make(column, v)),
    fc.constantFrom(w.isNull(column), w.isNotNull(column)),
    fc.array(value, { maxLength: 3 }).map((values) => w.inList(column, values)),
    fc.tuple(value, value).map(([low, high]) => w.between(column, low, high)),
    fc.constantFrom("", "a", "ab").map((prefix) => w.startsWith("s", prefix)),
  );
});
const anyWhere: fc.Arbitrary<w.Where> = fc.letrec<{ where: w.Where }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(tie("where"), { maxLength: 3 }).map((t) => w.and(...t)) },
    { weight: 1, arbitrary: fc.array(tie("where"), { maxLength: 3 }).map((t) => w.or(...t)) },
    { weight: 1, arbitrary: tie("where").map((t) => w.not(t)) },
  ),
})).where;

describe("evaluate", () => {
  test.each([false, true])(
    "agrees with SQL's logic a row at a time (dictionaries: %s)",
    (dictionaries) => {
      fc.assert(
        fc.property(anyWhere, fc.array(row, { minLength: 1, maxLength: 20 }), (where, rows) => {
          const batch = toBatch(table, rows as never, { dictionaries });
          const bound = bindWhere(table, where);
          const expected = rows.map((one) => naive(where, one));
          const names = [false, true, null];
          expect([...evaluate(bound, batch)].map((truth) => names[truth])).toEqual(expected);
          expect([...matchingRows(bound, batch)]).toEqual(
            rows.flatMap((_, i) => (expected[i] === true ? [i] : [])),
          );
        }),
        { numRuns: 400 },
      );
    },
  );

  test("compares with values the column cannot hold as numbers compare", () => {
    const batch = toBatch(table, [
      { i: 1, l: 1n, d: "1.00" },
      { i: 2, l: 2n, d: "1.01" },
    ]);
    const matches = (where: w.Where): number[] => [...matchingRows(bindWhere(table, where), batch)];
    expect(matches(w.gt("i", 1.5))).toEqual([1]);
    expect(matches(w.gte("i", "1.5"))).toEqual([1]);
    expect(matches(w.lte("l", 1.5))).toEqual([0]);
    expect(matches(w.lt("i", 3_000_000_000))).toEqual([0, 1]);
    expect(matches(w.eq("d", "1.005"))).toEqual([]);
    expect(matches(w.ne("d", "1.005"))).toEqual([0, 1]);
    expect(matches(w.lt("d", "1.005"))).toEqual([0]);
    expect(matches(w.inList("d", ["1.005", "1.01"]))).toEqual([1]);
  });

  test("takes timestamps as text, bigint and Date", () => {
    const batch = toBatch(table, [
      { at: "2026-11-21T10:00:00.000001Z", ms: "2026-11-21T10:00:00.001Z" },
      { at: "2026-11-21T10:00:00Z", ms: "2026-11-21T10:00:00Z" },
    ]);
    const matches = (where: w.Where): number[] => [...matchingRows(bindWhere(table, where), batch)];
    expect(matches(w.gt("at", "2026-11-21T12:00:00+02:00"))).toEqual([0]);
    expect(matches(w.gt("at", new Date("2026-11-21T10:00:00Z")))).toEqual([0]);
    expect(matches(w.gt("ms", "2026-11-21T10:00:00.0005Z"))).toEqual([0]);
    expect(matches(w.lte("ms", "2026-11-21T10:00:00.0005Z"))).toEqual([1]);
  });

  test.each([
    [w.eq("i", "abc"), /column "i" is int32 and cannot be compared with "abc"/],
    [w.eq("at", "2026-11-21T10:00:00"), /timestamp\(us\)/],
    [w.eq("day", "2026-02-30"), /date/],
    [w.eq("b", 1), /bool/],
    [w.eq("s", null as never), /null/],
    [w.startsWith("i", "1"), /int32/],
    [w.eq("i", NaN), /NaN/],
  ])("refuses %j", (where, message) => {
    expect(() => bindWhere(table, where)).toThrow(message);
  });

  test("names the columns there are where one is unknown", () => {
    expect(() => bindWhere(table, w.not(w.isNull("nope")))).toThrow(/no column "nope"/);
  });

  test("lists each column looked at once", () => {
    expect(
      columnsOfWhere(table, w.and(w.between("i", 1, 2), w.or(w.eq("s", "x"), w.isNull("i")))),
    ).toEqual(["i", "s"]);
  });
});

test("text is ordered by code points, as its UTF-8 bytes are", () => {
  const unit = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\uFFFD", "\u{1F600}", "\uD7FF"),
  );
  fc.assert(
    fc.property(unit, unit, (a, b) => {
      const order = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareText(a, b))).toBe(order);
    }),
  );
});

test("a condition of an unknown kind is refused, not false", () => {
  const unknown = { op: "neq", column: "i", value: 1 } as never;
  expect(() => bindWhere(table, unknown)).toThrow(/there is no condition "neq"/);
});
