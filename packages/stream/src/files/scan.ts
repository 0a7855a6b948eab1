const LF = 10;
const CR = 13;

/** The bytes that part a CSV file; undefined quote for a file without quoting. */
export interface ScanDialect {
  readonly delimiter: number;
  readonly quote: number | undefined;
}

const FIELD_START = 0;
const UNQUOTED = 1;
const QUOTED = 2;
const QUOTE_IN_QUOTED = 3;

/**
 * Follows the quoting of one CSV record, also over several pieces of it. A quote opens only where a field begins
 * (RFC 4180), so one in the middle of a field swallows no lines.
 */
export class CsvRecordEnd {
  /** Line ends inside quotes so far. */
  lines = 0;
  private state = FIELD_START;
  private readonly delimiter: number;
  private readonly quote: number;

  constructor(dialect: { readonly delimiter: number; readonly quote: number }) {
    this.delimiter = dialect.delimiter;
    this.quote = dialect.quote;
  }

  get quoted(): boolean {
    return this.state === QUOTED;
  }

  /** Index of the line feed that ends the record; -1 where it is not in these bytes. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const { delimiter, quote } = this;
    let state = this.state;
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      if (state === QUOTED) {
        if (byte === quote) state = QUOTE_IN_QUOTED;
        else if (byte === LF) this.lines++;
      } else if (byte === LF) {
        this.state = FIELD_START;
        return i;
      } else if (byte === delimiter) {
        state = FIELD_START;
      } else if (byte === quote && state !== UNQUOTED) {
        state = QUOTED;
      } else {
        state = UNQUOTED;
      }
    }
    this.state = state;
    return -1;
  }
}

/** Where a record is in a buffer. */
export interface Span {
  readonly start: number;
  /** After its last byte, the line end left out. */
  readonly end: number;
  /** Where the next record begins. */
  readonly next: number;
  /** Line ends up to `next`. */
  readonly lines: number;
}

/**
 * The whole records among the bytes, which begin at a record; what is left is the beginning of one. Records without a
 * quote, and lines, are found by searching for the line feed alone.
 */
export function scanRecords(bytes: Buffer, from: number, dialect: ScanDialect | undefined): Span[] {
  const spans: Span[] = [];
  const quote = dialect?.quote;
  let start = from;
  let nextQuote = quote === undefined ? -1 : bytes.indexOf(quote, start);
  for (;;) {
    let end = bytes.indexOf(LF, start);
    if (end < 0) return spans;
    let lines = 1;
    if (nextQuote >= 0 && nextQuote < end) {
      const machine = new CsvRecordEnd({ delimiter: dialect!.delimiter, quote: quote! });
      end = machine.find(bytes, start, bytes.length);
      if (end < 0) return spans;
      lines += machine.lines;
      nextQuote = bytes.indexOf(quote!, end);
    }
    const next = end + 1;
    spans.push({ start, end: withoutCr(bytes, start, end), next, lines });
    start = next;
  }
}

/** The end of a record without the carriage return of a CRLF. */
export function withoutCr(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === CR ? end - 1 : end;
}

/** How many line feeds the bytes have. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
