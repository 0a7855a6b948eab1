import { type Column, type Table, validityOf } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { LoadBuffer, ValueWriter } from "./buffer.ts";
import { boolWriter, decimalWriter, floatWriter, integerWriter, longWriter } from "./numbers.ts";
import type { TargetColumn } from "./target.ts";
import { bytesWriter, textWriter } from "./texts.ts";
import { dateWriter, timestampWriter } from "./times.ts";

const [BACKSLASH, CAPITAL_N, TAB, BREAK] = [0x5c, 0x4e, 0x09, 0x0a];

/** The rows of the batches as LOAD DATA reads them, in chunks of `out`. */
export async function* encodeRows(
  table: Table,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  targets: readonly TargetColumn[],
  out: LoadBuffer,
): AsyncGenerator<Buffer> {
  for await (const batch of batches) {
    const columns = writersOf(table, batch, targets);
    const last = columns.length - 1;
    for (let i = 0; i < batch.numRows; i++) {
      for (let k = 0; k <= last; k++) {
        const { isValid, write } = columns[k]!;
        if (isValid === undefined || isValid(i)) write(out, i);
        else {
          out.byte(BACKSLASH);
          out.byte(CAPITAL_N);
        }
        out.byte(k === last ? BREAK : TAB);
      }
      if (out.isFull) yield out.take();
    }
  }
  // A packet of nothing is the end of the file: the one after it would be taken for a command.
  if (!out.isEmpty) yield out.take();
}

export interface ColumnWriter {
  /** Undefined where every value is there. */
  readonly isValid: ((i: number) => boolean) | undefined;
  readonly write: ValueWriter;
}

export function writersOf(
  table: Table,
  batch: RecordBatch,
  targets: readonly TargetColumn[],
): readonly ColumnWriter[] {
  return table.fields.map(({ column }, k) => {
    const data = batch.data.children[k]!;
    return {
      isValid: data.nullCount === 0 && !hasNullsInside(data) ? undefined : validityOf(data),
      write: writerOf(column, data, targets[k]!),
    };
  });
}

/** A dictionary is asked for the value of its code. */
function hasNullsInside(data: Data): boolean {
  return (data.dictionary?.nullCount ?? 0) > 0;
}

function writerOf({ type }: Column, data: Data, target: TargetColumn): ValueWriter {
  const { name } = target;
  switch (type.kind) {
    case "int64":
    case "uint64":
      return longWriter(data);
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32":
      return integerWriter(data);
    case "float32":
    case "float64":
      return floatWriter(data, name);
    case "decimal":
      return decimalWriter(data, type.scale);
    case "bool":
      return boolWriter(data);
    case "date":
      return dateWriter(data, name);
    case "timestamp":
      return timestampWriter(data, type.unit, name);
    case "binary":
      return bytesWriter(data, target);
    case "utf8":
    case "oneOf":
      return textWriter(data, target);
    default:
      throw new SqlError("SQL_LOAD_FAILED", `Column "${name}": MySQL has no ${type.kind}.`, {
        details: { column: name },
      });
  }
}
