import { Binary, type Data, Utf8 } from "apache-arrow";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { reserved } from "./numbers.ts";
import { Validity } from "./validity.ts";

const encoder = new TextEncoder();
/** Below this length a loop over char codes beats a call into the text encoder. */
const SHORT = 48;
/** From this mean length on, one call for a block of texts beats a loop over the char codes of each. */
const WORTH_JOINING = 8;
/** Above this length of all of them together, each text is worth a call of its own. */
const MOST_JOINED = 1 << 20;
/** Room is made at once for as much text as a batch will have by its first rows, but for no more than this. */
const MOST_FORESEEN = 1 << 24;

/** Values of varying length, one after the other, with the offsets Arrow wants. */
class VarBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  offsets: Int32Array = new Int32Array(1);
  length = 0;

  reserveValues(count: number): void {
    this.offsets = reserved(this.offsets, this.length + count + 1, Int32Array);
  }

  /** Makes room for so many units of text, and where there was none, for those that will come if they are like these. */
  reserveText(length: number, count: number, room: number): void {
    const end = this.offsets[this.length]! + length;
    if (end <= this.bytes.length) return;
    // A little more: batches vary, and text that is not joined wants room at three bytes a character.
    const foreseen = Math.ceil((length / count) * room * 1.125);
    this.bytes = reserved(this.bytes, Math.max(end, Math.min(foreseen, MOST_FORESEEN)), Uint8Array);
  }

  /**
   * Stores the bytes of all texts among the values, `length` units there is room for, if they are ASCII; `pushSize` then
   * tells them apart.
   */
  joinAscii(values: readonly unknown[], count: number, length: number): boolean {
    const start = this.offsets[this.length]!;
    let joined = "";
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (typeof value === "string") joined += value;
    }
    const { read, written } = encoder.encodeInto(joined, this.bytes.subarray(start));
    return read === length && written === length;
  }

  pushSize(size: number): void {
    const end = this.offsets[this.length]! + size;
    this.offsets[++this.length] = end;
  }

  /** False where the text is no Unicode; nothing is then stored. */
  pushText(text: string): boolean {
    const start = this.offsets[this.length]!;
    const size = text.length;
    if (start + 3 * size > this.bytes.length)
      this.bytes = reserved(this.bytes, start + 3 * size, Uint8Array);
    const bytes = this.bytes;
    let at = start;
    if (size < SHORT) {
      for (let k = 0; k < size; k++) {
        const c = text.charCodeAt(k);
        if (c > 127) return this.pushUnicode(text, start);
        bytes[at++] = c;
      }
      this.offsets[++this.length] = at;
      return true;
    }
    return this.pushUnicode(text, start);
  }

  pushBytes(value: Uint8Array): void {
    const start = this.offsets[this.length]!;
    const end = start + value.length;
    this.bytes = reserved(this.bytes, end, Uint8Array);
    this.bytes.set(value, start);
    this.offsets[++this.length] = end;
  }

  take(): { length: number; valueOffsets: Int32Array; data: Uint8Array } {
    const length = this.length;
    const end = this.offsets[length]!;
    const taken = {
      length,
      valueOffsets: this.offsets.subarray(0, length + 1),
      data: this.bytes.subarray(0, end),
    };
    this.bytes = new Uint8Array(0);
    this.offsets = new Int32Array(1);
    this.length = 0;
    return taken;
  }

  /** False where the text has half a surrogate pair, which UTF-8 cannot hold; nothing is then stored. */
  private pushUnicode(text: string, start: number): boolean {
    const { read, written } = encoder.encodeInto(text, this.bytes.subarray(start));
    // A lone surrogate is written as U+FFFD: three bytes, like any other, so only the text itself can tell.
    if (written !== read && !text.isWellFormed()) return false;
    this.offsets[++this.length] = start + written;
    return true;
  }
}

/** Text as UTF-8. */
export class Utf8Encoder implements Encoder {
  private readonly nullable: boolean;
  private readonly validity = new Validity();
  private readonly buffer = new VarBuffer();

  constructor(nullable: boolean) {
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    const { buffer } = this;
    buffer.reserveValues(room);
    const length = lengthOfTexts(values, count);
    buffer.reserveText(length, count, room);
    const joined =
      length >= WORTH_JOINING * count &&
      length <= MOST_JOINED &&
      buffer.joinAscii(values, count, length);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (typeof value === "string") {
        if (joined) {
          buffer.pushSize(value.length);
          continue;
        }
        if (buffer.pushText(value)) continue;
      }
      this.validity.clear(buffer.length);
      buffer.pushSize(0);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, notText(value));
      }
    }
  }

  finish(): Data {
    const taken = this.buffer.take();
    return columnData(new Utf8(), { ...taken, ...this.validity.finish(taken.length) });
  }
}

/** Bytes. */
export class BinaryEncoder implements Encoder {
  private readonly nullable: boolean;
  private readonly validity = new Validity();
  private readonly buffer = new VarBuffer();

  constructor(nullable: boolean) {
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    const { buffer } = this;
    buffer.reserveValues(room);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (value instanceof Uint8Array) {
        buffer.pushBytes(value);
        continue;
      }
      this.validity.clear(buffer.length);
      buffer.pushSize(0);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, "is no Uint8Array");
      }
    }
  }

  finish(): Data {
    const taken = this.buffer.take();
    return columnData(new Binary(), { ...taken, ...this.validity.finish(taken.length) });
  }
}

/**
 * The length of all texts among the values, in UTF-16 units. Worth a loop of its own before the texts are read: it is so short
 * that the processor fetches several from memory at a time.
 */
export function lengthOfTexts(values: readonly unknown[], count: number): number {
  let length = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (typeof value === "string") length += value.length;
  }
  return length;
}

export function notText(value: unknown): string {
  return typeof value === "string"
    ? "has half a surrogate pair, which no Unicode text may have"
    : "is no text";
}
