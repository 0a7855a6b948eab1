import { batchBuilder, CoreError, describeType, parseJson, type Table } from "@lakewright/core";
import { put } from "../columns/nested.ts";
import { type LineProblem, misfit } from "../rejects.ts";
import type { RecordScanner, Scanned } from "../record-scanner.ts";
import type { RowBuffer } from "../row-buffer.ts";
import { type CompiledRow, compileRow } from "./compiled-row.ts";
import { ObjectReader } from "./object-reader.ts";
import { decoded, OPEN_BRACE, skipBlanks } from "./tokens.ts";

const LF = 10;

/** Lines unlike the sample before another is taken, and how many samples are taken at most: compiling takes a millisecond. */
const WORTH_LEARNING = 500;
const MOST_LEARNED = 8;

/**
 * Reads lines of JSON into rows. A line that the fast reader gives up (a name written twice, say, of whose values the
 * first does not fit) is parsed as JSON, so that what is read is always what JSON means.
 */
export class LineScanner implements RecordScanner {
  private readonly table: Table;
  private readonly rows: RowBuffer;
  private readonly reader: ObjectReader;
  private readonly rejectUnknown: boolean;
  private readonly maxLineBytes: number;
  private readonly names: ReadonlySet<string>;
  private fast: CompiledRow | undefined;
  private learned = 0;
  private hits = 0;
  private misses = 0;

  constructor(table: Table, rows: RowBuffer, rejectUnknown: boolean, maxLineBytes: number) {
    const names = table.fields.map(({ name }) => name);
    this.table = table;
    this.rows = rows;
    this.names = new Set(names);
    this.reader = new ObjectReader(names, rows.columns, rejectUnknown);
    this.rejectUnknown = rejectUnknown;
    this.maxLineBytes = maxLineBytes;
  }

  scan(bytes: Uint8Array, from: number, end: number): Scanned {
    const { rows, reader, maxLineBytes } = this;
    const limit = end === from ? from : bytes.lastIndexOf(LF, end - 1) + 1;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = from;
    let lines = 0;
    while (at < limit && !rows.full) {
      const next = this.fast === undefined ? -1 : this.fast(bytes, view, at, rows.row);
      if (next >= 0 && next - at <= maxLineBytes) {
        rows.keep();
        at = next;
        lines++;
        this.hits++;
        continue;
      }
      const start = skipBlanks(bytes, at);
      if (bytes[start] === OPEN_BRACE) {
        let to = reader.read(bytes, start, rows.row);
        if (to >= 0) {
          to = skipBlanks(bytes, to);
          if (bytes[to] === LF && to - at <= maxLineBytes) {
            this.learn(bytes, at, to + 1);
            rows.keep();
            at = to + 1;
            lines++;
            continue;
          }
        }
      }
      const to = bytes.indexOf(LF, start);
      const problem = to === start ? undefined : this.readSlowly(bytes, at, to);
      if (problem) return { at: to + 1, lines, rejected: { problem, from: at, lines: 1 } };
      at = to + 1;
      lines++;
    }
    return { at, lines };
  }

  /** Has lines like this one read by code of their own, where those of the last sample do not come often. */
  private learn(bytes: Uint8Array, from: number, to: number): void {
    if (this.learned > 0 && (++this.misses < WORTH_LEARNING || this.hits > this.misses)) return;
    this.hits = 0;
    this.misses = 0;
    if (this.learned++ < MOST_LEARNED) {
      const names = this.table.fields.map(({ name }) => name);
      this.fast = compileRow(bytes.subarray(from, to), names, this.rows.columns);
    } else {
      this.fast = undefined;
      this.learned = 1;
      this.misses = -Infinity;
    }
  }

  private readSlowly(bytes: Uint8Array, from: number, to: number): LineProblem | undefined {
    const size = to - from;
    if (size > this.maxLineBytes) return tooLong(size, this.maxLineBytes);
    const text = decoded(bytes, from, to);
    if (text === undefined) return { problem: "The line is no UTF-8." };
    let parsed: unknown;
    try {
      parsed = parseJson(text);
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      return { problem: `The line is no JSON: ${cause.replace(/\.$/, "")}.` };
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      return { problem: "The line is no JSON object." };
    }
    try {
      return this.readObject(parsed as Readonly<Record<string, unknown>>);
    } catch (error) {
      // The end of the stack: JSON.parse reads any depth, what comes after it does not.
      if (!(error instanceof RangeError)) throw error;
      return { problem: "The line is nested too deep." };
    }
  }

  private readObject(object: Readonly<Record<string, unknown>>): LineProblem | undefined {
    const { rows, table } = this;
    if (this.rejectUnknown) {
      const extra = Object.keys(object).find((name) => !this.names.has(name));
      if (extra !== undefined) {
        return misfit(extra, object[extra], `is in no column of table "${table.name}"`);
      }
    }
    for (const [k, { name }] of table.fields.entries()) {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      const column = rows.columns[k]!;
      const fits =
        value === undefined || value === null
          ? column.putNull(rows.row)
          : put(column, value, rows.row);
      if (!fits) return this.explain(object, k, value);
    }
    rows.keep();
    return undefined;
  }

  /** What is wrong with the value of a column, in the words of core where it finds the same fault. */
  private explain(
    object: Readonly<Record<string, unknown>>,
    k: number,
    value: unknown,
  ): LineProblem {
    const { name, column } = this.table.fields[k]!;
    if (value === undefined || value === null) {
      return misfit(name, value, "is missing, and the column is not nullable");
    }
    if (column.type.kind === "timestamp" && typeof value === "number" && column.type.utc) {
      return misfit(name, value, 'is a number; say its unit, as in numericTimestamps: "ms"');
    }
    const { invalid } = batchBuilder(this.table, {
      unknownColumns: "ignore",
      compile: false,
    }).buildValid([object]);
    const found = invalid.find(
      (entry) => entry.column === name || /^[.[]/.test(entry.column.slice(name.length)),
    );
    return found?.column.startsWith(name)
      ? misfit(found.column, found.value, found.problem)
      : misfit(name, value, `does not fit ${describeType(column.type)}`);
  }
}

export function tooLong(size: number, maxLineBytes: number): LineProblem {
  return { problem: `The line has ${size} bytes, and maxLineBytes is ${maxLineBytes}.` };
}
