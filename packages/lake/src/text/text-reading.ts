import { type Table, untilAborted } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { countedPieces, type ReadCount, unpacked } from "./input.ts";
import { tooLong } from "./json/line-scanner.ts";
import type { RecordScanner } from "./record-scanner.ts";
import { Rejects } from "./rejects.ts";
import type { RowBuffer } from "./row-buffer.ts";
import { Utf8Pieces } from "./utf8-pieces.ts";
import type {
  RejectedLine,
  TextBatches,
  TextInput,
  TextMetrics,
  TextReadOptions,
} from "./types.ts";
import { progressOf } from "../progress.ts";

const LF = 10;

export interface ReadingParts {
  readonly rows: RowBuffer;
  readonly scanner: RecordScanner;
  readonly encoding: string;
  readonly maxLineBytes: number;
}

/** A text file being read: pieces of bytes in, batches out. */
export class TextReading implements TextBatches {
  private readonly input: TextInput;
  private readonly options: TextReadOptions;
  private readonly parts: ReadingParts;
  private readonly rejects: Rejects;
  private readonly count: ReadCount = { bytes: 0 };
  private begun = false;
  /** Bytes of a record that has not ended, from 0 to `filled`. */
  private held: Uint8Array = new Uint8Array(0);
  private filled = 0;
  /** Bytes held that a scan has looked at in vain. */
  private looked = 0;
  /** Position in the text of the first byte that is held, or of the next piece. */
  private base = 0;
  private line = 1;
  /** Whether the rest of a line that is too long is being passed over. */
  private passing = false;

  constructor(table: Table, input: TextInput, options: TextReadOptions, parts: ReadingParts) {
    this.input = input;
    this.options = options;
    this.parts = parts;
    this.rejects = new Rejects(table, options);
  }

  get rejected(): readonly RejectedLine[] {
    return this.rejects.lines;
  }

  get metrics(): TextMetrics {
    const { count, rejects, parts } = this;
    return { bytes: count.bytes, rows: parts.rows.total, rejected: rejects.count };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch, void, undefined> {
    if (this.begun) {
      throw new LakeError("LAKE_INVALID_OPTION", "These batches have been read before.", {
        hint: "Call readNdjson or readCsv once more, with the input from its beginning.",
      });
    }
    this.begun = true;
    const { signal, onProgress, compression = "auto" } = this.options;
    const report = progressOf(onProgress);
    const { rows, encoding } = this.parts;
    const stored = untilAborted(countedPieces(this.input, this.count), signal);
    const text = new Utf8Pieces(unpacked(stored, compression), encoding);
    const { maxLineBytes } = this.parts;
    for await (const piece of text) {
      signal?.throwIfAborted();
      if (this.base === 0) this.base = text.skipped;
      // Pieces no longer than a line may be: what is held is bounded, however the input is cut.
      for (let at = 0; at < piece.length; at += maxLineBytes) {
        yield* this.take(piece.subarray(at, at + maxLineBytes));
      }
      report({ phase: "read", done: this.count.bytes, unit: "bytes" });
    }
    signal?.throwIfAborted();
    yield* this.takeLast();
    if (rows.row > 0) yield rows.take();
    const { bytes } = this.count;
    report({ phase: "read", done: bytes, total: bytes, unit: "bytes" });
  }

  private *take(piece: Uint8Array): Generator<RecordBatch, void, undefined> {
    if (this.passing) {
      const end = piece.indexOf(LF) + 1;
      this.base += end === 0 ? piece.length : end;
      if (end === 0) return;
      this.passing = false;
      this.line++;
      piece = piece.subarray(end);
    }
    if (this.filled === 0) {
      const at = yield* this.scan(piece, piece.length, false);
      this.hold(piece.subarray(at));
    } else {
      this.hold(piece);
      // A record of many pieces is looked at again only when it has doubled.
      if (this.filled < 2 * this.looked) return;
      yield* this.scanHeld(false);
    }
    this.looked = this.filled;
    const { maxLineBytes } = this.parts;
    if (this.filled > maxLineBytes) {
      const text = this.held.subarray(0, this.filled);
      this.rejects.add(tooLong(this.filled, maxLineBytes), this.line, this.base, text);
      // A record of CSV that is too long may have lines in it.
      for (let at = text.indexOf(LF); at >= 0; at = text.indexOf(LF, at + 1)) this.line++;
      this.base += this.filled;
      this.filled = 0;
      this.passing = true;
    }
  }

  private *takeLast(): Generator<RecordBatch, void, undefined> {
    if (this.filled === 0 || this.passing) return;
    if (this.held[this.filled - 1] !== LF) this.hold(Uint8Array.of(LF));
    yield* this.scanHeld(true);
  }

  private *scanHeld(last: boolean): Generator<RecordBatch, void, undefined> {
    const at = yield* this.scan(this.held, this.filled, last);
    this.held.copyWithin(0, at, this.filled);
    this.filled -= at;
  }

  /** Reads the records that end in the bytes; the position after the last of them. */
  private *scan(
    bytes: Uint8Array,
    end: number,
    last: boolean,
  ): Generator<RecordBatch, number, undefined> {
    const { rows, scanner } = this.parts;
    let at = 0;
    for (;;) {
      const { at: next, lines, rejected } = scanner.scan(bytes, at, end, last);
      this.line += lines;
      if (rejected) {
        const { problem, from, lines } = rejected;
        this.rejects.add(problem, this.line, this.base + from, bytes.subarray(from, next));
        this.line += lines;
      }
      at = next;
      if (rows.full) yield rows.take();
      else if (!rejected) break;
    }
    this.base += at;
    return at;
  }

  private hold(bytes: Uint8Array): void {
    const size = this.filled + bytes.length;
    if (size > this.held.length) {
      const larger = new Uint8Array(Math.max(size + 1, 2 * this.held.length));
      larger.set(this.held.subarray(0, this.filled));
      this.held = larger;
    }
    this.held.set(bytes, this.filled);
    this.filled = size;
  }
}
