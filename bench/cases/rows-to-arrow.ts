/** Rows to one Arrow batch, against apache-arrow's own builders. */
import { isDeepStrictEqual } from "node:util";
import { batchBuilder, columnReader, toArrowType } from "@lakewright/core";
import type { ColumnReader } from "@lakewright/core";
import {
  DataType,
  Int64,
  makeData,
  makeVector,
  type RecordBatch,
  Table,
  type TimestampMicrosecond,
  vectorFromArray,
  type Vector,
} from "apache-arrow";
import { type CaseResult, compared, interleave } from "../measure.ts";
import { makePayments, type Payment, payments } from "../rows.ts";

const ROWS = 100_000;
const rows = makePayments(ROWS);
const builder = batchBuilder(payments);

/** What the builder of decimals takes: four words. Faster here than by way of BigInt. */
function wordsOf(text: string | null): Uint32Array | null {
  if (text === null) return null;
  const unscaled = Number(text.replace(".", ""));
  return Uint32Array.of(unscaled % 2 ** 32, Math.floor(unscaled / 2 ** 32), 0, 0);
}

function apacheArrow(): Table {
  const columns: Record<string, Vector> = {};
  for (const { name, column } of payments.fields) {
    const type = toArrowType(column.type);
    const values = rows.map((row) => row[name as keyof Payment]);
    if (DataType.isDecimal(type)) {
      columns[name] = vectorFromArray((values as (string | null)[]).map(wordsOf), type);
    } else if (name === "created_at") {
      // The builder of microseconds takes milliseconds and loses the rest; as integers they are exact, and faster.
      const longs = vectorFromArray(values as bigint[], new Int64()).data[0]!;
      const { length, nullCount } = longs;
      columns[name] = makeVector(
        makeData({ type: type as TimestampMicrosecond, length, nullCount, data: longs.values }),
      );
    } else columns[name] = vectorFromArray(values, type);
  }
  return new Table(columns);
}

let ours: RecordBatch;
let theirs: Table;
const nothing = (): Promise<void> => Promise.resolve();
const measurements = await interleave([
  { name: "Lakewright `batchBuilder`", run: () => (ours = builder.build(rows)), check: nothing },
  { name: "apache-arrow `vectorFromArray`", run: () => (theirs = apacheArrow()), check: nothing },
]);

for (const { name } of payments.fields) {
  const a: ColumnReader = columnReader(ours!.getChild(name)!.data[0]!);
  const b: ColumnReader = columnReader(theirs!.getChild(name)!.data[0]!);
  for (let i = 0; i < ROWS; i++) {
    if (!isDeepStrictEqual(a(i), b(i)))
      throw new Error(`Row ${i}, column ${name}: ${String(a(i))} and ${String(b(i))}.`);
  }
}

const result: CaseResult = {
  title: "Rows to an Arrow batch",
  work: `${ROWS.toLocaleString("en")} objects of 12 columns (text, closed lists, integers, floats, two decimals given as text, microseconds, dates, booleans; five columns with nulls) to one record batch. Every value is compared afterwards.`,
  columns: ["CPU ms", "wall ms", "rows a CPU second", "peer / ours"],
  rows: compared(measurements, ROWS, { "apache-arrow `vectorFromArray`": 4 }),
};
console.log(JSON.stringify(result));
