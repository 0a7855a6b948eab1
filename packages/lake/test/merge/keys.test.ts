import {
  type Column,
  columnOf,
  date,
  Decimal,
  decimal,
  defineTable,
  float32,
  float64,
  int16,
  int32,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  toBatch,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLakeError } from "../../src/errors.ts";
import { keyIndexOf } from "../../src/merge/key-index.ts";
import { sourceKeys, targetKeys } from "../../src/merge/key-values.ts";

/** For each target value, whether the source has it, and where. */
function found(
  source: Column,
  sourceValues: readonly unknown[],
  target: Column,
  targetValues: readonly unknown[],
): number[] {
  const [s, t] = [defineTable("s", { k: source }), defineTable("t", { k: target })];
  const data = (table: typeof s, values: readonly unknown[]) =>
    toBatch(table, values.map((k) => ({ k })) as never).data.children[0]!;
  const index = keyIndexOf(
    sourceKeys(columnOf(s, "k").type, data(s, sourceValues), columnOf(t, "k").type, {
      source: "k",
      target: "k",
    }),
  );
  const ids = index.find(targetKeys(columnOf(t, "k").type, data(t, targetValues)));
  return Array.from(ids, (id) => (id < 0 ? -1 : index.ids.indexOf(id)));
}

describe("keys of different types are compared by value", () => {
  const n = nullable;
  test.each<[string, Column, readonly unknown[], Column, readonly unknown[], number[]]>([
    [
      "int32 in int64",
      n(int32()),
      [1, null, -5],
      n(int64()),
      [-5n, 1n, null, 2n ** 32n + 1n],
      [2, 0, -1, -1],
    ],
    ["int64 in int16", n(int64()), [2n ** 40n, 7n], n(int16()), [7, 0], [1, -1]],
    ["int64 in uint32", n(int64()), [-1n, 4_294_967_295n], n(uint32()), [4_294_967_295], [1]],
    ["uint64 in int64", n(uint64()), [2n ** 64n - 1n, 3n], n(int64()), [-1n, 3n], [-1, 1]],
    [
      "decimals of other scale",
      n(decimal(12, 3)),
      ["1.250", "1.255", "9999999.990"],
      n(decimal(5, 2)),
      ["1.25", "9.99"],
      [0, -1],
    ],
    [
      "negative decimals",
      n(decimal(38, 0)),
      [String(-(10n ** 30n))],
      n(decimal(38, 2)),
      [`-${10n ** 30n}.00`, "0"],
      [0, -1],
    ],
    ["int in decimal", n(int32()), [3, 1000], n(decimal(5, 2)), ["3.00", "3.01"], [0, -1]],
    ["decimal in int", n(decimal(9, 2)), ["3.00", "3.50"], n(int64()), [3n, 4n], [0, -1]],
    ["int64 in float64", n(int64()), [2n ** 53n + 1n, 5n], n(float64()), [2 ** 53, 5], [-1, 1]],
    ["float64 in int32", n(float64()), [0.5, -0, NaN, Infinity], n(int32()), [0, 1], [1, -1]],
    [
      "float64 in float32",
      n(float64()),
      [0.1, 0.5, NaN],
      n(float32()),
      [Math.fround(0.1), 0.5, NaN],
      [-1, 1, 2],
    ],
    ["zeros and NaN", n(float64()), [-0, NaN], n(float64()), [0, NaN, 1], [0, 1, -1]],
    [
      "microseconds in milliseconds",
      n(timestamp("us")),
      [1_001n, 2_000n, -1_000n],
      n(timestamp("ms")),
      [new Date(2), new Date(-1), new Date(1)],
      [1, 2, -1],
    ],
    [
      "milliseconds in microseconds",
      n(timestamp("ms")),
      [new Date(3)],
      n(timestamp("us")),
      [3_000n, 3_001n],
      [0, -1],
    ],
    [
      "text of a list of texts",
      n(oneOf(["a", "b"])),
      ["b"],
      n(utf8()),
      ["a", "b", "b\0"],
      [-1, 0, -1],
    ],
    ["days", n(date()), ["1969-12-31"], n(date()), ["1969-12-31", "1970-01-01"], [0, -1]],
  ])("%s", (_, source, given, target, wanted, places) => {
    expect(found(source, given, target, wanted)).toEqual(places);
  });

  test.each<[string, Column, Column]>([
    ["text and numbers", utf8(), int64()],
    ["days and instants", date(), timestamp("us")],
    ["instants and wall clocks", timestamp("us"), naiveTimestamp("us")],
    ["decimals and floats", float64(), decimal(9, 2)],
  ])("%s are not", (_, source, target) => {
    let error: unknown;
    try {
      found(source, [], target, []);
    } catch (thrown) {
      error = thrown;
    }
    expect(isLakeError(error, "LAKE_INVALID_OPTION")).toBe(true);
    expect((error as Error).message).toMatch(/source column "k" is .* not compared/);
  });
});

test("an index finds what a Map finds", () => {
  const text = fc.string({ unit: "binary", maxLength: 9 });
  const cases: readonly (readonly [Column, fc.Arbitrary<unknown>])[] = [
    [nullable(utf8()), text],
    [nullable(int64()), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    [nullable(int32()), fc.integer({ min: -40, max: 40 })],
    [
      nullable(decimal(38, 4)),
      fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map((u) => new Decimal(u, 4)),
    ],
  ];
  for (const [column, value] of cases) {
    const values = fc.array(fc.option(value), { maxLength: 60 });
    fc.assert(
      fc.property(values, values, (source, other) => {
        const target = [...other, ...source.slice(0, 20)];
        const first = new Map<string, number>();
        source.forEach((key, row) => {
          if (key !== null && !first.has(String(key))) first.set(String(key), row);
        });
        expect(found(column, source, column, target)).toEqual(
          target.map((key) => (key === null ? -1 : (first.get(String(key)) ?? -1))),
        );
      }),
      { numRuns: 100 },
    );
  }
});
