import { type Data, type DataType } from "apache-arrow";
import { bigintRange, type TimestampUnit } from "../../types/logical.ts";
import { parseDate, parseSimpleMicros, parseTimestamp } from "../../values/time.ts";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { LongBuffer, reserved, writeSafeInteger } from "./numbers.ts";
import { Validity } from "./validity.ts";

/** What 64 bits hold in microseconds, and a Date in milliseconds. */
const LIMITS: Readonly<Record<TimestampUnit, readonly [bigint, bigint]>> = {
  us: bigintRange.int64,
  ms: [-8_640_000_000_000_000n, 8_640_000_000_000_000n],
};

/** Calendar days, given as "YYYY-MM-DD". */
export class DateEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly validity = new Validity();
  private days: Int32Array = new Int32Array(0);
  private length = 0;

  constructor(type: DataType, nullable: boolean) {
    this.type = type;
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.days = reserved(this.days, this.length + room, Int32Array);
    const days = this.days;
    let n = this.length;
    let lastText: unknown;
    let lastDay = 0;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (typeof value === "string") {
        if (value !== lastText) {
          const day = parseDate(value);
          if (day === undefined) {
            this.validity.clear(n);
            report(i, value, 'is no day of the calendar written "YYYY-MM-DD"');
            continue;
          }
          lastText = value;
          lastDay = day;
        }
        days[n] = lastDay;
        continue;
      }
      this.validity.clear(n);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else if (value instanceof Date) {
        report(i, value, 'is an instant, not a day; give the day as "YYYY-MM-DD" text');
      } else {
        report(i, value, 'is no "YYYY-MM-DD" text');
      }
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const data = this.days.subarray(0, length);
    this.days = new Int32Array(0);
    this.length = 0;
    return columnData(this.type, { length, data, ...this.validity.finish(length) });
  }
}

/** Instants and wall-clock readings, given as bigint in the unit, as a Date (instants only) or as ISO text. */
export class TimestampEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly unit: TimestampUnit;
  private readonly utc: boolean;
  private readonly validity = new Validity();
  private readonly buffer = new LongBuffer();
  private length = 0;

  constructor(unit: TimestampUnit, utc: boolean, type: DataType, nullable: boolean) {
    this.unit = unit;
    this.utc = utc;
    this.type = type;
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.buffer.reserve(this.length + room);
    const { words, longs } = this.buffer;
    const perMs = this.unit === "us" ? 1000 : 1;
    const [min, max] = LIMITS[this.unit];
    let n = this.length;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (typeof value === "bigint" && value >= min && value <= max) {
        longs[n] = value;
        continue;
      }
      if (typeof value === "string") {
        const micros = parseSimpleMicros(value, this.utc);
        if (micros === micros && (perMs === 1000 || micros % 1000 === 0)) {
          writeSafeInteger(words, 2 * n, perMs === 1000 ? micros : micros / 1000);
          continue;
        }
        const problem = this.appendText(value, n);
        if (problem === undefined) continue;
        this.validity.clear(n);
        report(i, value, problem);
        continue;
      }
      if (this.utc && value instanceof Date) {
        const ms = value.getTime();
        if (Number.isSafeInteger(ms * perMs)) {
          writeSafeInteger(words, 2 * n, ms * perMs);
          continue;
        }
        if (!Number.isNaN(ms)) {
          longs[n] = BigInt(ms) * BigInt(perMs);
          continue;
        }
      }
      this.validity.clear(n);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, this.expected());
      }
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const data = this.buffer.take(length);
    this.length = 0;
    return columnData(this.type, { length, data, ...this.validity.finish(length) });
  }

  /** Stores the text at `n`, or says what is wrong with it. */
  private appendText(text: string, n: number): string | undefined {
    const parsed = parseTimestamp(text);
    if (parsed === undefined) return this.expected();
    if (parsed.hasZone !== this.utc) {
      return this.utc
        ? 'has no zone, so it is no instant; add "Z" or an offset'
        : "has a zone, and the column is a wall-clock reading without one";
    }
    if (parsed.lossy || (this.unit === "ms" && parsed.micros % 1000n !== 0n)) {
      return `has digits below the ${this.unit} of the column`;
    }
    const value = this.unit === "ms" ? parsed.micros / 1000n : parsed.micros;
    const [min, max] = LIMITS[this.unit];
    if (value < min || value > max) return this.expected();
    this.buffer.longs[n] = value;
    return undefined;
  }

  private expected(): string {
    return this.utc
      ? `is no bigint in ${this.unit}, Date or ISO 8601 text with a zone`
      : `is no bigint in ${this.unit} or ISO 8601 text without a zone`;
  }
}
