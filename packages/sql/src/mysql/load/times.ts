import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { LoadBuffer, ValueWriter } from "./buffer.ts";

const SECONDS_PER_DAY = 86_400;
/** 0000-01-01 and 9999-12-31. */
const [FIRST_DAY, LAST_DAY] = [-719_528, 2_932_896];
const [DASH, BLANK, COLON, POINT] = [45, 32, 58, 46];

export function dateWriter(data: Data, column: string): ValueWriter {
  const days = data.values as Int32Array;
  return (out, i) => {
    out.reserve(10);
    writeDay(out, days[i]!, column);
  };
}

export function timestampWriter(data: Data, unit: "ms" | "us", column: string): ValueWriter {
  const values = data.values as BigInt64Array;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const perSecond = unit === "us" ? 1_000_000 : 1000;
  // 2^32 units are so many seconds, and this rest: both halves stay exact as doubles.
  const whole = Math.floor(0x1_0000_0000 / perSecond);
  const rest = 0x1_0000_0000 - whole * perSecond;
  return (out, i) => {
    const high = words[2 * i + 1]!;
    const part = high * rest + (words[2 * i]! >>> 0);
    const carried = Math.floor(part / perSecond);
    const seconds = high * whole + carried;
    const day = Math.floor(seconds / SECONDS_PER_DAY);
    out.reserve(26);
    writeDay(out, day, column);
    writeTime(out, seconds - day * SECONDS_PER_DAY);
    out.bytes[out.length++] = POINT;
    out.padded(part - carried * perSecond, unit === "us" ? 6 : 3);
  };
}

function writeTime(out: LoadBuffer, ofDay: number): void {
  const minutes = Math.floor(ofDay / 60);
  const hours = Math.floor(minutes / 60);
  out.bytes[out.length++] = BLANK;
  out.padded(hours, 2);
  out.bytes[out.length++] = COLON;
  out.padded(minutes - hours * 60, 2);
  out.bytes[out.length++] = COLON;
  out.padded(ofDay - minutes * 60, 2);
}

/** Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, civil_from_days. */
function writeDay(out: LoadBuffer, days: number, column: string): void {
  if (days < FIRST_DAY || days > LAST_DAY) throw outside(days, column);
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
  out.padded(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
  out.bytes[out.length++] = DASH;
  out.padded(month, 2);
  out.bytes[out.length++] = DASH;
  out.padded(dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1, 2);
}

function outside(days: number, column: string): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${column}": day ${days} since 1970 is outside the years 0 to 9999 of MySQL.`,
    { details: { column } },
  );
}
