import { type Column, parseDate, parseTimestamp, type TimestampUnit } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, grown, Token } from "./byte-column.ts";
import { Longs, safeDigits } from "./longs.ts";

const CACHED = 1024;

/** Days since 1970 of days of the calendar, each worked out once: those of a file are few, and mostly the one before. */
class Calendar {
  private readonly keys = new Int32Array(CACHED).fill(-1);
  private readonly days = new Int32Array(CACHED);

  /** NaN where the calendar has no such day. The year has four digits. */
  daysOf(year: number, month: number, day: number): number {
    if (!(month <= 12 && day <= 31)) return NaN;
    const key = (year << 9) | (month << 5) | day;
    const slot = key & (CACHED - 1);
    if (this.keys[slot] === key) return this.days[slot]!;
    const padded = (value: number, size: number): string => String(value).padStart(size, "0");
    const days = parseDate(`${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`);
    if (days === undefined) return NaN;
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
  private days: Int32Array = new Int32Array(0);
  private readonly calendar = new Calendar();
  private readonly patterns: readonly DatePattern[];

  constructor(column: Column, patterns: readonly DatePattern[]) {
    super(column);
    this.patterns = patterns;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    let days = to - from === 10 ? isoDay(bytes, from, this.calendar) : NaN;
    if (days !== days) {
      const text = asciiText(bytes, from, to);
      for (const pattern of this.patterns) {
        const found = pattern.read(text);
        if (found) days = found.hasTime ? NaN : found.days;
        if (found) break;
      }
      if (days !== days) days = parseDate(text) ?? NaN;
    }
    this.days[row] = days;
    return days === days;
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
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const micros = isoMicros(bytes, from, to, this.utc, this.calendar);
    if (micros === micros) {
      if (this.unit === "us") {
        this.longs.write(row, micros);
        return true;
      }
      if (micros % 1000 === 0) {
        this.longs.write(row, micros / 1000);
        return true;
      }
    }
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

const MINUS = 45;
const COLON = 58;

function isoDay(bytes: Uint8Array, at: number, calendar: Calendar): number {
  if (bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return NaN;
  const year = safeDigits(bytes, at, at + 4);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  return year === year ? calendar.daysOf(year, month, day) : NaN;
}

const MICROS_PER_UNIT = [1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/**
 * "YYYY-MM-DDTHH:MM:SS[.digits]" and "Z" or "+HH:MM" where there is a zone, as microseconds; NaN for any other text, for
 * more digits, and for years whose microseconds are no safe integer.
 */
function isoMicros(
  bytes: Uint8Array,
  from: number,
  to: number,
  zone: boolean,
  calendar: Calendar,
): number {
  if (to - from < 19 || bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return NaN;
  const separator = bytes[from + 10];
  if (separator !== 84 && separator !== 32) return NaN;
  let end = to;
  let offset = 0;
  if (zone) {
    if (bytes[to - 1] === 90) {
      end = to - 1;
    } else {
      const sign = bytes[to - 6];
      end = to - 6;
      if (bytes[to - 3] !== COLON || (sign !== 43 && sign !== MINUS)) return NaN;
      const hours = twoDigits(bytes, to - 5);
      const minutes = twoDigits(bytes, to - 2);
      if (!(hours <= 18 && minutes <= 59)) return NaN;
      offset = (sign === MINUS ? -1 : 1) * (hours * 60 + minutes);
    }
  }
  const days = isoDay(bytes, from, calendar);
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  const second = twoDigits(bytes, from + 17);
  // From 1700 to 2199; written so that NaN is refused as well.
  if (!(hour < 24 && minute < 60 && second < 60 && days >= -98_615 && days < 84_006)) return NaN;
  let micros = 0;
  if (end !== from + 19) {
    const digits = end - from - 20;
    if (bytes[from + 19] !== 46 || digits < 1 || digits > 6) return NaN;
    micros = safeDigits(bytes, from + 20, end) * MICROS_PER_UNIT[digits]!;
  }
  return (days * 86_400 + hour * 3600 + (minute - offset) * 60 + second) * 1e6 + micros;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
