/** SHA-256 of FIPS 180-4, for many small messages at once: WebCrypto answers each with a promise of its own. */

const K = Int32Array.from(
  (
    "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 " +
    "72be5d74 80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da " +
    "983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 " +
    "650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 " +
    "19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 " +
    "90befffa a4506ceb bef9a3f7 c67178f2"
  )
    .split(" ")
    .map((word) => parseInt(word, 16)),
);
const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const DIGITS = new TextEncoder().encode("0123456789abcdef");

/** Characters of a digest in hexadecimal. */
export const HEX_BYTES = 64;

/** Hashes messages one after the other; the arrays it works in are used again. */
export class Sha256 {
  private readonly words: Int32Array = new Int32Array(64);
  private readonly state: Int32Array = new Int32Array(8);
  private readonly tail: Uint8Array = new Uint8Array(128);

  /** Writes the digest of `bytes[from, to)` to `out` at `at`, as 64 hexadecimal digits in ASCII. */
  digest(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): void {
    const { state, tail } = this;
    state.set(START);
    let block = from;
    for (; to - block >= 64; block += 64) this.compress(bytes, block);
    const rest = to - block;
    tail.fill(0);
    tail.set(bytes.subarray(block, to));
    tail[rest] = 0x80;
    const end = rest < 56 ? 64 : 128;
    const length = to - from;
    new DataView(tail.buffer).setUint32(end - 8, Math.floor(length / 2 ** 29));
    new DataView(tail.buffer).setUint32(end - 4, length << 3);
    for (let k = 0; k < end; k += 64) this.compress(tail, k);
    for (let k = 0; k < 8; k++) {
      for (let nibble = 0; nibble < 8; nibble++) {
        out[at + 8 * k + nibble] = DIGITS[(state[k]! >>> (28 - 4 * nibble)) & 15]!;
      }
    }
  }

  private compress(bytes: Uint8Array, at: number): void {
    const { words: w, state } = this;
    for (let i = 0, k = at; i < 16; i++, k += 4) {
      w[i] = (bytes[k]! << 24) | (bytes[k + 1]! << 16) | (bytes[k + 2]! << 8) | bytes[k + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = (state[0]! + a) | 0;
    state[1] = (state[1]! + b) | 0;
    state[2] = (state[2]! + c) | 0;
    state[3] = (state[3]! + d) | 0;
    state[4] = (state[4]! + e) | 0;
    state[5] = (state[5]! + f) | 0;
    state[6] = (state[6]! + g) | 0;
    state[7] = (state[7]! + h) | 0;
  }
}
