import type { CsvLayout, RecordProblem, SourceRecord } from "../source.ts";
import type { ByteInput } from "./byte-input.ts";
import type { RecordText } from "./encoding.ts";
import { badHeader } from "./file-errors.ts";
import { byteOrderMark, headerNames } from "./header.ts";
import { positionLost } from "./identity.ts";
import { keptOf, Oversized, tooLong, unterminatedQuote } from "./oversized.ts";
import {
  countLines,
  CsvRecordEnd,
  type ScanDialect,
  scanRecords,
  type Span,
  withoutCr,
} from "./scan.ts";

const FIRST_BUFFER = 512 * 1024;
const LF = 10;
const CR = 13;

export interface CsvFormat {
  readonly delimiter: string;
  /** "" for none. */
  readonly quote: string;
  readonly header: boolean;
}

export interface RecordFormat {
  /** undefined for lines. */
  readonly csv: CsvFormat | undefined;
  readonly text: RecordText;
  readonly maxRecordBytes: number;
}

export interface FileRecords {
  readonly records: readonly SourceRecord[];
  readonly next: bigint;
}

/**
 * The records of one file. Positions are bytes of the decompressed text, lines count from 1. Memory is bounded by the
 * longest record allowed: a longer one is passed over and becomes a record with a problem.
 */
export class RecordFile {
  private readonly path: string;
  private readonly input: ByteInput;
  private readonly format: RecordFormat;
  private readonly dialect: ScanDialect | undefined;
  private buffer = Buffer.allocUnsafe(FIRST_BUFFER);
  private filled = 0;
  /** Position of the first byte of the buffer. */
  private base = 0;
  private line = 1;
  private layout: CsvLayout | undefined;
  private ended = false;
  private oversized: Oversized | undefined;

  constructor(path: string, input: ByteInput, format: RecordFormat) {
    this.path = path;
    this.input = input;
    this.format = format;
    const { csv } = format;
    if (csv === undefined) return;
    this.dialect = { delimiter: byteOf(csv.delimiter)!, quote: byteOf(csv.quote) };
    const { delimiter, quote } = csv;
    this.layout = { source: path, columns: undefined, delimiter, quote };
  }

  /** Bytes read so far as they are stored. */
  get storedBytes(): number {
    return this.input.storedBytes;
  }

  /**
   * Goes to a position where a record begins; the header is read on the way.
   *
   * @throws StreamError STREAM_SOURCE_CHANGED where no record begins there, STREAM_CSV_HEADER, STREAM_FILE_CORRUPT.
   */
  async start(position: bigint): Promise<void> {
    while (this.filled < 4 && (await this.fill()));
    this.consume(byteOrderMark(this.path, this.buffer.subarray(0, this.filled)), 0);
    if (this.format.csv?.header) await this.readHeader();
    const target = Number(position);
    if (target <= this.base) return;
    let last = LF;
    while (this.base + this.filled < target) {
      if (this.filled > 0) last = this.buffer[this.filled - 1]!;
      this.consume(this.filled, countLines(this.buffer.subarray(0, this.filled)));
      if (!(await this.fill())) {
        if (this.base === target) return;
        const reason = `ends at position ${this.base}, and was read to ${position} before`;
        throw positionLost(this.path, position, reason);
      }
    }
    const skipped = target - this.base;
    if (skipped > 0) last = this.buffer[skipped - 1]!;
    this.consume(skipped, countLines(this.buffer.subarray(0, skipped)));
    if (last !== LF) await this.skipLineEnd(position);
  }

  /** The next records; undefined at the end of the file. */
  async next(): Promise<FileRecords | undefined> {
    for (;;) {
      const more = await this.fill();
      const found = this.oversized ? this.passOver() : this.scan();
      if (found) return found;
      if (more) continue;
      const last = this.lastRecord();
      return last === undefined ? undefined : { records: [last], next: BigInt(this.base) };
    }
  }

  close(): Promise<void> {
    return this.input.close();
  }

