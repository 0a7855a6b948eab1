import type { LogicalType } from "@lakewright/core";
import type { Bound, Key } from "../where/bind.ts";
import { compareKeys } from "../where/compare.ts";
import type { KeyColumn, KeyIndex } from "./key-index.ts";

/** Keys that are listed one by one; of more only the least and the greatest are told. */
const MOST_LISTED = 256;

/** What a column of the table must meet to equal one of the keys, as far as statistics can tell. */
export function keyBound(
  column: string,
  type: LogicalType,
  keys: KeyColumn,
  { ids, size }: KeyIndex,
): Bound {
  if (size === 0) return { op: "constant", column, value: false };
  const keyAt = keyReader(type, keys);
  if (size <= MOST_LISTED) {
    const listed = new Array<Key>(size);
    for (let row = 0; row < ids.length; row++) if (ids[row]! >= 0) listed[ids[row]!] = keyAt(row);
    return { op: "inList", column, keys: listed };
  }
  const compare = comparerOf(keys, keyAt);
  let least = -1;
  let greatest = -1;
  for (let row = 0, seen = -1; row < ids.length; row++) {
    // Keys are numbered as they come: one already seen has a smaller number.
    if (ids[row]! <= seen) continue;
    seen = ids[row]!;
    if (least < 0 || compare(row, least) < 0) least = row;
    if (greatest < 0 || compare(row, greatest) > 0) greatest = row;
  }
  return {
    op: "and",
    terms: [
      { op: "gte", column, key: keyAt(least) },
      { op: "lte", column, key: keyAt(greatest) },
    ],
  };
}

/** Compares the keys of two rows. The bytes of text are in the order of its code points. */
function comparerOf(
  keys: KeyColumn,
  keyAt: (row: number) => Key,
): (a: number, b: number) => number {
  if (keys.kind === "words") return (a, b) => compareKeys(keyAt(a), keyAt(b));
  const { bytes, offsets } = keys;
  return (a, b) => {
    let [i, j] = [offsets[a]!, offsets[b]!];
    const [endA, endB] = [offsets[a + 1]!, offsets[b + 1]!];
    while (i < endA && j < endB) {
      const order = bytes[i++]! - bytes[j++]!;
      if (order !== 0) return order;
    }
    return endA - i - (endB - j);
  };
}

/** Reads keys as conditions compare them. */
function keyReader(type: LogicalType, keys: KeyColumn): (row: number) => Key {
  if (keys.kind === "bytes") {
    const { bytes, offsets } = keys;
    if (type.kind === "binary") {
      return (row) => bytes.subarray(offsets[row]!, offsets[row + 1]!);
    }
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return (row) => decoder.decode(bytes.subarray(offsets[row]!, offsets[row + 1]!));
  }
  const { words } = keys;
  const { buffer, byteOffset, length } = words;
  switch (type.kind) {
    case "float32":
      return at(new Float32Array(buffer, byteOffset, length));
    case "uint32":
      return at(new Uint32Array(buffer, byteOffset, length));
    case "float64":
      return at(new Float64Array(buffer, byteOffset, length / 2));
    case "uint64":
      return at(new BigUint64Array(buffer, byteOffset, length / 2));
    case "int64":
    case "timestamp":
      return at(new BigInt64Array(buffer, byteOffset, length / 2));
    case "decimal":
      return (row) => decimalAt(words, 4 * row);
    default:
      return at(words);
  }
}

function at(values: ArrayLike<number> | ArrayLike<bigint>): (row: number) => Key {
  return (row) => values[row]!;
}

/** The unscaled digits of a decimal of four words, the least first. */
function decimalAt(words: Int32Array, at: number): bigint {
  let digits = BigInt(words[at + 3]!);
  for (let k = 2; k >= 0; k--) digits = (digits << 32n) | BigInt(words[at + k]! >>> 0);
  return digits;
}
