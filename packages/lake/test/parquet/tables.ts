import {
  batchBuilder,
  binary,
  bool,
  type Column,
  type Columns,
  date,
  Decimal,
  decimal,
  defineTable,
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
  type RowInput,
  struct,
  type Table,
  timestamp,
  toRows,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import {
  bytesAccess,
  openParquet,
  type ParquetReadOptions,
  type ParquetSummary,
  type ParquetWriteOptions,
  parquetWriter,
} from "../../src/parquet.ts";

export type AnyRow = Record<string, unknown>;

/** A column and the values a row read from it may have. */
export interface Sample {
  readonly column: Column;
  readonly values: fc.Arbitrary<unknown>;
}

const limits = (bits: number, signed: boolean): { min: bigint; max: bigint } =>
  signed
    ? { min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }
    : { min: 0n, max: 2n ** BigInt(bits) - 1n };
const small = (bits: number, signed: boolean): fc.Arbitrary<number> => {
  const { min, max } = limits(bits, signed);
  return fc.integer({ min: Number(min), max: Number(max) });
};

// The years 0001 to 9999, which every engine holds.
const MIN_MICROS = -62_135_596_800_000_000n;
const MAX_MICROS = 253_402_300_799_999_999n;
const micros = fc.oneof(
  fc.bigInt({ min: MIN_MICROS, max: MAX_MICROS }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map(BigInt),
);

/** Scalars with every value their type takes and DuckDB too. */
export const scalars: readonly Sample[] = [
  { column: int8(), values: small(8, true) },
  { column: int16(), values: small(16, true) },
  { column: int32(), values: small(32, true) },
  { column: int64(), values: fc.bigInt(limits(64, true)) },
  { column: uint8(), values: small(8, false) },
  { column: uint16(), values: small(16, false) },
  { column: uint32(), values: small(32, false) },
  { column: uint64(), values: fc.bigInt(limits(64, false)) },
  { column: float32(), values: fc.float() },
  { column: float64(), values: fc.double() },
  ...[
    [4, 4],
    [9, 2],
    [18, 0],
    [19, 19],
    [38, 10],
  ].map(([precision, scale]): Sample => {
    const limit = 10n ** BigInt(precision!) - 1n;
    return {
      column: decimal(precision!, scale!),
      values: fc.bigInt({ min: -limit, max: limit }).map((digits) => new Decimal(digits, scale!)),
    };
  }),
  { column: utf8(), values: fc.string({ unit: "binary", maxLength: 80 }) },
  { column: utf8(), values: fc.constantFrom("", "a", "ab", "日本", "😀") },
  { column: binary(), values: fc.uint8Array({ maxLength: 40 }) },
  { column: bool(), values: fc.boolean() },
  { column: date(), values: fc.integer({ min: -719_162, max: 2_932_896 }).map(formatDate) },
  { column: timestamp("us"), values: micros },
  { column: timestamp("ms"), values: micros.map((us) => new Date(Number(us / 1000n))) },
  { column: naiveTimestamp("us"), values: micros.map(formatMicros) },
  { column: naiveTimestamp("ms"), values: micros.map((us) => formatMicros((us / 1000n) * 1000n)) },
  { column: oneOf(["EUR", "USD", "日本"]), values: fc.constantFrom("EUR", "USD", "日本") },
];

/** Any column up to three levels deep. Map keys are distinct, as DuckDB wants them. */
export const anySample: fc.Arbitrary<Sample> = fc.letrec<{ leaf: Sample; any: Sample }>((tie) => ({
  leaf: fc
    .constantFrom(...scalars)
    .chain((sample) => fc.boolean().map((empty) => (empty ? withNulls(sample) : sample))),
  any: fc.oneof(
    { depthSize: "small", maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: tie("leaf") },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("any"), fc.boolean()).map(([item, empty]): Sample => {
        const column = {
          column: list(item.column),
          values: fc.array(item.values, { maxLength: 5 }),
        };
        return empty ? withNulls(column) : column;
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("any"), tie("any"), fc.boolean()).map(([a, b, empty]): Sample => {
        const column = {
          column: struct({ a: a.column, "b c": b.column }),
          values: fc.record({ a: a.values, "b c": b.values }),
        };
        return empty ? withNulls(column) : column;
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("any"), fc.boolean()).map(([value, empty]): Sample => {
        const entry = fc.tuple(fc.string({ maxLength: 6 }), value.values);
        const column = {
          column: map(utf8(), value.column),
          values: fc.uniqueArray(entry, { maxLength: 4, selector: ([key]) => key }),
        };
        return empty ? withNulls(column) : column;
      }),
    },
  ),
})).any;

/** A table and rows of it. */
export const anyTable: fc.Arbitrary<{ table: Table; rows: AnyRow[] }> = fc
  .array(anySample, { minLength: 1, maxLength: 4 })
  .chain((samples) => {
    const named = samples.map((sample, k) => [`c${k}`, sample] as const);
    const row = fc.record(Object.fromEntries(named.map(([name, { values }]) => [name, values])));
    // Rows drawn again and again make runs and dictionaries.
    return fc
      .tuple(fc.array(row, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 60 }))
      .map(([rows, again]) => ({
        table: defineTable(
          "t",
          Object.fromEntries(named.map(([name, { column }]) => [name, column])) as Columns,
        ),
        rows: rows.length === 0 ? rows : [...rows, ...again.map((k) => rows[k % rows.length]!)],
      }));
  });

/** How rows are cut into batches, and a file into row groups. */
export const anyCut: fc.Arbitrary<Cut> = fc.record({
  batchRows: fc.integer({ min: 1, max: 50 }),
  rowGroupRows: fc.integer({ min: 1, max: 60 }),
  dictionaries: fc.boolean(),
  sliced: fc.boolean(),
});

export interface Cut {
  readonly batchRows: number;
  readonly rowGroupRows: number;
  readonly dictionaries: boolean;
  /** Batches as slices of one large batch, whose bitmaps start in the middle of a byte. */
  readonly sliced: boolean;
}

export function batchesOf(table: Table, rows: readonly AnyRow[], cut: Cut): RecordBatch[] {
  const builder = batchBuilder(table, { dictionaries: cut.dictionaries });
  const starts = Array.from(
    { length: Math.ceil(rows.length / cut.batchRows) },
    (_, k) => k * cut.batchRows,
  );
  if (cut.sliced) {
    const whole = builder.build(rows as RowInput<Table>[]);
    return starts.map((from) => whole.slice(from, from + cut.batchRows));
  }
  return starts.map((from) =>
    builder.build(rows.slice(from, from + cut.batchRows) as RowInput<Table>[]),
  );
}

/** The bytes of a file with these batches. */
export function encodeFile(
  table: Table,
  batches: readonly RecordBatch[],
  options?: ParquetWriteOptions,
): { bytes: Uint8Array; summary: ParquetSummary } {
  const writer = parquetWriter(table, options);
  const chunks = batches.flatMap((batch) => [...writer.write(batch)]);
  const { chunks: last, summary } = writer.finish();
  return { bytes: Buffer.concat([...chunks, ...last]), summary };
}

/** The rows of a file as our reader has them. */
export async function decodeRows(
  bytes: Uint8Array,
  options?: ParquetReadOptions,
): Promise<AnyRow[]> {
  const file = await openParquet(bytesAccess(bytes));
  const rows: AnyRow[] = [];
  for await (const batch of file.read(options)) rows.push(...toRows(batch));
  return rows;
}

function withNulls(sample: Sample): Sample {
  return {
    column: nullable(sample.column) as Column,
    values: fc.option(sample.values, { nil: null, freq: 3 }),
  };
}
