const NO_RUNS = 12_346;
const WITH_RUNS = 12_347;
const OFFSETS_FROM = 4;
const ARRAY_LIMIT = 4096;
const BITMAP_BYTES = 8192;

/** The values that share their upper 16 bits. */
interface Container {
  readonly key: number;
  /** Where they are among the values. */
  readonly from: number;
  readonly to: number;
  readonly runs: number;
}

/**
 * One 32-bit Roaring bitmap of ascending values, each container in its smallest form: array, bitmap or runs.
 * Source: RoaringFormatSpec, "General layout".
 */
export function formatRoaring(values: Uint32Array): Uint8Array {
  const containers = containersOf(values);
  const hasRuns = containers.some(isRun);
  const flagBytes = hasRuns ? (containers.length + 7) >> 3 : 0;
  const hasOffsets = !hasRuns || containers.length >= OFFSETS_FROM;
  const header =
    (hasRuns ? 4 : 8) +
    flagBytes +
    4 * containers.length +
    (hasOffsets ? 4 * containers.length : 0);
  const bytes = new Uint8Array(containers.reduce((sum, each) => sum + sizeOf(each), header));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, hasRuns ? WITH_RUNS | ((containers.length - 1) << 16) : NO_RUNS, true);
  if (!hasRuns) view.setUint32(4, containers.length, true);
  let at = hasRuns ? 4 : 8;
  for (const [k, container] of containers.entries()) {
    if (isRun(container)) bytes[at + (k >> 3)]! |= 1 << (k & 7);
  }
  at += flagBytes;
  for (const { key, from, to } of containers) {
    view.setUint16(at, key, true);
    view.setUint16(at + 2, to - from - 1, true);
    at += 4;
  }
  let data = header;
  for (const container of containers) {
    if (hasOffsets) view.setUint32(at, data, true);
    at += 4;
    write(container, values, view, data);
    data += sizeOf(container);
  }
  return bytes;
}

function containersOf(values: Uint32Array): Container[] {
  const containers: Container[] = [];
  for (let from = 0; from < values.length;) {
    const key = values[from]! >>> 16;
    let to = from + 1;
    let runs = 1;
    for (; to < values.length && values[to]! >>> 16 === key; to++) {
      if (values[to]! !== values[to - 1]! + 1) runs++;
    }
    containers.push({ key, from, to, runs });
    from = to;
  }
  return containers;
}

function isRun(container: Container): boolean {
  return runBytes(container) < plainBytes(container);
}

function sizeOf(container: Container): number {
  return Math.min(runBytes(container), plainBytes(container));
}

function runBytes({ runs }: Container): number {
  return 2 + 4 * runs;
}

function plainBytes({ from, to }: Container): number {
  return to - from <= ARRAY_LIMIT ? 2 * (to - from) : BITMAP_BYTES;
}

function write(container: Container, values: Uint32Array, view: DataView, start: number): void {
  const { from, to, runs } = container;
  let at = start;
  if (isRun(container)) {
    view.setUint16(at, runs, true);
    at += 2;
    for (let first = from; first < to;) {
      let last = first;
      while (last + 1 < to && values[last + 1] === values[last]! + 1) last++;
      view.setUint16(at, values[first]! & 0xffff, true);
      view.setUint16(at + 2, last - first, true);
      at += 4;
      first = last + 1;
    }
  } else if (to - from <= ARRAY_LIMIT) {
    for (let i = from; i < to; i++, at += 2) view.setUint16(at, values[i]! & 0xffff, true);
  } else {
    for (let i = from; i < to; i++) {
      const byte = at + ((values[i]! & 0xffff) >> 3);
      view.setUint8(byte, view.getUint8(byte) | (1 << (values[i]! & 7)));
    }
  }
}
