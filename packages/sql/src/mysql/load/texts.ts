import { type Data, DataType } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { assertUtf8 } from "../../shared/columns/utf8.ts";
import type { ValueWriter } from "./buffer.ts";
import type { TargetColumn } from "./target.ts";

const BLANK = 0x20;

/** Text, all of which is checked before any of it is sent. */
export function textWriter(data: Data, target: TargetColumn): ValueWriter {
  if (DataType.isDictionary(data.type)) {
    const texts = (data.dictionary?.data ?? []).map((chunk) => textWriter(chunk, target));
    const [only, ...more] = texts;
    if (only === undefined || more.length > 0) {
      throw new SqlError(
        "SQL_LOAD_FAILED",
        "A dictionary column must have its dictionary in one piece.",
        { details: { column: target.name } },
      );
    }
    const codes = data.values as ArrayLike<number | bigint>;
    return (out, i) => only(out, Number(codes[i]));
  }
  const { bytes, offsets } = contentOf(data);
  if (data.length > 0) {
    const content = bytes.subarray(Number(offsets[0]), Number(offsets[data.length]));
    assertUtf8(target.name, content, offsets, 0, data.length);
  }
  return (out, i) => {
    const from = Number(offsets[i]);
    const to = Number(offsets[i + 1]);
    if (target.padded && to > from && bytes[to - 1] === BLANK) throw blankLost(target.name);
    out.content(bytes, from, to);
  };
}

/** Bytes as they are. */
export function bytesWriter(data: Data, target: TargetColumn): ValueWriter {
  const { bytes, offsets } = contentOf(data);
  return (out, i) => {
    const from = Number(offsets[i]);
    const to = Number(offsets[i + 1]);
    if (target.padded && to - from !== target.length) throw zerosAdded(target, to - from);
    out.content(bytes, from, to);
  };
}

function contentOf(data: Data): { bytes: Uint8Array; offsets: ArrayLike<number | bigint> } {
  return {
    bytes: (data.values ?? new Uint8Array()) as Uint8Array,
    offsets: data.valueOffsets as ArrayLike<number | bigint>,
  };
}

function blankLost(column: string): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${column}" is a CHAR, which would lose the blank at the end of a text.`,
    { hint: "Make the column a VARCHAR.", details: { column } },
  );
}

function zerosAdded({ name, length }: TargetColumn, size: number): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${name}" has exactly ${length} bytes, and a value has ${size}: it would be filled up or cut.`,
    { hint: "Make the column a VARBINARY.", details: { column: name } },
  );
}
