/** 64-bit integers written as pairs of little-endian words, so that no bigint is made for those that need none. */
export class Longs {
  words: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  longs: BigInt64Array<ArrayBuffer> = new BigInt64Array(0);

  grow(capacity: number): void {
    if (capacity <= this.longs.length) return;
    const old = this.words;
    this.restart(capacity);
    this.words.set(old);
  }

  /** All of them; new ones of the same capacity take their place. */
  take(): BigInt64Array<ArrayBuffer> {
    const taken = this.longs;
    this.restart(taken.length);
    return taken;
  }

  /** Writes a safe integer. */
  write(at: number, value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.words[2 * at] = value - high * 0x1_0000_0000;
    this.words[2 * at + 1] = high;
  }

  private restart(capacity: number): void {
    this.words = new Uint32Array(2 * capacity);
    this.longs = new BigInt64Array(this.words.buffer);
  }
}

/** Digits a double holds whatever they are. */
export const SAFE_DIGITS = 15;
