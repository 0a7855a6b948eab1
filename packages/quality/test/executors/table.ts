import {
  bool,
  date,
  decimal,
  defineTable,
  float32,
  float64,
  int32,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  uint64,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";

/** A column of every kind a check may meet, all nullable. */
export const mixed = defineTable("mixed", {
  big: nullable(int64()),
  unsigned: nullable(uint64()),
  low: nullable(int32()),
  high: nullable(int32()),
  amount: nullable(decimal(12, 2)),
  wide: nullable(decimal(38, 10)),
  price: nullable(float64()),
  cost: nullable(float64()),
  small: nullable(float32()),
  label: nullable(utf8()),
  other: nullable(utf8()),
  state: nullable(oneOf(["new", "paid", "é"])),
  day: nullable(date()),
  at: nullable(timestamp("us")),
  seen: nullable(timestamp("ms")),
  wall: nullable(naiveTimestamp("us")),
  flag: nullable(bool()),
});

export const TEXTS = [
  "",
  "a",
  "A",
  "ab",
  "abc",
  "e\u0301",
  "é",
  "😀",
  "a😀b",
  "a\nb",
  "7",
  "x-1",
  " ",
];
const LONGS = [0n, 1n, 2n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n];

/** Values from small sets, so that they repeat and lie on limits, and the extremes of each type. */
export const values = {
  big: fc.constantFrom(...LONGS, -1n, -(2n ** 63n), -(2n ** 53n) - 1n),
  unsigned: fc.constantFrom(...LONGS, 2n ** 64n - 1n, 2n ** 63n),
  low: fc.integer({ min: -3, max: 3 }),
  high: fc.integer({ min: -3, max: 3 }),
  amount: fc.constantFrom("0.00", "0.01", "-0.01", "1.00", "9999999999.99", "-9999999999.99"),
  wide: fc.constantFrom(
    "0",
    "0.0000000001",
    "-1.5",
    "9007199254740993.0000000001",
    "9999999999999999999999999999.9999999999",
  ),
  price: fc.constantFrom(0, -0, 1, 0.1, -1.5, 1e300, Number.NaN, Infinity, -Infinity),
  cost: fc.constantFrom(0, -0, 1, 0.1, 2, Number.NaN, Infinity),
  small: fc.constantFrom(0, Math.fround(0.1), 1, Number.NaN, -Infinity),
  label: fc.constantFrom(...TEXTS),
  other: fc.constantFrom(...TEXTS),
  state: fc.constantFrom("new" as const, "paid" as const, "é" as const),
  day: fc.constantFrom("1969-12-31", "1970-01-01", "2024-02-29", "2026-11-21", "0001-01-01"),
  at: fc.constantFrom(0n, -1n, 1n, 1_795_255_200_000_000n, -62_135_596_800_000_000n),
  seen: fc.constantFrom(new Date(0), new Date(-1), new Date(1_795_255_200_000)),
  wall: fc.constantFrom("1970-01-01T00:00:00", "2026-11-21T10:00:00.000001", "1969-12-31T23:59:59"),
  flag: fc.boolean(),
};

type Values = typeof values;
export type MixedRow = {
  [K in keyof Values]: (Values[K] extends fc.Arbitrary<infer V> ? V : never) | null;
};

export const rows: fc.Arbitrary<MixedRow[]> = fc.array(
  fc.record(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        fc.option(value as fc.Arbitrary<unknown>, { freq: 5 }),
      ]),
    ),
  ) as fc.Arbitrary<MixedRow>,
  { maxLength: 24 },
);
