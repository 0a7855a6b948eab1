/** A repeatable source of random numbers: xoshiro128**, seeded by splitmix32. Not for secrets. */
export interface Random {
  /** A double in [0, 1) with 53 random bits. */
  next(): number;
  /** An integer in [0, limit), without bias; `limit` up to 2^32. */
  integer(limit: number): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /** An element of the array. */
  pick<T>(items: readonly T[]): T;
  /** Shuffles the array in place (Fisher–Yates) and returns it. */
  shuffle<T>(items: T[]): T[];
  /** An independent source for a part of the work: the same parent seed and key give the same source. */
  fork(key: number): Random;
}

/**
 * A {@link Random} of a seed (any safe integer). The same seed gives the same numbers in Node and in browsers.
 *
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018).
 */
export function seededRandom(seed: number): Random {
  return new Xoshiro128(seed);
}

class Xoshiro128 implements Random {
  private readonly seed: number;
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare: number | undefined;

  constructor(seed: number) {
    this.seed = seed;
    const mix = splitmix32((seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0);
    this.a = mix();
    this.b = mix();
    this.c = mix();
    this.d = mix();
  }

  next(): number {
    return ((this.uint32() >>> 5) * 0x400_0000 + (this.uint32() >>> 6)) / 0x20_0000_0000_0000;
  }

  integer(limit: number): number {
    // Rejection keeps it unbiased: draws past the last whole multiple of the limit are thrown away.
    const bound = 0x1_0000_0000 - (0x1_0000_0000 % limit);
    let draw = this.uint32();
    while (draw >= bound) draw = this.uint32();
    return draw % limit;
  }

  normal(): number {
    if (this.spare !== undefined) {
      const spare = this.spare;
      this.spare = undefined;
      return spare;
    }
    // Marsaglia's polar method gives two draws at a time.
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.spare = v * factor;
        return u * factor;
      }
    }
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)]!;
  }

  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }

  fork(key: number): Random {
    const mix = splitmix32((Math.imul(this.seed, 0x9e37_79b1) + key) >>> 0);
    return new Xoshiro128(mix() * 0x20_0000 + (mix() >>> 11));
  }

  private uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.b, 5), 7), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotateLeft(this.d, 11);
    return result;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0_aaad);
    z = z ^ (z >>> 15);
    z = Math.imul(z, 0x735a_2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}
