import type { Dialect } from "./dialect.ts";

const LF = 10;
const CR = 13;

/**
 * Told of the fields of a record: `index` counts from 0, the text is at [from, to) of the bytes, without quotes and their escapes.
 */
export interface FieldSink {
  field(index: number, bytes: Uint8Array, from: number, to: number, quoted: boolean): void;
}

/**
 * Parts one record of RFC 4180 after the other: a quoted field may have separators and line ends in it, and ends where its
 * quote is followed by one of them.
 */
export class RecordReader {
  /** After `read`: the byte after the record. */
  end = 0;
  /** After `read`: the line ends in it, its own included. */
  lines = 0;
  /** After `read`: how many fields it has. */
  fields = 0;
  private readonly dialect: Dialect;
  private scratch: Uint8Array = new Uint8Array(256);

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /**
   * Reads the record that begins at `at`. There is a line feed right before `limit`.
   *
   * @returns true; false where it goes on beyond `limit`; or what is wrong with it, and it then ends with a line.
   */
  read(bytes: Uint8Array, at: number, limit: number, sink: FieldSink): boolean | string {
    const { separator, quote, stops } = this.dialect;
    this.lines = 1;
    for (let index = 0; ; index++) {
      const from = at;
      if (bytes[at] === quote) {
        const close = this.closingQuote(bytes, at + 1, limit);
        if (close < 0) return false;
        at = close + 1;
        if (bytes[at] === CR && bytes[at + 1] === LF) at++;
        if (bytes[at] !== LF && bytes[at] !== separator) {
          return this.broken(
            bytes,
            at,
            `Field ${index + 1} goes on after its closing quote; a quote inside a quoted field is escaped.`,
          );
        }
        if (this.escaped) this.unescaped(sink, index, bytes, from + 1, close);
        else sink.field(index, bytes, from + 1, close, true);
      } else {
        while (stops[bytes[at]!] === 0) at++;
        if (bytes[at] === quote) {
          return this.broken(
            bytes,
            at,
            `Field ${index + 1} has a quote and does not begin with one; quote the field, and escape the quote.`,
          );
        }
        const to = bytes[at] === LF && at > from && bytes[at - 1] === CR ? at - 1 : at;
        sink.field(index, bytes, from, to, false);
      }
      if (bytes[at++] === LF) {
        this.end = at;
        this.fields = index + 1;
        return true;
      }
    }
  }

  /** Whether the quoted field read last has escapes. */
  private escaped = false;

  /** -1 where the field goes on beyond `limit`. */
  private closingQuote(bytes: Uint8Array, at: number, limit: number): number {
    const { quote, escape, quotedStops } = this.dialect;
    this.escaped = false;
    for (;;) {
      while (quotedStops[bytes[at]!] === 0) at++;
      const c = bytes[at];
      if (c === LF) {
        if (at + 1 >= limit) return -1;
        this.lines++;
        at++;
        continue;
      }
      const next = bytes[at + 1];
      if (c === escape && (next === quote || (next === escape && escape !== quote))) {
        this.escaped = true;
        at += 2;
      } else if (c === quote) {
        return at;
      } else {
        at++;
      }
    }
  }

  private unescaped(
    sink: FieldSink,
    index: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    const { quote, escape } = this.dialect;
    if (to - from > this.scratch.length) this.scratch = new Uint8Array(2 * (to - from));
    const { scratch } = this;
    let out = 0;
    for (let at = from; at < to; at++) {
      const next = bytes[at + 1];
      if (bytes[at] === escape && at + 1 < to && (next === quote || next === escape)) at++;
      scratch[out++] = bytes[at]!;
    }
    sink.field(index, scratch, 0, out, true);
  }

  /** Ends the record with the line it is broken in. */
  private broken(bytes: Uint8Array, at: number, problem: string): string {
    this.end = bytes.indexOf(LF, at) + 1;
    return problem;
  }
}
