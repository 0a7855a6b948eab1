import { type Column, type Decimal, parseText } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, grown, Token } from "./byte-column.ts";
import { SAFE_DIGITS } from "./longs.ts";

const MINUS = 45;
const POINT = 46;
const POWERS: readonly number[] = Array.from({ length: SAFE_DIGITS + 1 }, (_, i) => 10 ** i);

/** Exact decimals as 128-bit integers. JSON may have them as numbers or as text. */
export class DecimalColumn extends ByteColumn {
  readonly tokens: number = Token.NUMBER | Token.TEXT;
  private words: Uint32Array = new Uint32Array(0);
  private readonly scale: number;
  private readonly limit: number;

  constructor(column: Column, precision: number, scale: number) {
    super(column);
    this.scale = scale;
    this.limit = 10 ** Math.min(precision, SAFE_DIGITS);
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const unscaled = simpleDecimal(bytes, from, to, this.scale);
    if (unscaled < this.limit && unscaled > -this.limit) {
      const high = Math.floor(unscaled / 0x1_0000_0000);
      const { words } = this;
      const sign = unscaled < 0 ? 0xffff_ffff : 0;
      words[4 * row] = unscaled - high * 0x1_0000_0000;
      words[4 * row + 1] = high;
      words[4 * row + 2] = sign;
      words[4 * row + 3] = sign;
      return true;
    }
    const parsed = parseText(this.type, asciiText(bytes, from, to));
    if (parsed.ok) this.write(row, (parsed.value as Decimal).unscaled);
    return parsed.ok;
  }

  protected growValues(capacity: number): void {
    this.words = grown(this.words, 4 * capacity, Uint32Array);
  }

  protected take(length: number): Buffers {
    const data = this.words.subarray(0, 4 * length);
    this.words = new Uint32Array(this.words.length);
    return { data };
  }

  private write(row: number, unscaled: bigint): void {
    for (let k = 0; k < 4; k++) {
      this.words[4 * row + k] = Number(BigInt.asUintN(32, unscaled >> BigInt(32 * k)));
    }
  }
}

/** Digits, one optional point, an optional minus, at most 15 digits once scaled: the unscaled number; NaN for any other text. */
function simpleDecimal(bytes: Uint8Array, from: number, to: number, scale: number): number {
  const negative = bytes[from] === MINUS;
  let value = 0;
  let count = 0;
  let point = -1;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const c = bytes[at]!;
    if (c >= 48 && c <= 57) {
      value = value * 10 + (c - 48);
      count++;
    } else if (c === POINT && point < 0) {
      point = count;
    } else {
      return NaN;
    }
  }
  const missing = scale - (point < 0 ? 0 : count - point);
  if (count === 0 || missing < 0 || count + missing > SAFE_DIGITS) return NaN;
  value *= POWERS[missing]!;
  return negative ? -value : value;
}
