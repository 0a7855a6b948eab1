import {
  binary,
  bool,
  type Column,
  date,
  Decimal,
  decimal,
  float32,
  float64,
  formatDate,
  formatMicros,
  int8,
  int16,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  type Table,
  tableFromFields,
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import type { Dialect } from "../../src/index.ts";

interface Sample {
  readonly column: Column;
  readonly values: fc.Arbitrary<unknown>;
}

const integers = (column: Column, min: number, max: number): Sample => ({
  column,
  values: fc.integer({ min, max }),
});
const text = fc
  .string({ unit: "binary", maxLength: 40 })
  .map((value) => value.replaceAll("\0", "\u0001"));
/** 4000 BC to 200000: what nearly every engine has. */
const anyMicros = fc.bigInt({ min: -188_395_000_000_000_000n, max: 6_249_000_000_000_000_000n });
const anyDay = fc.integer({ min: -2_100_000, max: 2_900_000 }).map(formatDate);
const inYears1To9999 = {
  days: fc.integer({ min: -719_162, max: 2_932_896 }).map(formatDate),
  micros: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
};

/** What values an engine has. */
export interface Values {
  readonly dialect: Dialect;
  readonly finite?: boolean;
  readonly years?: "1 to 9999" | undefined;
  /** Whether an expression can be a truth. */
  readonly truths?: boolean;
}

const scalarsOf = ({ finite = false, years, truths = true }: Values): readonly Sample[] => {
  const micros = years === undefined ? anyMicros : inYears1To9999.micros;
  const floats = finite ? { noNaN: true, noDefaultInfinity: true } : {};
  return [
    integers(int8(), -128, 127),
    integers(int16(), -32_768, 32_767),
    integers(int32(), -(2 ** 31), 2 ** 31 - 1),
    integers(uint8(), 0, 255),
    integers(uint16(), 0, 65_535),
    integers(uint32(), 0, 2 ** 32 - 1),
    { column: int64(), values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
    { column: uint64(), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
    { column: float32(), values: fc.float(floats) },
    { column: float64(), values: fc.double(floats) },
    ...[
      [4, 2],
      [9, 0],
      [18, 5],
      [38, 10],
      [38, 38],
    ].map(([precision, scale]): Sample => {
      const limit = 10n ** BigInt(precision!) - 1n;
      return {
        column: decimal(precision!, scale!),
        values: fc
          .oneof(
            fc.bigInt({ min: -limit, max: limit }),
            fc.bigInt({ min: -999n, max: 999n }),
            fc.nat(precision! - 1).map((zeros) => 10n ** BigInt(zeros)),
          )
          .map((unscaled) => new Decimal(unscaled, scale!)),
      };
    }),
    { column: utf8(), values: text },
    { column: binary(), values: fc.uint8Array({ maxLength: 40 }) },
    ...(truths ? [{ column: bool(), values: fc.boolean() }] : []),
    { column: date(), values: years === undefined ? anyDay : inYears1To9999.days },
    { column: timestamp("us"), values: micros },
    { column: timestamp("ms"), values: micros.map((us) => new Date(Number(us / 1000n))) },
    { column: naiveTimestamp("us"), values: micros.map(formatMicros) },
    {
      column: naiveTimestamp("ms"),
      values: micros.map((us) => formatMicros((us / 1000n) * 1000n)),
    },
    { column: oneOf(["EUR", "USD", "日本"]), values: fc.constantFrom("EUR", "USD", "日本") },
  ];
};

const withNulls = ({ column, values }: Sample): Sample => ({
  column: nullable(column) as Column,
  values: fc.option(values, { nil: null, freq: 3 }),
});
const leafOf = (engine: Values): fc.Arbitrary<Sample> =>
  fc
    .constantFrom(...scalarsOf(engine))
    .chain((sample) => fc.boolean().map((empty) => (empty ? withNulls(sample) : sample)));
const listOf = (item: Sample): Sample =>
  withNulls({ column: list(item.column), values: fc.array(item.values, { maxLength: 5 }) });
const nested = (leaf: fc.Arbitrary<Sample>) =>
  fc.tuple(leaf, leaf).map(([a, b]): Sample =>
    withNulls({
      column: struct({ a: a.column, "b c": listOf(b).column }),
      values: fc.record({ a: a.values, "b c": listOf(b).values }),
    }),
  );

const pairs = (leaf: fc.Arbitrary<Sample>) =>
  fc.tuple(leaf, leaf).map(([key, value]): Sample => {
    const plain: Sample = { ...key, column: { ...key.column, nullable: false } };
    const keys = plain.values.filter((value) => value !== null);
    return withNulls({
      column: map(plain.column, value.column),
      values: fc.uniqueArray(fc.tuple(keys, value.values), { maxLength: 4, selector: keyText }),
    });
  });
/** Equal keys have equal texts; 0 and -0 are equal. */
const keyText = ([key]: readonly [unknown, unknown]): string =>
  key instanceof Date ? key.toISOString() : String(key instanceof Uint8Array ? [...key] : key);

export interface Filled {
  readonly table: Table;
  readonly rows: readonly Record<string, unknown>[];
}

/** Tables of any columns the engine has types for, and rows for them; `at` is the place of the row. */
export function anyFilled(engine: Values): fc.Arbitrary<Filled> {
  const { dialect } = engine;
  const leaf = leafOf(engine);
  const sample = fc
    .oneof(
      { arbitrary: leaf, weight: 6 },
      { arbitrary: leaf.map(listOf), weight: 2 },
      nested(leaf),
      pairs(leaf),
      leaf.map(listOf).map(listOf),
    )
    .filter(({ column }) => hasType(dialect, column));
  const names = NAMES.filter((name) => hasName(dialect, name));
  const named = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), sample), {
    minLength: 1,
    maxLength: 6,
    selector: ([name]) => name,
  });
  return named.chain((columns) => {
    const fields = [
      { name: "at", column: int32() as Column },
      ...columns.map(([name, { column }]) => ({ name, column })),
    ];
    const row = fc.record(
      Object.fromEntries(columns.map(([name, { values }]) => [name, values] as const)),
    );
    return fc.array(row, { maxLength: 40 }).map((rows) => ({
      table: tableFromFields("any", fields),
      rows: rows.map((values, at) => ({ at, ...values })),
    }));
  });
}

const NAMES = ["a", "b c", "Ünïcode 日本", 'with "quotes"', "select", "ORDER", "1", "x.y", "🦆"];

export function hasType(dialect: Dialect, column: Column): boolean {
  try {
    dialect.columnType(column);
    return true;
  } catch {
    return false;
  }
}

function hasName(dialect: Dialect, name: string): boolean {
  try {
    dialect.quote(name);
    return true;
  } catch {
    return false;
  }
}
