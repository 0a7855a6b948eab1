import {
  binary,
  bool,
  columnReader,
  date,
  decimal,
  defineTable,
  float32,
  float64,
  int8,
  int32,
  int64,
  list,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  toBatch,
  uint8,
  utf8,
} from "@lakewright/core";
import { Decimal } from "@lakewright/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { bindNode, treeOf } from "../../src/expression/bind.ts";
import { bindCondition, bindValue, joinCondition } from "../../src/expression/evaluate.ts";
import { call, col, source, sql } from "../../src/expression/expression.ts";
import { parseSql } from "../../src/expression/parse.ts";
import { showExpression } from "../../src/expression/show.ts";
import { showType } from "../../src/expression/sql-type.ts";
import { and, eq, gt, isLakeError, lt } from "../../src/index.ts";
import { bindWhere } from "../../src/where/bind.ts";
import { loadEngine } from "../../src/where/engine.ts";

beforeAll(loadEngine);

const table = defineTable("t", {
  id: int64(),
  tiny: int8(),
  n: nullable(int32()),
  small: nullable(uint8()),
  x: nullable(float64()),
  f: float32(),
  m: decimal(10, 2),
  wide: decimal(38, 10),
  s: nullable(utf8()),
  kind: nullable(oneOf(["a", "b"])),
  ok: bool(),
  day: date(),
  at: timestamp(),
  wall: naiveTimestamp(),
  raw: binary(),
  "unit price": decimal(6, 2),
  place: nullable(
    struct({ city: nullable(utf8()), spot: nullable(struct({ lat: nullable(float64()) })) }),
  ),
  tags: nullable(list(utf8())),
});
const row = {
  id: 7n,
  tiny: 100,
  n: null,
  small: 200,
  x: 2.5,
  f: 0.1,
  m: "12.34",
  wide: "1.5",
  s: "Ana",
  kind: "a",
  ok: true,
  day: "2024-02-29",
  at: "2024-02-29T23:30:15.123456Z",
  wall: "1969-12-31T23:59:59.5",
  raw: Uint8Array.of(65, 66),
  "unit price": "9.99",
  place: { city: "Wien", spot: { lat: 48.2 } },
  tags: ["x"],
} as const;
const batch = toBatch(table, [row]);

/** The value of an expression and its type. */
function valued(text: string): readonly [string, unknown] {
  const { type } = bindNode({ target: table }, sql(text));
  const column = {
    type: type.kind === "null" ? ({ kind: "int32" } as const) : type,
    nullable: true,
  };
  const bound = bindValue({ target: table }, sql(text), { name: "v", column });
  const value = columnReader(bound.evaluate({ rows: 1, target: batch }))(0);
  return [showType(type), value instanceof Decimal ? value.toString() : value];
}

