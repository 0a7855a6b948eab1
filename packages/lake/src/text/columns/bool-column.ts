import { parseText } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, grown, packedBits, Token } from "./byte-column.ts";

const LOWER_T = 116;
const LOWER_F = 102;

/** Booleans, one byte each until they are taken as bits. */
export class BoolColumn extends ByteColumn {
  readonly tokens: number = Token.BOOLEAN;
  override readonly scans: number = Token.BOOLEAN;
  private values: Uint8Array = new Uint8Array(0);

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const value = bytes[at] === LOWER_T ? 1 : 0;
    if (!spells(bytes, at, value === 1 ? TRUE : FALSE)) return -1;
    this.values[row] = value;
    return value === 1 ? at + 4 : at + 5;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const size = to - from;
    if (size === 4 && bytes[from] === LOWER_T && spells(bytes, from, TRUE)) {
      this.values[row] = 1;
    } else if (size === 5 && bytes[from] === LOWER_F && spells(bytes, from, FALSE)) {
      this.values[row] = 0;
    } else {
      const parsed = parseText(this.type, asciiText(bytes, from, to));
      this.values[row] = parsed.ok && parsed.value === true ? 1 : 0;
      return parsed.ok;
    }
    return true;
  }

  protected growValues(capacity: number): void {
    this.values = grown(this.values, capacity, Uint8Array);
  }

  protected take(length: number): Buffers {
    return { data: packedBits(this.values, length) };
  }
}

const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");

function spells(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}
