/** Rotations of the four rounds. */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** The MD5 of bytes in hexadecimal (RFC 1321). Web Crypto has none, and Delta's checksums are MD5. */
export function md5(bytes: Uint8Array): string {
  const length = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, bytes.length << 3, true);
  view.setUint32(length - 4, Math.floor(bytes.length / 2 ** 29), true);
  const state = Uint32Array.from(START);
  for (let from = 0; from < length; from += 64) addBlock(state, view, from);
  const hex = new DataView(state.buffer);
  state.forEach((word, k) => hex.setUint32(4 * k, word, true));
  return Array.from(new Uint8Array(state.buffer), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function addBlock(state: Uint32Array, view: DataView, from: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] =
      round === 0
        ? [(b & c) | (~b & d), i]
        : round === 1
          ? [(d & b) | (~d & c), (5 * i + 1) & 15]
          : round === 2
            ? [b ^ c ^ d, (3 * i + 5) & 15]
            : [c ^ (b | ~d), (7 * i) & 15];
    const sum = (a + mixed + SINES[i]! + view.getUint32(from + 4 * word, true)) | 0;
    const rotation = ROTATIONS[4 * round + (i & 3)]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}
