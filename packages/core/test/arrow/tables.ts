import {
  binary,
  bool,
  type Column,
  type Columns,
  date,
  Decimal,
  decimal,
  float32,
  float64,
  formatDate,
  formatMicros,
  int8,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  uint16,
  uint64,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";

/** A column and the values a row read from it may have. */
export interface Sample {
  readonly column: Column;
  readonly values: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: "binary", maxLength: 60 });
const micros = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });

/** Scalars with every value their type takes. */
export const scalars: readonly Sample[] = [
  { column: int8(), values: fc.integer({ min: -128, max: 127 }) },
  { column: int32(), values: fc.integer() },
  { column: uint16(), values: fc.integer({ min: 0, max: 65_535 }) },
  { column: int64(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { column: uint64(), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { column: float32(), values: fc.float() },
  { column: float64(), values: fc.double() },
  ...[
    [9, 2],
    [18, 4],
    [38, 10],
  ].map(([precision, scale]): Sample => {
    const limit = 10n ** BigInt(precision!) - 1n;
    return {
      column: decimal(precision!, scale!),
      values: fc
        .bigInt({ min: -limit, max: limit })
        .map((unscaled) => new Decimal(unscaled, scale!)),
    };
  }),
  { column: utf8(), values: text },
  { column: binary(), values: fc.uint8Array({ maxLength: 40 }) },
  { column: bool(), values: fc.boolean() },
  { column: date(), values: fc.integer({ min: -700_000, max: 2_900_000 }).map(formatDate) },
  { column: timestamp("us"), values: micros },
  {
    column: timestamp("ms"),
    values: fc
      .integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
      .map((ms) => new Date(ms)),
  },
  {
    column: naiveTimestamp("us"),
    values: fc.bigInt({ min: -(10n ** 16n), max: 10n ** 17n }).map(formatMicros),
  },
  { column: oneOf(["EUR", "USD", "日本"]), values: fc.constantFrom("EUR", "USD", "日本") },
];

/** Any column up to two levels deep. */
export const anySample: fc.Arbitrary<Sample> = fc.letrec<{ leaf: Sample; any: Sample }>((tie) => ({
  leaf: fc
    .constantFrom(...scalars)
    .chain((sample) => fc.boolean().map((empty) => (empty ? withNulls(sample) : sample))),
  any: fc.oneof(
    { depthSize: "small", maxDepth: 2, withCrossShrink: true },
    tie("leaf"),
    tie("any").map((item): Sample => ({
      column: list(item.column),
      values: fc.array(item.values, { maxLength: 5 }),
    })),
    fc.tuple(tie("any"), tie("any")).map(([a, b]): Sample =>
      withNulls({
        column: struct({ a: a.column, "b c": b.column }),
        values: fc.record({ a: a.values, "b c": b.values }),
      }),
    ),
    fc.tuple(fc.constantFrom(...scalars), tie("any")).map(([key, value]): Sample => ({
      column: map(key.column, value.column),
      values: fc.array(fc.tuple(key.values, value.values), { maxLength: 4 }),
    })),
  ),
})).any;

/** A table's columns and rows for it. */
export const anyRows: fc.Arbitrary<{ columns: Columns; rows: Record<string, unknown>[] }> = fc
  .array(anySample, { minLength: 1, maxLength: 4 })
  .chain((samples) => {
    const named = samples.map((sample, k) => [`c${k}`, sample] as const);
    return fc
      .array(fc.record(Object.fromEntries(named.map(([name, sample]) => [name, sample.values]))), {
        maxLength: 30,
      })
      .map((rows) => ({
        columns: Object.fromEntries(named.map(([name, sample]) => [name, sample.column])),
        rows,
      }));
  });

function withNulls(sample: Sample): Sample {
  return {
    column: nullable(sample.column) as Column,
    values: fc.option(sample.values, { nil: null, freq: 3 }),
  };
}
