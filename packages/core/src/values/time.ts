import { bigintRange } from "../types/logical.ts";

const DATE = /^([+-]\d{6,7}|\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^([+-]\d{6,7}|\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;

/** Days since 1970-01-01 of a "YYYY-MM-DD" text; undefined where it is no day of the calendar, or none of 32 bits. */
export function parseDate(text: string): number | undefined {
  if (text.length === 10 && text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45) {
    return daysFromCivil(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  }
  const m = DATE.exec(text);
  const days = m ? daysFromCivil(Number(m[1]), Number(m[2]), Number(m[3])) : undefined;
  return days === undefined || days !== (days | 0) ? undefined : days;
}

/**
 * "YYYY-MM-DD" of days since 1970-01-01; years outside 0000–9999 in ISO's expanded form (+012345-01-01). A Date ends in
 * the year 275760, days of 32 bits do not. Source: Howard Hinnant, as `daysFromCivil`, civil_from_days.
 */
export function formatDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return `${yearText(year)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return padded(year, 4);
  return (year < 0 ? "-" : "+") + padded(Math.abs(year), 6);
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

const [MIN_LONG, MAX_LONG] = bigintRange.int64;

export interface ParsedTimestamp {
  /** Microseconds since 1970-01-01T00:00:00, of UTC where a zone was given, of the wall clock where none was. */
  readonly micros: bigint;
  readonly hasZone: boolean;
  /** Whether the text had digits below the microsecond that were not zero. */
  readonly lossy: boolean;
}

/**
 * Reads ISO 8601 ("2026-11-21T10:00:00.123456Z", a blank for the T, a date alone); undefined for anything else, and for
 * what 64 bits of microseconds do not hold.
 */
export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const m = TIMESTAMP.exec(text);
  if (!m) return undefined;
  const days = daysFromCivil(Number(m[1]), Number(m[2]), Number(m[3]));
  if (days === undefined) return undefined;
  const hour = Number(m[4] ?? 0);
  const minute = Number(m[5] ?? 0);
  const second = Number(m[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = m[8] === undefined ? 0 : zoneMinutes(m[8]);
  if (offset === undefined) return undefined;
  const fraction = (m[7] ?? "").padEnd(9, "0");
  const seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6));
  if (micros < MIN_LONG || micros > MAX_LONG) return undefined;
  return {
    micros,
    hasZone: m[8] !== undefined,
    lossy: fraction.slice(6) !== "000",
  };
}

/**
 * The common shape "YYYY-MM-DDTHH:MM:SS[.digits]Z" (no "Z" where `zone` is false) read without a regular expression:
 * microseconds since the epoch as a safe integer, NaN for any other text, which {@link parseTimestamp} then reads.
 */
export function parseSimpleMicros(text: string, zone: boolean): number {
  const end = zone ? text.length - 1 : text.length;
  if (end < 19 || end > 26 || (zone && text.charCodeAt(end) !== 90)) return NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const separator = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    (separator !== 84 && separator !== 32) ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    !(hour < 24 && minute < 60 && second < 60 && year >= 1700 && year < 2200)
  ) {
    return NaN;
  }
  const days = daysFromCivil(year, month, day);
  if (days === undefined) return NaN;
  let micros = 0;
  if (end > 19) {
    if (text.charCodeAt(19) !== 46 || end === 20) return NaN;
    micros = digits(text, 20, end) * MICROS_PER_UNIT[end - 20]!;
  }
  return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1e6 + micros;
}

const MICROS_PER_UNIT = [1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/** The number in text[from, to), NaN where a character is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** ISO text of microseconds since the epoch, as few fraction digits as 3 or 6 allow, none where whole; no zone mark. */
export function formatMicros(micros: bigint): string {
  const seconds = floorDiv(micros, 1_000_000n);
  const rest = Number(micros - seconds * 1_000_000n);
  const days = floorDiv(seconds, 86_400n);
  const second = Number(seconds - days * 86_400n);
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  const text = `${formatDate(Number(days))}T${clock.map((part) => padded(part, 2)).join(":")}`;
  if (rest === 0) return text;
  const digits = String(rest).padStart(6, "0");
  return `${text}.${digits.endsWith("000") ? digits.slice(0, 3) : digits}`;
}

/** Division that rounds towards minus infinity, as times before 1970 need. */
export function floorDiv(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  return value < 0n && quotient * unit !== value ? quotient - 1n : quotient;
}

/**
 * Days since 1970-01-01 of a day of the proleptic Gregorian calendar; undefined where the month has no such day.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function daysFromCivil(year: number, month: number, day: number): number | undefined {
  // Written so that NaN is refused as well.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === "Z" || zone === "z" || zone === "UTC") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0;
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
