import { type ByteColumn, Mark } from "../columns/byte-column.ts";
import type { Dialect } from "./dialect.ts";
import type { FieldSink } from "./record-reader.ts";

const LF = 10;
const CR = 13;

/**
 * Reads the record that begins at `at` into a row; the position after its line feed, or -1 where anything in it is not
 * written the usual way. It never goes beyond the line.
 */
export type CompiledRecord = (bytes: Uint8Array, at: number, row: number) => number;

/** A field of a record as far as its code depends on it. */
export interface CompiledField {
  readonly column: ByteColumn;
  /** Whether the column reads it from the bytes as they stand; else the sink does. */
  readonly isPlain: boolean;
  /** What stands for null; nothing where the column takes none. */
  readonly nulls: readonly Uint8Array[];
}

/**
 * A reader of records with these fields in order (undefined for one that is left out), every column with a call of its own,
 * which the engine can inline.
 *
 * @param absent - columns that no field is of: they are null
 * @returns undefined where the separator or the quote may stand in a number or a time, or the runtime lets no code be generated.
 */
export function compileRecord(
  fields: readonly (CompiledField | undefined)[],
  absent: readonly ByteColumn[],
  dialect: Dialect,
  sink: FieldSink & { readonly problem: unknown },
): CompiledRecord | undefined {
  const { separator, quote } = dialect;
  if (mayStandInValues(separator) || (quote >= 0 && mayStandInValues(quote))) return undefined;
  const columns = fields.map((field) => field?.column);
  const lines = ["let end = 0;"];
  fields.forEach((field, k) => {
    const isLast = k === fields.length - 1;
    const ends = (at: string): string =>
      isLast
        ? `(bytes[${at}] === ${LF} || (bytes[${at}] === ${CR} && bytes[${at} + 1] === ${LF}))`
        : `(bytes[${at}] === ${separator})`;
    lines.push(
      field?.isPlain ? plainCode(field, k, quote, ends) : passedCode(k, field !== undefined),
      `if (!${ends("end")}) return -1;`,
      isLast ? `at = bytes[end] === ${LF} ? end + 1 : end + 2;` : "at = end + 1;",
    );
    if (field && !field.isPlain) lines.push("if (sink.problem !== undefined) return -1;");
  });
  absent.forEach((_, k) => lines.push(`a${k}.putNull(row);`));
  lines.push("return at;");
  const parameters = [...columns.map((_, k) => `c${k}`), ...absent.map((_, k) => `a${k}`)];
  const body = `"use strict"; return (bytes, at, row) => {\n${lines.join("\n")}\n};`;
  try {
    const make = new Function("marks", "quotedMarks", "sink", ...parameters, body) as (
      ...inputs: unknown[]
    ) => CompiledRecord;
    return make(plainMarks(dialect), quotedMarks(dialect), sink, ...columns, ...absent);
  } catch {
    // A content security policy without 'unsafe-eval'.
    return undefined;
  }
}

function mayStandInValues(byte: number): boolean {
  return /[\w.:+\- ]/.test(String.fromCharCode(byte));
}

function plainCode(
  { nulls }: CompiledField,
  k: number,
  quote: number,
  ends: (at: string) => string,
): string {
  const quoted =
    quote < 0
      ? ""
      : `if (bytes[at] === ${quote}) {
      if ((end = c${k}.scan(bytes, at + 1, row, quotedMarks)) < 0 || bytes[end++] !== ${quote}) return -1;
      c${k}.valid[row] = 1;
    } else `;
  const asNull = nulls.map((text) => {
    const same = [...text].map((byte, i) => `bytes[at + ${i}] === ${byte} && `).join("");
    return `if (${same}${ends(`at + ${text.length}`)}) {
      c${k}.putNull(row);
      end = at + ${text.length};
    } else `;
  });
  return `${quoted}${asNull.join("")}{
    if ((end = c${k}.scan(bytes, at, row, marks)) < 0) return -1;
    c${k}.valid[row] = 1;
  }`;
}

/** Finds the end of an unquoted field, and has the sink read it where it is of a column. */
function passedCode(k: number, isRead: boolean): string {
  const found = "end = at; while (marks[bytes[end]] === 1) end++;";
  return isRead ? `${found}\nsink.field(${k}, bytes, at, end, false);` : found;
}

/** A carriage return ends a field before a line feed only: elsewhere it is found not to be one, and the record is read slowly. */
function plainMarks({ separator, quote }: Dialect): Uint8Array {
  const marks = new Uint8Array(256).fill(Mark.PART);
  for (const byte of [separator, LF, CR]) marks[byte] = Mark.END;
  if (quote >= 0) marks[quote] = Mark.OTHER;
  return marks;
}

function quotedMarks({ quote, escape }: Dialect): Uint8Array {
  const marks = new Uint8Array(256).fill(Mark.PART);
  for (const byte of [LF, escape]) if (byte >= 0) marks[byte] = Mark.OTHER;
  if (quote >= 0) marks[quote] = Mark.END;
  return marks;
}