/** What Spark 4 with ANSI mode gives, by its documentation and DecimalPrecision.scala. */
describe("types and values are those of Spark", () => {
  test.each([
    ["m * 1.2", "decimal(13, 3)", "14.808"],
    ["m + 1", "decimal(11, 2)", "13.34"],
    ["m - wide", "decimal(38, 9)", "10.840000000"],
    ["m / 3", "decimal(14, 6)", "4.113333"],
    ["m / 7.0", "decimal(15, 6)", "1.762857"],
    ["wide * wide", "decimal(38, 6)", "2.250000"],
    ["m % 5", "decimal(3, 2)", "2.34"],
    ["id / 2", "float64", 3.5],
    ["id div 2", "int64", 3n],
    ["-7 div 2", "int64", -3n],
    ["-7 % 3", "int32", -1],
    ["7 / 2", "float64", 3.5],
    ["tiny + 1", "int32", 101],
    ["small + 1", "int32", 201],
    ["f + f", "float32", Math.fround(0.2)],
    ["f + 1", "float64", Math.fround(0.1) + 1],
    ["1.5e0 + 1", "float64", 2.5],
    ["3000000000", "int64", 3000000000n],
    ["-9223372036854775808", "int64", -(2n ** 63n)],
    ["9223372036854775808", "decimal(19, 0)", "9223372036854775808"],
    [".5", "decimal(1, 1)", "0.5"],
    ["1L", "int64", 1n],
    ["2S", "int16", 2],
    ["2.50BD", "decimal(3, 2)", "2.50"],
    ["'a' || 1 || true", "utf8", "a1true"],
    ["'it''s' || \"\\\"x\\\" \\u00e9\"", "utf8", `it's"x" é`],
    ["r'a\\n'", "utf8", "a\\n"],
    ["round(m, 1)", "decimal(10, 1)", "12.3"],
    ["round(2.5)", "decimal(2, 0)", "3"],
    ["bround(2.5)", "decimal(2, 0)", "2"],
    ["round(-1.005, 2)", "decimal(4, 2)", "-1.01"],
    ["round(1.005D, 2)", "float64", 1.01],
    ["round(12345, -2)", "int32", 12300],
    ["floor(-1.5)", "decimal(2, 0)", "-2"],
    ["ceil(x)", "int64", 3n],
    ["cast(x as int)", "int32", 2],
    ["cast(-2.9 as int)", "int32", -2],
    ["cast('12.345' as decimal(4,1))", "decimal(4, 1)", "12.3"],
    ["cast(' 42 ' as bigint)", "int64", 42n],
    ["cast(1e7 as string)", "utf8", "1.0E7"],
    ["cast(f as string)", "utf8", "0.1"],
    ["cast(at as string)", "utf8", "2024-02-29 23:30:15.123456"],
    ["cast(wall as string)", "utf8", "1969-12-31 23:59:59.5"],
    ["cast(at as date)", "date", "2024-02-29"],
    ["cast(wall as date)", "date", "1969-12-31"],
    ["cast('2024-3-5 12:00' as date)", "date", "2024-03-05"],
    ["cast('2024-02-29T01:02:03+02:00' as timestamp)", "timestamp", 1709161323000000n],
    ["cast(at as bigint)", "int64", 1709249415n],
    ["cast('yes' as boolean)", "bool", true],
    ["cast(raw as string)", "utf8", "AB"],
    ["day + 1", "date", "2024-03-01"],
    ["add_months(day, 12)", "date", "2025-02-28"],
    ["months", "error", undefined],
    ["dayofweek(day)", "int32", 5],
    ["weekofyear(DATE '2021-01-03')", "int32", 53],
    ["hour(wall)", "int32", 23],
    ["date_trunc('quarter', at)", "timestamp", BigInt(Date.UTC(2024, 0, 1)) * 1000n],
    ["trunc(day, 'MM')", "date", "2024-02-01"],
    ["date_format(at, \"yyyy-MM-dd'T'HH:mm:ss.SSS\")", "utf8", "2024-02-29T23:30:15.123"],
    ["date_format(day, 'yy/M/d EEEE MMM D')", "utf8", "24/2/29 Thursday Feb 60"],
    ["extract(year from day)", "int32", 2024],
    ["substr('añb', 2, 1)", "utf8", "ñ"],
    ["substring(s, 0, 2)", "utf8", "An"],
    ["substring(s, -2)", "utf8", "na"],
    ["substring(s, -5, 3)", "utf8", "A"],
    ["char_length('😀a')", "int32", 2],
    ["octet_length('é')", "int32", 2],
    ["concat('a', null)", "utf8", null],
    ["coalesce(n, 1.5)", "decimal(11, 1)", "1.5"],
    ["greatest(n, 3, 2)", "int32", 3],
    ["if(n IS NULL, 1, 2L)", "int64", 1n],
    ["CASE s WHEN 'Ana' THEN 1 END", "int32", 1],
    ["nullif(id, 7)", "int64", null],
    ["n = 1", "bool", null],
    ["n <=> NULL", "bool", true],
    ["n = 1 OR ok", "bool", true],
    ["n = 1 AND NOT ok", "bool", false],
    ["s IN ('x', NULL)", "bool", null],
    ["s NOT IN ('x')", "bool", true],
    ["s LIKE '_n%'", "bool", true],
    ["'a%b' LIKE 'a\\%b'", "bool", true],
    ["'a%b' LIKE 'a!%b' ESCAPE '!'", "bool", true],
    ["s RLIKE '^A.a$'", "bool", true],
    ["x = 'NaN' OR cast('NaN' as double) > 1e300", "bool", true],
    ["m = 12.340", "bool", true],
    ["m = '12.34'", "bool", true],
    ["day = '2024-02-29'", "bool", true],
    ["at >= DATE '2024-02-29'", "bool", true],
    ["id = 7.0", "bool", true],
    ["kind = 'a'", "bool", true],
    ["`unit price` > 9", "bool", true],
    ["place.city", "utf8", "Wien"],
    ["PLACE.spot.LAT", "float64", 48.2],
    ["place.spot IS NULL", "bool", false],
    ["tags IS NOT NULL", "bool", true],
    ["1 + 2 * 3 - -4", "int32", 11],
    ["NOT 1 = 2 AND TRUE", "bool", true],
    ["id::string || '!' -- a comment", "utf8", "7!"],
    ["1 BETWEEN 0 AND 2 AND 3 /* two */ = 3", "bool", true],
  ])("%s is %s %s", (text, type, value) => {
    if (type === "error") {
      expect(() => valued(text)).toThrow(/no column "months"/);
      return;
    }
    expect(valued(text)).toEqual([type, value]);
  });

  test.each([
    ["tiny * tiny", "10000 does not fit int8"],
    ["id * 9223372036854775807", "does not fit int64"],
    ["cast(id * 100 as tinyint)", "does not fit int8"],
    ["1 / (id - 7)", "division by zero"],
    ["m % 0", "division by zero"],
    ["x / 0", "division by zero"],
    ["cast(s as int)", '"Ana" is no int64'],
    ["cast('2024-02-30' as date)", "is no date"],
    ["cast(m * 1000 as decimal(5,2))", "does not fit decimal(5, 2)"],
    ["abs(-9223372036854775808)", "does not fit int64"],
    ["make_date(2023, 2, 29)", "is no day"],
  ])("%s is an error of the row", (text, says) => {
    const { type } = bindNode({ target: table }, sql(text));
    const column = { type: type as never, nullable: true };
    const bound = bindValue({ target: table }, sql(text), { name: "v", column });
    const error = caught(() => bound.evaluate({ rows: 1, target: batch }));
    expect(error).toMatchObject({ code: "LAKE_INVALID_VALUE", details: { row: 0 } });
    expect((error as Error).message).toContain(says);
  });

  test("rows a condition rules out raise no error", () => {
    const rows = toBatch(defineTable("r", { a: int32(), b: int32() }), [
      { a: 6, b: 2 },
      { a: 1, b: 0 },
    ]);
    const target = defineTable("r", { a: int32(), b: int32() });
    const truth = (text: string): number[] => [
      ...bindCondition({ target }, sql(text)).truth({ rows: 2, target: rows }),
    ];
    expect(truth("b <> 0 AND a / b = 3")).toEqual([1, 0]);
    expect(truth("b = 0 OR a / b = 3")).toEqual([1, 1]);
    expect(truth("CASE WHEN b = 0 THEN FALSE ELSE a / b = 3 END")).toEqual([1, 0]);
    expect(truth("coalesce(nullif(b, 0), 1) > 0")).toEqual([1, 1]);
    expect(truth("if(b = 0, 0, a div b) IN (3)")).toEqual([1, 0]);
  });
});

