/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) without waiting: a transform is synchronous, WebCrypto is not, and
 * `node:crypto` is not in browsers.
 */

const K = roundConstants();
const W = new Int32Array(64);

type State = Int32Array;

/** HMAC-SHA-256 of texts under one key, as lowercase hexadecimal digits. */
export function hmacSha256(key: Uint8Array): (text: string) => string {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? bytesOf(sha256(initial(), key, 0)) : key);
  const inner = initial();
  const outer = initial();
  compress(inner, viewOf(block.map((byte) => byte ^ 0x36)), 0);
  compress(outer, viewOf(block.map((byte) => byte ^ 0x5c)), 0);
  const encoder = new TextEncoder();
  return (text) => {
    const digest = sha256(inner.slice(), encoder.encode(text), 64);
    return hexOf(sha256(outer.slice(), bytesOf(digest), 64));
  };
}

/** Continues a state that has taken `before` bytes with the last ones. */
function sha256(state: State, bytes: Uint8Array, before: number): State {
  const whole = bytes.length & ~63;
  const view = viewOf(bytes);
  for (let at = 0; at < whole; at += 64) compress(state, view, at);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const tailView = viewOf(tail);
  tailView.setBigUint64(tail.length - 8, 8n * BigInt(before + bytes.length));
  for (let at = 0; at < tail.length; at += 64) compress(state, tailView, at);
  return state;
}

function compress(state: State, bytes: DataView, at: number): void {
  for (let t = 0; t < 16; t++) W[t] = bytes.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t++) {
    const w15 = W[t - 15]!;
    const w2 = W[t - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    W[t] = (W[t - 16]! + s0 + W[t - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + W[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
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
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractions of the square roots of the first 8 primes. */
function initial(): State {
  return Int32Array.from(primes(8), (prime) => fraction(prime, 2));
}

/** The same of the cube roots of the first 64 primes. */
function roundConstants(): Int32Array {
  return Int32Array.from(primes(64), (prime) => fraction(prime, 3));
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

/** floor(root · 2^32) modulo 2^32 in whole numbers: the largest r with r^degree ≤ n · 2^(32·degree). */
function fraction(n: number, degree: 2 | 3): number {
  const power = BigInt(degree);
  const target = BigInt(n) << (32n * power);
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** power <= target) root += bit;
  }
  return Number(BigInt.asIntN(32, root));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(state: State): Uint8Array {
  const view = new DataView(new ArrayBuffer(32));
  for (let k = 0; k < 8; k++) view.setInt32(4 * k, state[k]!);
  return new Uint8Array(view.buffer);
}

function hexOf(state: State): string {
  let hex = "";
  for (let k = 0; k < 8; k++) hex += (state[k]! >>> 0).toString(16).padStart(8, "0");
  return hex;
}
