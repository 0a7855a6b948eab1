import { type Column, type Decimal, parseText } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, grown, Token } from "./byte-column.ts";
import { SAFE_DIGITS } from "./longs.ts";
import { PlainNumber, POWERS } from "./plain-number.ts";

const number = new PlainNumber();

/** Exact decimals as 128-bit integers. JSON may have them as numbers or as text. */
export class DecimalColumn extends ByteColumn {
  readonly tokens: number = Token.NUMBER | Token.TEXT;
  override readonly scans: number = Token.NUMBER;
  private words: Uint32Array = new Uint32Array(0);
  private readonly scale: number;
  private readonly limit: number;

  constructor(column: Column, precision: number, scale: number) {
    super(column);
    this.scale = scale;
    this.limit = 10 ** Math.min(precision, SAFE_DIGITS);
  }

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const end = number.read(bytes, at);
    const missing = this.scale - number.decimals;
    if (end < 0 || missing < 0 || number.digits + missing > SAFE_DIGITS) return -1;
    const { words } = this;
    let unscaled = (number.high * POWERS[number.lowDigits]! + number.low) * POWERS[missing]!;
    if (unscaled >= this.limit) return -1;
    if (number.negative) unscaled = -unscaled;
    const high = Math.floor(unscaled / 0x1_0000_0000);
    const sign = unscaled < 0 ? 0xffff_ffff : 0;
    words[4 * row] = unscaled - high * 0x1_0000_0000;
    words[4 * row + 1] = high;
    words[4 * row + 2] = sign;
    words[4 * row + 3] = sign;
    return end;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scan(bytes, from, row) === to) return true;
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