describe("what is not understood is an error with its position and what there is", () => {
  test.each([
    ["amount +", 9, "the expression ends"],
    ["soundex(s)", 1, "no function soundex"],
    ["s = 'abc", 5, "no end"],
    ["s LIKE", 7, "the expression ends"],
    ["a b", 3, 'there is "b"'],
    ["cast(s as text)", 11, 'no type "text"'],
    ["s # 1", 3, 'no "#"'],
    ["DATE '2024-13-01'", 6, "is no date"],
    ["INTERVAL 1 DAY", 1, "Intervals"],
    ["(1 + 2", 7, '")"'],
    ["case end", 6, 'there is "end"'],
    ["1.2.3", 4, "the end"],
    ["99999999999999999999999999999999999999999", 1, "38 digits"],
  ])("%s at %i", (text, position, says) => {
    const error = caught(() => parseSql(text));
    expect(error).toMatchObject({ code: "LAKE_INVALID_EXPRESSION", details: { position } });
    expect((error as Error).message).toContain(says);
  });

  test.each([
    ["nope > 1", 'no column "nope"'],
    ["place.nope = 1", 'no column "place.nope"'],
    ["s + ok", "which is nothing"],
    ["m > 'abc'", "no decimal"],
    ["day > 5", "no common type"],
    ["tags = tags", "no common type"],
    ["s AND ok", "where a condition is wanted"],
    ["substring(s)", "has 1 arguments"],
    ["coalesce()", "has 0 arguments"],
    ["CASE WHEN ok THEN 1 ELSE day END", "no common type"],
    ["date_trunc('eon', at) = at", "no unit of time"],
    ["date_format(at, 'GG') = 'x'", 'does not know "GG"'],
    ["current_timestamp() > at", "known only where rows are written"],
    ["year(ok) = 1", "where a date is wanted"],
  ])("%s", (text, says) => {
    const error = caught(() => bindCondition({ target: table }, sql(text)));
    expect(isLakeError(error, "LAKE_INVALID_EXPRESSION"), String(error)).toBe(true);
    expect((error as Error).message).toContain(says);
  });

  test("any text is an expression or a typed error", () => {
    const words = fc.constantFrom(
      ..."( ) , . + - * / % || = <> <=> 'a' \"b\" `c` 1 1.5 1e3 s id ok day cast as int case when then else end not and or is null in like between date coalesce length x' -- /* ::".split(
        " ",
      ),
    );
    const texts = fc.oneof(
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join(" ")),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (text.trim() === "") return;
        try {
          bindNode({ target: table }, sql(text));
        } catch (error) {
          if (!isLakeError(error, "LAKE_INVALID_EXPRESSION", "LAKE_INVALID_VALUE")) throw error;
        }
      }),
      { numRuns: runs(3000) },
    );
  });

  test("nesting has an end, lists have none", () => {
    expect(() => parseSql(`${"(".repeat(5000)}1${")".repeat(5000)}`)).toThrow(/nested too deeply/);
    const long = Array.from({ length: 5000 }, (_, k) => `id = ${k}`).join(" OR ");
    expect(
      bindCondition({ target: table }, sql(long)).matching({ rows: 1, target: batch }),
    ).toHaveLength(1);
  });
});