  private async fill(): Promise<boolean> {
    if (this.ended) return false;
    if (this.filled === this.buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.buffer.length);
      this.buffer.copy(larger, 0, 0, this.filled);
      this.buffer = larger;
    }
    const bytes = await this.input.read(this.buffer, this.filled);
    this.filled += bytes;
    this.ended = bytes === 0;
    return bytes > 0;
  }

  private consume(bytes: number, lines: number): void {
    this.buffer.copyWithin(0, bytes, this.filled);
    this.filled -= bytes;
    this.base += bytes;
    this.line += lines;
  }

  private scan(): FileRecords | undefined {
    const spans = scanRecords(this.buffer.subarray(0, this.filled), 0, this.dialect);
    const records = this.toRecords(spans);
    const rest = spans.at(-1)?.next ?? 0;
    let lines = 0;
    for (const span of spans) lines += span.lines;
    this.consume(rest, lines);
    if (this.filled > this.format.maxRecordBytes) this.beginOversized();
    return rest === 0 ? undefined : { records, next: BigInt(this.base) };
  }

  private toRecords(spans: readonly Span[]): SourceRecord[] {
    const { buffer, base } = this;
    const { text, maxRecordBytes } = this.format;
    const last = spans.at(-1);
    const aligned = last ? text.aligned(buffer.subarray(0, last.end)) : undefined;
    const keepBlank = this.layout?.columns?.length === 1;
    const records: SourceRecord[] = [];
    let { line } = this;
    let next = BigInt(base);
    for (const { start, end, next: after, lines } of spans) {
      const offset = next;
      next = BigInt(base + after);
      if (end - start > maxRecordBytes) {
        const kept = keptOf(buffer.subarray(start, end));
        records.push(this.record(offset, next, kept, line, tooLong(end - start, maxRecordBytes)));
      } else if (end > start || keepBlank) {
        const value = aligned?.slice(start, end) ?? text.whole(buffer.subarray(start, end));
        if (keepBlank || !isBlank(value)) records.push(this.record(offset, next, value, line));
      }
      line += lines;
    }
    return records;
  }

  private record(
    offset: bigint,
    next: bigint,
    value: string | Uint8Array,
    line: number,
    problem?: RecordProblem,
  ): SourceRecord {
    const csv = this.layout;
    return { offset, next, key: null, value, headers: NO_HEADERS, line, csv, problem };
  }

  /** The bytes after the last line end, once there are no more. */
  private lastRecord(): SourceRecord | undefined {
    if (this.oversized) {
      this.consume(this.filled, 0);
      return this.endOversized(0);
    }
    if (this.filled === 0) return undefined;
    const bytes = this.buffer.subarray(0, withoutCr(this.buffer, 0, this.filled));
    const value = this.format.text.whole(bytes);
    const machine = this.recordEnd();
    machine?.find(this.buffer, 0, this.filled);
    const { line } = this;
    const offset = BigInt(this.base);
    this.consume(this.filled, countLines(this.buffer.subarray(0, this.filled)));
    if (isBlank(value)) return undefined;
    const problem = machine?.quoted ? unterminatedQuote : undefined;
    return this.record(offset, BigInt(this.base), value, line, problem);
  }

  private recordEnd(): CsvRecordEnd | undefined {
    const { delimiter, quote } = this.dialect ?? {};
    return quote === undefined ? undefined : new CsvRecordEnd({ delimiter: delimiter!, quote });
  }

  private beginOversized(): void {
    const beginning = this.buffer.subarray(0, this.filled);
    this.oversized = new Oversized(this.base, this.line, beginning, this.recordEnd());
    this.passOver();
  }

  private passOver(): FileRecords | undefined {
    const bytes = this.buffer.subarray(0, this.filled);
    const end = this.oversized!.find(bytes);
    const passed = end < 0 ? this.filled : end + 1;
    this.consume(passed, countLines(bytes.subarray(0, passed)));
    return end < 0 ? undefined : { records: [this.endOversized(1)], next: BigInt(this.base) };
  }

  private endOversized(lineEnd: number): SourceRecord {
    const { offset, line, kept, quoted } = this.oversized!;
    this.oversized = undefined;
    const problem = quoted
      ? unterminatedQuote
      : tooLong(this.base - offset - lineEnd, this.format.maxRecordBytes);
    return this.record(BigInt(offset), BigInt(this.base), kept, line, problem);
  }

  private async readHeader(): Promise<void> {
    for (;;) {
      const bytes = this.buffer.subarray(0, this.filled);
      const [first] = scanRecords(bytes, 0, this.dialect);
      const header = first ?? (this.ended && this.filled > 0 ? wholeOf(bytes) : undefined);
      if (header) {
        const text = this.format.text.whole(bytes.subarray(header.start, header.end));
        this.consume(header.next, header.lines);
        if (isBlank(text)) continue;
        const columns = headerNames(this.path, text, this.format.csv!);
        this.layout = { ...this.layout!, columns };
        return;
      }
      if (this.ended) return;
      if (this.filled > this.format.maxRecordBytes) {
        throw badHeader(this.path, `is longer than ${this.format.maxRecordBytes} bytes`);
      }
      await this.fill();
    }
  }

  /** The record read last had no line end when it was read: the file may have got one since, but not more of the record. */
  private async skipLineEnd(position: bigint): Promise<void> {
    while (this.filled < 2 && (await this.fill()));
    const rest = this.buffer.subarray(0, this.filled);
    const length = rest[0] === LF ? 1 : rest[0] === CR && rest[1] === LF ? 2 : 0;
    if (length === 0 && rest.length > 0) {
      const reason = `has grown inside the record that ended at position ${position} before`;
      throw positionLost(this.path, position, reason);
    }
    this.consume(length, length === 0 ? 0 : 1);
  }
}

const NO_HEADERS: SourceRecord["headers"] = [];

function byteOf(character: string): number | undefined {
  return character === "" ? undefined : character.charCodeAt(0);
}

function isBlank(value: string | Uint8Array): boolean {
  if (typeof value !== "string") return false;
  return value === "" || (value.charCodeAt(0) <= 32 && value.trim() === "");
}

function wholeOf(bytes: Buffer): Span {
  const { length } = bytes;
  return { start: 0, end: withoutCr(bytes, 0, length), next: length, lines: countLines(bytes) };
}
