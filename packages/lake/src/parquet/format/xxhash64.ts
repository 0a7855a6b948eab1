/** The primes of XXH64, as high and low 32 bits. */
const P1 = [0x9e3779b1, 0x85ebca87] as const;
const P2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const P3 = [0x165667b1, 0x9e3779f9] as const;
const P4 = [0x85ebca77, 0xc2b2ae63] as const;
const P5 = [0x27d4eb2f, 0x165667c5] as const;

type Words = readonly [number, number];

const LANES = 4;

/**
 * XXH64 with seed 0, in 32-bit words: a BigInt for every step would take twenty times as long.
 * Source: xxHash, doc/xxhash_spec.md.
 */
export class Xxhash64 {
  /** The hash of the last bytes hashed. */
  high = 0;
  low = 0;
  private readonly laneHigh = new Int32Array(LANES);
  private readonly laneLow = new Int32Array(LANES);

  hash(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    if (to - from >= 32) at = this.stripes(bytes, from, to);
    else this.set(P5[0], P5[1]);
    this.add(0, to - from);
    for (; at + 8 <= to; at += 8) {
      const high = this.high;
      const low = this.low;
      this.round(0, 0, word(bytes, at + 4), word(bytes, at));
      this.set(this.high ^ high, this.low ^ low);
      this.rotate(27);
      this.multiply(P1);
      this.add(P4[0], P4[1]);
    }
    if (at + 4 <= to) {
      const { high, low } = this;
      this.set(0, word(bytes, at));
      this.multiply(P1);
      this.set(this.high ^ high, this.low ^ low);
      this.rotate(23);
      this.multiply(P2);
      this.add(P3[0], P3[1]);
      at += 4;
    }
    for (; at < to; at++) {
      const { high, low } = this;
      this.set(0, bytes[at]!);
      this.multiply(P5);
      this.set(this.high ^ high, this.low ^ low);
      this.rotate(11);
      this.multiply(P1);
    }
    this.shiftXor(33);
    this.multiply(P2);
    this.shiftXor(29);
    this.multiply(P3);
    this.shiftXor(32);
  }

  /** Takes 32 bytes at a time, and returns where it ended. */
  private stripes(bytes: Uint8Array, from: number, to: number): number {
    const { laneHigh, laneLow } = this;
    this.set(P1[0], P1[1]);
    this.add(P2[0], P2[1]);
    this.keep(0);
    this.set(P2[0], P2[1]);
    this.keep(1);
    this.set(0, 0);
    this.keep(2);
    this.set(~P1[0], ~P1[1]);
    this.add(0, 1);
    this.keep(3);
    let at = from;
    for (; at + 32 <= to; at += 32) {
      for (let lane = 0; lane < LANES; lane++) {
        const place = at + 8 * lane;
        this.round(laneHigh[lane]!, laneLow[lane]!, word(bytes, place + 4), word(bytes, place));
        this.keep(lane);
      }
    }
    let high = 0;
    let low = 0;
    for (const [lane, bits] of [1, 7, 12, 18].entries()) {
      this.set(laneHigh[lane]!, laneLow[lane]!);
      this.rotate(bits);
      this.add(high, low);
      ({ high, low } = this);
    }
    for (let lane = 0; lane < LANES; lane++) {
      ({ high, low } = this);
      this.round(0, 0, laneHigh[lane]!, laneLow[lane]!);
      this.set(this.high ^ high, this.low ^ low);
      this.multiply(P1);
      this.add(P4[0], P4[1]);
    }
    return at;
  }

  /** rotate(accumulator + input × P2, 31) × P1. */
  private round(high: number, low: number, inputHigh: number, inputLow: number): void {
    this.set(inputHigh, inputLow);
    this.multiply(P2);
    this.add(high, low);
    this.rotate(31);
    this.multiply(P1);
  }

  private keep(lane: number): void {
    this.laneHigh[lane] = this.high;
    this.laneLow[lane] = this.low;
  }

  private set(high: number, low: number): void {
    this.high = high | 0;
    this.low = low | 0;
  }

  private add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
    this.low = sum | 0;
  }

  private rotate(bits: number): void {
    const { high, low } = this;
    const rest = 32 - bits;
    this.high = (high << bits) | (low >>> rest);
    this.low = (low << bits) | (high >>> rest);
  }

  private shiftXor(bits: number): void {
    const { high, low } = this;
    if (bits >= 32) this.low = low ^ (high >>> (bits - 32));
    else this.set(high ^ (high >>> bits), low ^ ((low >>> bits) | (high << (32 - bits))));
  }

  private multiply([otherHigh, otherLow]: Words): void {
    const { high, low } = this;
    const a0 = low & 0xffff;
    const a1 = low >>> 16;
    const b0 = otherLow & 0xffff;
    const b1 = otherLow >>> 16;
    const p00 = a0 * b0;
    const p01 = a0 * b1;
    const p10 = a1 * b0;
    const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
    const carried = a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
    this.low = (middle << 16) | (p00 & 0xffff);
    this.high = (carried + Math.imul(high, otherLow) + Math.imul(low, otherHigh)) | 0;
  }
}

/** A little-endian word. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