describe("assignment", () => {
  const assign = (
    value: Parameters<typeof bindValue>[1],
    column: keyof typeof table.columns,
  ): unknown => {
    const field = table.fields.find(({ name }) => name === column)!;
    const value_ = bindValue({ target: table }, value, field).evaluate({ rows: 1, target: batch });
    const read = columnReader(value_)(0);
    return read instanceof Decimal ? read.toString() : read;
  };

  test.each([
    [sql("m * 1.125"), "m", "13.88"],
    [sql("id + 0.00"), "tiny", 7],
    [sql("tiny + 100"), "small", 200],
    [sql("id"), "s", "7"],
    [sql("day"), "at", 1709164800000000n],
    [sql("at"), "wall", "2024-02-29T23:30:15.123456"],
    [sql("lower('B')"), "kind", "b"],
    ["12.5", "m", "12.50"],
    [null, "tags", null],
    [col("place.city"), "s", "Wien"],
    [call("coalesce", col("n"), 5), "n", 5],
    [call("upper", col("s")), "s", "ANA"],
    [sql("tags"), "tags", ["x"]],
  ] as const)("case %#", (value, column, expected) => {
    expect(assign(value, column)).toEqual(expected);
  });

  test.each([
    [sql("s"), "n", "LAKE_INVALID_EXPRESSION"],
    [sql("ok"), "n", "LAKE_INVALID_EXPRESSION"],
    [sql("place"), "s", "LAKE_INVALID_EXPRESSION"],
    [sql("m"), "n", "LAKE_INVALID_VALUE"],
    [sql("x"), "id", "LAKE_INVALID_VALUE"],
    [sql("m * 1000000"), "unit price", "LAKE_INVALID_VALUE"],
    [sql("id * 100"), "small", "LAKE_SCHEMA_MISMATCH"],
    [sql("s"), "kind", "LAKE_INVALID_VALUE"],
    ["abc", "n", "CORE_INVALID_VALUE"],
  ] as const)("refuses case %#", (value, column, code) => {
    expect(caught(() => assign(value, column))).toMatchObject({ code });
  });
});

