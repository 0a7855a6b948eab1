import { type Table } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { tooLong } from "../json/line-scanner.ts";
import type { RecordScanner, Scanned } from "../record-scanner.ts";
import type { RowBuffer } from "../row-buffer.ts";
import type { CsvReadOptions } from "../types.ts";
import type { CompiledRecord } from "./compiled-record.ts";
import { type Dialect, dialectOf } from "./dialect.ts";
import { FieldWriter } from "./fields.ts";
import { RecordReader } from "./record-reader.ts";

const LF = 10;
const CR = 13;

/** Reads records of CSV into rows. */
export class CsvScanner implements RecordScanner {
  private readonly table: Table;
  private readonly rows: RowBuffer;
  private readonly dialect: Dialect;
  private readonly reader: RecordReader;
  private readonly fields: FieldWriter;
  private readonly options: CsvReadOptions;
  private readonly maxLineBytes: number;
  private fast: CompiledRecord | undefined;
  private skip: number;
  /** Fields of a record; undefined before the header. */
  private width: number | undefined;

  constructor(table: Table, rows: RowBuffer, options: CsvReadOptions, maxLineBytes: number) {
    this.table = table;
    this.rows = rows;
    this.options = options;
    this.maxLineBytes = maxLineBytes;
    this.dialect = dialectOf(options);
    this.reader = new RecordReader(this.dialect);
    this.fields = new FieldWriter(table, rows, options);
    this.skip = options.skipLines ?? 0;
    const { header = true } = options;
    if (header === false) this.arrange(table.fields.map(({ name }) => this.theirName(name)));
    else if (header !== true) this.arrange(header);
  }

  scan(bytes: Uint8Array, from: number, end: number, last: boolean): Scanned {
    const { rows, reader, fields } = this;
    const limit = end === from ? from : bytes.lastIndexOf(LF, end - 1) + 1;
    let at = from;
    let lines = 0;
    while (at < limit && !rows.full) {
      if (this.isLeftOut(bytes, at)) {
        at = bytes.indexOf(LF, at) + 1;
        lines++;
        continue;
      }
      if (this.width === undefined) {
        const read = this.readHeader(bytes, at, limit);
        if (!read && !last) break;
        if (!read) throw this.badHeader("opens a quote that is never closed");
        at = reader.end;
        lines += reader.lines;
        continue;
      }
      const next = this.fast === undefined ? -1 : this.fast(bytes, at, rows.row);
      if (next >= 0 && next - at <= this.maxLineBytes) {
        rows.keep();
        at = next;
        lines++;
        continue;
      }
      fields.begin();
      const read = reader.read(bytes, at, limit, fields);
      if (read === false) {
        if (!last) break;
        const problem = {
          problem: "A quote is opened that is never closed: the rest of the text.",
        };
        return { at: end, lines, rejected: { problem, from: at, lines: reader.lines } };
      }
      const problem =
        typeof read === "string"
          ? { problem: read }
          : reader.fields !== this.width
            ? ragged(reader.fields, this.width)
            : reader.end - at > this.maxLineBytes
              ? tooLong(reader.end - at, this.maxLineBytes)
              : fields.problem;
      if (problem) {
        return { at: reader.end, lines, rejected: { problem, from: at, lines: reader.lines } };
      }
      rows.keep();
      at = reader.end;
      lines += reader.lines;
    }
    return { at, lines };
  }

  /** Lines to skip, comments, and blank lines where a record has several fields. */
  private isLeftOut(bytes: Uint8Array, at: number): boolean {
    if (this.skip > 0) {
      this.skip--;
      return true;
    }
    const { comment } = this.dialect;
    if (comment.length > 0 && comment.every((byte, i) => bytes[at + i] === byte)) return true;
    if (this.width === 1) return false;
    return bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
  }

  private readHeader(bytes: Uint8Array, at: number, limit: number): boolean {
    const names: string[] = [];
    const decoder = new TextDecoder();
    const read = this.reader.read(bytes, at, limit, {
      field: (_, source, from, to) => names.push(decoder.decode(source.subarray(from, to)).trim()),
    });
    if (typeof read === "string") throw this.badHeader(`cannot be parted: ${read}`);
    // Read as one line, the whole file would be a header without rows.
    if (read && names.some((name) => name.includes("\r"))) {
      throw this.badHeader("has carriage returns where lines end with them alone");
    }
    if (read) this.arrange(names);
    return read;
  }

  /** Finds the column of every field. */
  private arrange(names: readonly string[]): void {
    const theirs = this.table.fields.map(({ name }) => this.theirName(name));
    const columns = names.map((name) => theirs.indexOf(name));
    const extra = names.filter((_, k) => columns[k]! < 0);
    if (extra.length > 0 && this.options.unknown === "reject") {
      throw this.badHeader(`has ${quoted(extra)}, which no column has`, names);
    }
    const twice = names.filter((name, k) => columns[k]! >= 0 && names.indexOf(name) !== k);
    if (twice.length > 0) throw this.badHeader(`has ${quoted(twice)} more than once`, names);
    const missing = theirs.filter(
      (name, k) => !names.includes(name) && !this.table.fields[k]!.column.nullable,
    );
    if (missing.length > 0) {
      throw this.badHeader(`lacks ${quoted(missing)}, and the column is not nullable`, names);
    }
    this.fields.arrange(columns);
    this.width = names.length;
    this.fast = this.fields.compile(this.dialect);
  }

  private theirName(name: string): string {
    const names = this.options.columns as Readonly<Record<string, string | undefined>> | undefined;
    return names?.[name] ?? name;
  }

  private badHeader(what: string, names?: readonly string[]): LakeError {
    const found = names ? `; it is: ${names.join(this.options.separator ?? ",")}` : "";
    return new LakeError(
      "LAKE_INVALID_TEXT",
      `The header of the CSV for table "${this.table.name}" ${what}${found}.`,
      {
        hint: "Names are compared letter by letter: look for another separator, map them with columns, or name the fields by header.",
        details: { table: this.table.name, ...(names && { names }) },
      },
    );
  }
}

function ragged(fields: number, width: number): { readonly problem: string } {
  return { problem: `The record has ${fields} fields, and there are ${width} in the header.` };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
