import type { DataType } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { FixedSink } from "./fixed.ts";

const SECONDS_PER_DAY = 86_400;
const MICROS = 1_000_000n;

/** Days, sent as a length, then year, month, day. */
export class DateSink extends FixedSink {
  private readonly name: string;
  private readonly scratch = Buffer.alloc(4);

  constructor(name: string, type: DataType) {
    super(type, Int32Array);
    this.name = name;
  }

  override append(bytes: Buffer, at: number): number {
    this.scratch.writeInt32LE(daysOf(bytes, at, this.name));
    super.append(this.scratch, 0);
    return at + 1 + bytes[at]!;
  }
}

/** Moments as microseconds: a length, a day, and where they are not 0 the time and the microseconds. */
export class MomentSink extends FixedSink {
  private readonly name: string;
  private readonly scratch = Buffer.alloc(8);

  constructor(name: string, type: DataType) {
    super(type, BigInt64Array);
    this.name = name;
  }

  override append(bytes: Buffer, at: number): number {
    const length = bytes[at]!;
    let seconds = daysOf(bytes, at, this.name) * SECONDS_PER_DAY;
    if (length >= 7) seconds += bytes[at + 5]! * 3600 + bytes[at + 6]! * 60 + bytes[at + 7]!;
    const fraction = length >= 11 ? bytes.readUInt32LE(at + 8) : 0;
    this.scratch.writeBigInt64LE(BigInt(seconds) * MICROS + BigInt(fraction));
    super.append(this.scratch, 0);
    return at + 1 + length;
  }
}

function daysOf(bytes: Buffer, at: number, column: string): number {
  const length = bytes[at]!;
  const year = length === 0 ? 0 : bytes.readUInt16LE(at + 1);
  const month = length === 0 ? 0 : bytes[at + 3]!;
  const day = length === 0 ? 0 : bytes[at + 4]!;
  if (month === 0 || day === 0) throw noDay(year, month, day, column);
  return daysSince1970(year, month, day);
}

/** Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, days_from_civil. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function noDay(year: number, month: number, day: number, column: string): SqlError {
  const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return new SqlError(
    "SQL_UNSUPPORTED",
    `Column "${column}" has the date ${text}, which is no day of the calendar.`,
    {
      hint: "Make it null in the query with NULLIF(…, 0), or cast it to CHAR.",
      details: { column },
    },
  );
}