describe("conditions", () => {
  test.each([
    ["id > 5", { op: "gt", column: "id", key: 5n }],
    ["5 < ID", { op: "gt", column: "id", key: 5n }],
    ["m <= 1.005", { op: "lte", column: "m", key: 100n }],
    ["day >= DATE '2024-01-01'", { op: "gte", column: "day", key: 19723 }],
    ["at < '2024-01-01'", { op: "lt", column: "at", key: 1704067200000000n }],
    ["s IN ('a', 'b')", { op: "inList", column: "s", keys: ["a", "b"] }],
    ["n IS NOT NULL", { op: "not", term: { op: "isNull", column: "n" } }],
    ["NOT (s = 'a')", { op: "not", term: { op: "eq", column: "s", key: "a" } }],
  ])("%s prunes", (text, bound) => {
    expect(bindWhere(table, sql(text))).toEqual(bound);
  });

  test.each([
    "id + 1 > 5",
    "id > tiny",
    "f > 0.1",
    "place.city = 'x'",
    "id = NULL",
    "length(s) = 2",
  ])("%s may match anything", (text) => {
    expect(bindWhere(table, sql(text))).toMatchObject({ op: "expression" });
  });

  test("take expressions on either side, and stay plain data", () => {
    const where = and(eq("id", sql("3 + 4")), gt(col("m"), col("unit price")), lt("n", 1));
    expect(JSON.parse(JSON.stringify(where))).toEqual(where);
    const bound = bindCondition({ target: table }, where);
    expect([...bound.columns.target].sort()).toEqual(["id", "m", "n", "unit price"]);
    expect([...bound.truth({ rows: 1, target: batch })]).toEqual([2]);
  });

  test("on two tables are taken apart into equalities and the rest", () => {
    const from = defineTable("s", { id: int64(), ref: utf8(), n: int32() });
    const scope = { target: table, source: from };
    const where = sql("target.id = source.id AND ref = s AND tiny > source.n AND ok");
    const { equal, rest } = joinCondition(scope, where);
    expect(equal.map((pair) => [showExpression(pair.target), showExpression(pair.source)])).toEqual(
      [
        ["target.id", "source.id"],
        ["s", "ref"],
      ],
    );
    expect(showExpression(rest!)).toBe("(tiny > source.n) AND ok");
    expect(bindCondition(scope, where).pruning).toMatchObject({ op: "expression" });
    expect(bindCondition(scope, eq(col("s"), source("ref"))).columns).toEqual({
      target: ["s"],
      source: ["ref"],
    });
  });

  test("shown as SQL they are read again as the same", () => {
    for (const text of [
      "a + b * -c / (d - 1) || 'x''y'",
      "NOT (a AND b OR c) IS NULL",
      "CASE WHEN `unit price` > 1.50 THEN cast(a as decimal(3,1)) ELSE coalesce(b, 2L) END IN (1S, NULL)",
      "a LIKE 'x\\\\%' ESCAPE '!' AND b.c <=> -5 AND not d",
      "x = 1.5D OR y <> 1e3F",
    ]) {
      const tree = treeOf(sql(text));
      expect(parseSql(showExpression(tree)), showExpression(tree)).toEqual(tree);
    }
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}
