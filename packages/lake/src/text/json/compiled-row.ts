import { type ByteColumn, Mark, Token } from "../columns/byte-column.ts";
import { readValue, skipValue } from "./read-value.ts";
import { closingQuote, CLOSE_BRACE, COLON, jsonText, PLAIN, QUOTE, skipBlanks } from "./tokens.ts";

const LF = 10;

/** What bytes are to a text between quotes; an escape or a control character is left to `readValue`. */
const TEXT_MARKS: Uint8Array = PLAIN.map((plain) => (plain === 1 ? Mark.PART : Mark.OTHER));
TEXT_MARKS[QUOTE] = Mark.END;

/**
 * Reads the line that begins at `at` into a row; the position after its line feed, or -1 where it is not built like the sample.
 * The view has the same bytes.
 */
export type CompiledRow = (bytes: Uint8Array, view: DataView, at: number, row: number) => number;

/** What stands before each value of a line, byte by byte, and the column the value is of (-1 for none). */
interface LineLayout {
  readonly values: readonly { readonly before: Uint8Array; readonly index: number }[];
  readonly after: Uint8Array;
}

/**
 * A reader of lines with the names, order and blanks of a sample: what stands between values is compared with constants,
 * and every column has a call of its own, which the engine can inline.
 *
 * @returns undefined where the sample names a column twice, or the runtime lets no code be generated.
 */
export function compileRow(
  sample: Uint8Array,
  names: readonly string[],
  columns: readonly ByteColumn[],
): CompiledRow | undefined {
  const layout = layoutOf(sample, names);
  if (layout === undefined) return undefined;
  const found = new Set(layout.values.map(({ index }) => index));
  const lines = ["const size = bytes.length;", "let end = 0;"];
  for (const { before, index } of layout.values) {
    lines.push(expected(before), index < 0 ? SKIPPED : valueCode(columns[index]!, `c${index}`));
  }
  columns.forEach((_, k) => {
    if (!found.has(k)) lines.push(`if (!c${k}.putNull(row)) return -1;`);
  });
  lines.push(expected(layout.after), "return at;");
  const parameters = columns.map((_, k) => `c${k}`);
  const body = `"use strict"; return (bytes, view, at, row) => {\n${lines.join("\n")}\n};`;
  try {
    const make = new Function("marks", "readValue", "skipValue", ...parameters, body) as (
      ...inputs: unknown[]
    ) => CompiledRow;
    return make(TEXT_MARKS, readValue, skipValue, ...columns);
  } catch {
    // A content security policy without 'unsafe-eval'.
    return undefined;
  }
}

const SKIPPED = "if ((at = skipValue(bytes, at)) < 0) return -1;";

/** Goes past constant bytes, compared four at a time. */
function expected(part: Uint8Array): string {
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  const differs = [`at + ${part.length} > size`];
  let i = 0;
  for (; i + 4 <= part.length; i += 4) {
    differs.push(`view.getInt32(at + ${i}, true) !== ${view.getInt32(i, true)}`);
  }
  for (; i < part.length; i++) differs.push(`bytes[at + ${i}] !== ${part[i]}`);
  return `if (${differs.join(" || ")}) return -1;\nat += ${part.length};`;
}

/** Reads a value as it is mostly written, or null; `readValue` has any other. */
function valueCode({ scans }: ByteColumn, column: string): string {
  const quoted = scans === Token.TEXT;
  const scan = `(end = ${column}.scan(bytes, ${quoted ? "at + 1" : "at"}, row, marks)) >= 0`;
  const taken = quoted
    ? `if (bytes[at] === 34 && ${scan} && bytes[end] === 34) { ${column}.valid[row] = 1; at = end + 1; } else`
    : `if (${scan}) { ${column}.valid[row] = 1; at = end; } else`;
  return `${scans === 0 ? "" : taken}
    if (bytes[at] === 110 && bytes[at + 1] === 117 && bytes[at + 2] === 108 && bytes[at + 3] === 108) {
      if (!${column}.putNull(row)) return -1;
      at += 4;
    } else if ((at = readValue(${column}, bytes, at, row)) < 0) return -1;`;
}

/** How a line that is known to be an object is built. */
function layoutOf(bytes: Uint8Array, names: readonly string[]): LineLayout | undefined {
  const values: { before: Uint8Array; index: number }[] = [];
  const seen = new Set<number>();
  let start = 0;
  let at = skipBlanks(bytes, 0);
  do {
    const name = skipBlanks(bytes, at + 1);
    if (bytes[name] === CLOSE_BRACE) break;
    const nameEnd = closingQuote(bytes, name + 1) + 1;
    const index = names.indexOf(jsonText(bytes, name, nameEnd) ?? "");
    if (index >= 0 && seen.has(index)) return undefined;
    seen.add(index);
    at = skipBlanks(bytes, nameEnd);
    if (bytes[at] !== COLON) return undefined;
    at = skipBlanks(bytes, at + 1);
    values.push({ before: bytes.slice(start, at), index });
    start = skipValue(bytes, at);
    if (start < 0) return undefined;
    at = skipBlanks(bytes, start);
  } while (bytes[at] !== CLOSE_BRACE);
  return { values, after: bytes.slice(start, bytes.indexOf(LF, start) + 1) };
}
