import { type Column, parseDate, parseTimestamp, type TimestampUnit } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, grown, Token } from "./byte-column.ts";
import { Longs } from "./longs.ts";

const CACHED = 1024;
const NO_DAY = -1_000_000_000;

const MINUS = 45;
const PLUS = 43;
const COLON = 58;

/** What a digit stands for; a bit of its own where the byte is none. */
const DIGIT = new Uint8Array(256).fill(64);
for (let digit = 0; digit <= 9; digit++) DIGIT[48 + digit] = digit;
const NO_DIGIT = 64;

/** Days since 1970 of days of the calendar, each worked out once: those of a file are few, and mostly the one before. */
class Calendar {
  private readonly keys = new Int32Array(CACHED).fill(-1);
  private readonly days = new Int32Array(CACHED);

  private lastKey = -1;
  private lastDay = 0;

  /** The day "YYYY-MM-DD" at `at`; NO_DAY for another text, and where the calendar has no such day. */
  dayAt(bytes: Uint8Array, at: number): number {
    if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return NO_DAY;
    const y0 = DIGIT[bytes[at]!]!;
    const y1 = DIGIT[bytes[at + 1]!]!;
    const y2 = DIGIT[bytes[at + 2]!]!;
    const y3 = DIGIT[bytes[at + 3]!]!;
    const m0 = DIGIT[bytes[at + 5]!]!;
    const m1 = DIGIT[bytes[at + 6]!]!;
    const d0 = DIGIT[bytes[at + 8]!]!;
    const d1 = DIGIT[bytes[at + 9]!]!;
    if ((y0 | y1 | y2 | y3 | m0 | m1 | d0 | d1) & NO_DIGIT) return NO_DAY;
    const month = 10 * m0 + m1;
    const day = 10 * d0 + d1;
    if (month > 12 || day > 31) return NO_DAY;
    const key = ((1000 * y0 + 100 * y1 + 10 * y2 + y3) << 9) | (month << 5) | day;
    if (key !== this.lastKey) {
      const found = this.daysOf(key);
      if (found === NO_DAY) return NO_DAY;
      this.lastKey = key;
      this.lastDay = found;
    }
    return this.lastDay;
  }

  private daysOf(key: number): number {
    const slot = key & (CACHED - 1);
    if (this.keys[slot] === key) return this.days[slot]!;
    const padded = (value: number, size: number): string => String(value).padStart(size, "0");
    const text = `${padded(key >> 9, 4)}-${padded((key >> 5) & 15, 2)}-${padded(key & 31, 2)}`;
    const days = parseDate(text);
    if (days === undefined) return NO_DAY;
    this.keys[slot] = key;
    this.days[slot] = days;
    return days;
  }
}

/** A reader of one way to write a day and its time. */
export interface DatePattern {
  /** The day and time as [days since 1970, microseconds of the day]; undefined where the text is written otherwise. */
  read(
    text: string,
  ): { readonly days: number; readonly micros: number; readonly hasTime: boolean } | undefined;
}

/** Calendar days. */
export class DateColumn extends ByteColumn {
  readonly tokens: number = Token.TEXT;
  override readonly scans: number;
  private days: Int32Array = new Int32Array(0);
  private readonly calendar = new Calendar();
  private readonly patterns: readonly DatePattern[];

  constructor(column: Column, patterns: readonly DatePattern[]) {
    super(column);
    this.patterns = patterns;
    this.scans = patterns.length > 0 ? 0 : Token.TEXT;
  }

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const days = this.calendar.dayAt(bytes, at);
    this.days[row] = days;
    return days === NO_DAY ? -1 : at + 10;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scans !== 0 && this.scan(bytes, from, row) === to) return true;
    const text = asciiText(bytes, from, to);
    let days: number | undefined;
    for (const pattern of this.patterns) {
      const found = pattern.read(text);
      if (found && !found.hasTime) days = found.days;
      if (found) break;
    }
    days ??= parseDate(text);
    if (days !== undefined) this.days[row] = days;
    return days !== undefined;
  }

  protected growValues(capacity: number): void {
    this.days = grown(this.days, capacity, Int32Array);
  }

  protected take(length: number): Buffers {
    const data = this.days.subarray(0, length);
    this.days = new Int32Array(this.days.length);
    return { data };
  }
}

