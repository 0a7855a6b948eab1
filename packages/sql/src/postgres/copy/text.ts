import { type Data, DataType } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { assertUtf8 } from "../../shared/columns/utf8.ts";
import type { CopyBuffer, ValueWriter } from "./buffer.ts";

const JSONB = 3802;
const UUID = 2950;
const decoder = new TextDecoder();

/** Text into text, varchar, an enum, json, jsonb or uuid; that it is UTF-8 is checked before any of it is sent. */
export function textWriter(data: Data, target: number, column: string): ValueWriter {
  if (DataType.isDictionary(data.type)) {
    const texts = (data.dictionary?.data ?? []).map((chunk) => textWriter(chunk, target, column));
    const [only, ...more] = texts;
    if (only === undefined || more.length > 0) {
      throw new SqlError(
        "SQL_LOAD_FAILED",
        "A dictionary column must have its dictionary in one piece.",
        { details: { column } },
      );
    }
    const codes = data.values as ArrayLike<number | bigint>;
    return (out, i) => only(out, Number(codes[i]));
  }
  const { bytes, offsets } = contentOf(data);
  const hasNul = assertText(data, bytes, offsets, column);
  const write = storedWriter(data, target, column);
  if (!hasNul) return write;
  // Some value cannot be stored: the one that is met first is named with its row.
  return (out, i) => {
    const nul = bytes.indexOf(0, Number(offsets[i]));
    if (nul >= 0 && nul < Number(offsets[i + 1])) throw nulInside(column);
    write(out, i);
  };
}

function storedWriter(data: Data, target: number, column: string): ValueWriter {
  const { bytes, offsets } = contentOf(data);
  switch (target) {
    case JSONB:
      return (out, i) => {
        const from = Number(offsets[i]);
        const to = Number(offsets[i + 1]);
        out.int32(1 + to - from);
        out.reserve(1);
        out.bytes[out.length++] = 1;
        out.push(bytes, from, to);
      };
    case UUID:
      return (out, i) =>
        writeUuid(
          out,
          decoder.decode(bytes.subarray(Number(offsets[i]), Number(offsets[i + 1]))),
          column,
        );
    default:
      return bytesWriter(data);
  }
}

/** Bytes as they are. */
export function bytesWriter(data: Data): ValueWriter {
  const { bytes, offsets } = contentOf(data);
  return (out, i) => {
    const from = Number(offsets[i]);
    const to = Number(offsets[i + 1]);
    out.int32(to - from);
    out.push(bytes, from, to);
  };
}

function contentOf(data: Data): { bytes: Uint8Array; offsets: ArrayLike<number | bigint> } {
  return {
    bytes: (data.values ?? new Uint8Array()) as Uint8Array,
    offsets: data.valueOffsets as ArrayLike<number | bigint>,
  };
}

/** Whether there is a U+0000. */
function assertText(
  data: Data,
  bytes: Uint8Array,
  offsets: ArrayLike<number | bigint>,
  column: string,
): boolean {
  if (data.length === 0) return false;
  const content = bytes.subarray(Number(offsets[0]), Number(offsets[data.length]));
  assertUtf8(column, content, offsets, 0, data.length);
  return content.includes(0);
}

function nulInside(column: string): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${column}" has a text with the character U+0000, which Postgres cannot hold.`,
    { hint: "Take it out before, or keep the value as binary.", details: { column } },
  );
}

function writeUuid(out: CopyBuffer, text: string, column: string): void {
  const hex = text.replaceAll("-", "");
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) {
    throw new SqlError(
      "SQL_LOAD_FAILED",
      `Column "${column}": ${JSON.stringify(text)} is no uuid.`,
      {
        details: { column },
      },
    );
  }
  out.int32(16);
  out.push(Buffer.from(hex, "hex"), 0, 16);
}
