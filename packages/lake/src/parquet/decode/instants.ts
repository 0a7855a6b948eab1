import { Malformed, Unreadable } from "../format/malformed.ts";

const JULIAN_DAY_OF_1970 = 2_440_588;
const MICROS_A_DAY = 86_400_000_000;

/** Microseconds of nanoseconds, where that loses nothing. */
export function microsOfNanos(nanos: BigInt64Array): BigInt64Array {
  const micros = new BigInt64Array(nanos.length);
  for (let i = 0; i < nanos.length; i++) {
    const value = nanos[i]! / 1000n;
    if (value * 1000n !== nanos[i]) throw tooFine(nanos[i]!);
    micros[i] = value;
  }
  return micros;
}

/** Microseconds of INT96: eight bytes of nanoseconds in the day and four of the Julian day. */
export function microsOfInt96(words: Int32Array, length: number): BigInt64Array {
  const micros = new BigInt64Array(length);
  const out = new Int32Array(micros.buffer);
  for (let i = 0; i < length; i++) {
    const low = words[3 * i]! >>> 0;
    const high = words[3 * i + 1]!;
    const day = words[3 * i + 2]!;
    const nanos = high * 2 ** 32 + low;
    if (!Number.isSafeInteger(nanos)) throw new Malformed(`a day has ${nanos} nanoseconds.`);
    if (nanos % 1000 !== 0) throw tooFine(BigInt(nanos));
    const total = (day - JULIAN_DAY_OF_1970) * MICROS_A_DAY + nanos / 1000;
    if (Number.isSafeInteger(total)) {
      out[2 * i] = total % 2 ** 32;
      out[2 * i + 1] = Math.floor(total / 2 ** 32);
    } else {
      micros[i] = BigInt(day - JULIAN_DAY_OF_1970) * BigInt(MICROS_A_DAY) + BigInt(nanos / 1000);
    }
  }
  return micros;
}

function tooFine(nanos: bigint): Error {
  return new Unreadable(
    `a timestamp has ${((nanos % 1000n) + 1000n) % 1000n} nanoseconds beyond its microseconds, which a table column cannot hold.`,
    "Leave the column out (`columns`), or write the file anew with microseconds.",
  );
}