const MICROS_PER = { s: 1_000_000n, ms: 1000n, us: 1n } as const;

/** Instants, and readings of a wall clock. */
export class TimestampColumn extends ByteColumn {
  readonly tokens: number;
  override readonly scans: number;
  private readonly longs = new Longs();
  private readonly calendar = new Calendar();
  private readonly unit: TimestampUnit;
  private readonly utc: boolean;
  private readonly numbers: "s" | "ms" | "us" | undefined;
  private readonly patterns: readonly DatePattern[];

  constructor(
    column: Column,
    unit: TimestampUnit,
    utc: boolean,
    numbers: "s" | "ms" | "us" | undefined,
    patterns: readonly DatePattern[],
  ) {
    super(column);
    this.unit = unit;
    this.utc = utc;
    this.numbers = utc ? numbers : undefined;
    this.patterns = patterns;
    this.tokens = this.numbers === undefined ? Token.TEXT : Token.TEXT | Token.NUMBER;
    this.scans = patterns.length > 0 ? 0 : Token.TEXT;
  }

  /** "YYYY-MM-DDTHH:MM:SS[.digits]" of the years 1700 to 2199, and "Z" or "+HH:MM" where there is a zone. */
  override scan(bytes: Uint8Array, at: number, row: number): number {
    const separator = bytes[at + 10];
    if (separator !== 84 && separator !== 32) return -1;
    if (bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return -1;
    const days = this.calendar.dayAt(bytes, at);
    if (days < -98_615 || days >= 84_006) return -1;
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    if (hour >= 24 || minute >= 60 || second >= 60) return -1;
    let end = at + 19;
    let micros = 0;
    if (bytes[end] === 46) {
      const start = ++end;
      for (let d = bytes[end]! - 48; d >= 0 && d <= 9; d = bytes[++end]! - 48) {
        if (end - start === 6) return -1;
        micros = micros * 10 + d;
      }
      if (end === start) return -1;
      micros *= MICROS_PER_UNIT[end - start]!;
    }
    let minutes = hour * 60 + minute;
    if (this.utc) {
      const zone = bytes[end];
      if (zone === 90) {
        end++;
      } else {
        if ((zone !== PLUS && zone !== MINUS) || bytes[end + 3] !== COLON) return -1;
        const offsetHours = twoDigits(bytes, end + 1);
        const offsetMinutes = twoDigits(bytes, end + 4);
        if (offsetHours > 18 || offsetMinutes > 59) return -1;
        const offset = offsetHours * 60 + offsetMinutes;
        minutes += zone === PLUS ? -offset : offset;
        end += 6;
      }
    }
    const value = (days * 86_400 + minutes * 60 + second) * 1e6 + micros;
    if (this.unit === "us") this.longs.write(row, value);
    else if (micros % 1000 === 0) this.longs.write(row, value / 1000);
    else return -1;
    return end;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scans !== 0 && this.scan(bytes, from, row) === to) return true;
    const exact = this.readText(asciiText(bytes, from, to));
    if (exact === undefined || (this.unit === "ms" && exact % 1000n !== 0n)) return false;
    const value = this.unit === "ms" ? exact / 1000n : exact;
    this.longs.longs[row] = value;
    return BigInt.asIntN(64, value) === value;
  }

  protected growValues(capacity: number): void {
    this.longs.grow(capacity);
  }

  protected take(length: number): Buffers {
    return { data: this.longs.take().subarray(0, length) };
  }

  /** Microseconds of a text that is no plain ISO 8601. */
  private readText(text: string): bigint | undefined {
    for (const pattern of this.patterns) {
      const found = pattern.read(text);
      if (found) return BigInt(found.days) * 86_400_000_000n + BigInt(found.micros);
    }
    if (this.numbers !== undefined && /^-?\d{1,18}$/.test(text)) {
      return BigInt(text) * MICROS_PER[this.numbers];
    }
    const parsed = parseTimestamp(text);
    return parsed === undefined || parsed.lossy || parsed.hasZone !== this.utc
      ? undefined
      : parsed.micros;
  }
}

const MICROS_PER_UNIT = [1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/** A number that is too large for anything where there are no two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return 10 * DIGIT[bytes[at]!]! + DIGIT[bytes[at + 1]!]!;
}
