const NO_RUNS = 12_346;
const WITH_RUNS = 12_347;
const OFFSETS_FROM = 4;
const ARRAY_LIMIT = 4096;
const BITMAP_BYTES = 8192;

/**
 * Reads one 32-bit Roaring bitmap and adds what it holds, plus a base, to `into`, in order; returns where it ends.
 * Source: RoaringFormatSpec, "General layout".
 *
 * @throws RangeError where the bytes end too early or do not begin with a cookie.
 */
export function readRoaring(
  bytes: Uint8Array,
  start: number,
  base: number,
  into: { push(value: number): void },
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  const u16 = (): number => {
    at += 2;
    return view.getUint16(at - 2, true);
  };
  const u32 = (): number => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const cookie = u32();
  const hasRuns = (cookie & 0xffff) === WITH_RUNS;
  if (!hasRuns && cookie !== NO_RUNS) throw new RangeError(`${cookie} is no cookie of a bitmap`);
  const containers = hasRuns ? (cookie >>> 16) + 1 : u32();
  const runFlags = at;
  if (hasRuns) at += (containers + 7) >> 3;
  const keys: number[] = [];
  const sizes: number[] = [];
  for (let c = 0; c < containers; c++) {
    keys.push(u16());
    sizes.push(u16() + 1);
  }
  if (!hasRuns || containers >= OFFSETS_FROM) at += 4 * containers;
  for (let c = 0; c < containers; c++) {
    const low = base + keys[c]! * 0x1_0000;
    if (hasRuns && (view.getUint8(runFlags + (c >> 3)) & (1 << (c & 7))) !== 0) {
      for (let runs = u16(); runs > 0; runs--) {
        const first = low + u16();
        for (let last = first + u16(), value = first; value <= last; value++) into.push(value);
      }
    } else if (sizes[c]! <= ARRAY_LIMIT) {
      for (let k = 0; k < sizes[c]!; k++) into.push(low + u16());
    } else {
      for (let k = 0; k < BITMAP_BYTES; k++) {
        let byte = view.getUint8(at + k);
        for (; byte !== 0; byte &= byte - 1) into.push(low + 8 * k + trailingZeros(byte));
      }
      at += BITMAP_BYTES;
    }
  }
  return at;
}

function trailingZeros(byte: number): number {
  return 31 - Math.clz32(byte & -byte);
}
