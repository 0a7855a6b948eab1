import { type Data, type DataType } from "apache-arrow";
import { Decimal } from "../../values/decimal.ts";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { reserved, writeSafeInteger } from "./numbers.ts";
import { lengthOfTexts } from "./text.ts";
import { Validity } from "./validity.ts";

const FAST_DIGITS = 15;
const POWERS = Array.from({ length: FAST_DIGITS + 1 }, (_, i) => 10 ** i);

/** Exact decimals as 128-bit integers, given as Decimal, text, integer bigint, or number whose shortest text fits. */
export class DecimalEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly scale: number;
  private readonly limit: bigint;
  private readonly fastLimit: number;
  private readonly expected: string;
  private readonly validity = new Validity();
  private words: Uint32Array = new Uint32Array(0);
  private length = 0;

  constructor(precision: number, scale: number, type: DataType, nullable: boolean) {
    this.type = type;
    this.nullable = nullable;
    this.scale = scale;
    this.limit = 10n ** BigInt(precision);
    this.fastLimit = 10 ** Math.min(precision, FAST_DIGITS);
    this.expected = `does not fit decimal(${precision}, ${scale})`;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.words = reserved(this.words, 4 * (this.length + room), Uint32Array);
    const { words, scale, fastLimit } = this;
    let n = this.length;
    const anyText = lengthOfTexts(values, count) > 0;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (anyText && typeof value === "string") {
        const unscaled = parseSimple(value, scale);
        if (unscaled < fastLimit && unscaled > -fastLimit) {
          writeFast(words, 4 * n, unscaled);
          continue;
        }
      } else if (value instanceof Decimal && value.scale === scale) {
        this.write(n, i, value, value.unscaled, report);
        continue;
      }
      if (isMissing(value)) {
        this.validity.clear(n);
        if (!this.nullable) report(i, value, MISSING);
        continue;
      }
      this.writeAny(n, i, value, report);
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const data = this.words.subarray(0, 4 * length);
    this.words = new Uint32Array(0);
    this.length = 0;
    return columnData(this.type, { length, data, ...this.validity.finish(length) });
  }

  private writeAny(n: number, i: number, value: unknown, report: Report): void {
    let exact: Decimal | undefined;
    try {
      if (
        value instanceof Decimal ||
        typeof value === "string" ||
        typeof value === "number" ||
        typeof value === "bigint"
      ) {
        exact = Decimal.from(value).rescale(this.scale);
      }
    } catch {
      exact = undefined;
    }
    if (exact === undefined) {
      this.validity.clear(n);
      report(i, value, this.expected);
    } else {
      this.write(n, i, value, exact.unscaled, report);
    }
  }

  private write(n: number, i: number, value: unknown, unscaled: bigint, report: Report): void {
    if (unscaled >= this.limit || unscaled <= -this.limit) {
      this.validity.clear(n);
      report(i, value, this.expected);
      return;
    }
    const at = 4 * n;
    let rest = unscaled;
    for (let k = 0; k < 4; k++) {
      this.words[at + k] = Number(BigInt.asUintN(32, rest));
      rest >>= 32n;
    }
  }
}

/** Digits, one optional point, an optional minus, at most 15 digits once scaled: the unscaled number; NaN for any other text. */
function parseSimple(text: string, scale: number): number {
  const end = text.length;
  let at = 0;
  const negative = text.charCodeAt(0) === 45;
  if (negative) at = 1;
  let value = 0;
  let count = 0;
  let point = -1;
  for (; at < end; at++) {
    const c = text.charCodeAt(at);
    if (c >= 48 && c <= 57) {
      value = value * 10 + (c - 48);
      count++;
    } else if (c === 46 && point < 0) {
      point = count;
    } else {
      return NaN;
    }
  }
  const missing = scale - (point < 0 ? 0 : count - point);
  if (count === 0 || missing < 0 || count + missing > FAST_DIGITS) return NaN;
  value *= POWERS[missing]!;
  return negative ? -value : value;
}

function writeFast(words: Uint32Array, at: number, value: number): void {
  writeSafeInteger(words, at, value);
  if (value < 0) {
    words[at + 2] = 0xffffffff;
    words[at + 3] = 0xffffffff;
  }
}
