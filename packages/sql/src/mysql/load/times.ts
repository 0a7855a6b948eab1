import { formatDate } from "@lakewright/core";
import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { LoadBuffer, ValueWriter } from "./buffer.ts";

const SECONDS_PER_DAY = 86_400;
/** 0000-01-01 and 9999-12-31. */
const [FIRST_DAY, LAST_DAY] = [-719_528, 2_932_896];
const [BLANK, COLON, POINT] = [32, 58, 46];
const DAY_LENGTH = 10;

export function dateWriter(data: Data, column: string): ValueWriter {
  const days = data.values as Int32Array;
  return (out, i) => {
    out.reserve(DAY_LENGTH);
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
  const second = ofDay | 0;
  const minutes = (second / 60) | 0;
  const hours = (minutes / 60) | 0;
  out.bytes[out.length++] = BLANK;
  out.padded(hours, 2);
  out.bytes[out.length++] = COLON;
  out.padded(minutes - hours * 60, 2);
  out.bytes[out.length++] = COLON;
  out.padded(second - minutes * 60, 2);
}

/** Texts of days that were written, each in the place of its number: days of 22 years that follow one another have one each. */
const PLACES = 8192;
const dayInPlace = new Float64Array(PLACES).fill(NaN);
const texts = new Uint8Array(DAY_LENGTH * PLACES);

function writeDay(out: LoadBuffer, day: number, column: string): void {
  const place = day & (PLACES - 1);
  const from = place * DAY_LENGTH;
  if (dayInPlace[place] !== day) {
    if (day < FIRST_DAY || day > LAST_DAY) throw outside(day, column);
    const text = formatDate(day);
    for (let k = 0; k < DAY_LENGTH; k++) texts[from + k] = text.charCodeAt(k);
    dayInPlace[place] = day;
  }
  const { bytes, length } = out;
  for (let k = 0; k < DAY_LENGTH; k++) bytes[length + k] = texts[from + k]!;
  out.length = length + DAY_LENGTH;
}

function outside(days: number, column: string): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${column}": day ${days} since 1970 is outside the years 0 to 9999 of MySQL.`,
    { details: { column } },
  );
}
