import { columnReader, stringifyJson, validityOf } from "@lakewright/core";
import { type Data, DataType, type RecordBatch } from "apache-arrow";

/** Two hashes of 32 bits a row: what it holds, short enough to be remembered. */
interface Lanes {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

type Mix = (row: number, word: number) => void;

/**
 * What each row of a batch holds, as text of 64 bits. Equal rows have equal ones, whichever batch they are in, as long as
 * the batches are of one table; different rows have the same once in 2^64.
 */
export function fingerprints(batch: RecordBatch, names?: readonly string[]): string[] {
  const lanes: Lanes = {
    a: new Int32Array(batch.numRows).fill(0x2f0b4c47),
    b: new Int32Array(batch.numRows).fill(0x7c1592b1),
  };
  batch.schema.fields.forEach((field, k) => {
    if (!names || names.includes(field.name)) addColumn(lanes, batch.data.children[k]!, k);
  });
  return Array.from({ length: batch.numRows }, (_, i) => textOf(lanes, i));
}

/** MurmurHash3's mixing of a word, with other constants in the second lane. https://github.com/aappleby/smhasher */
function mixer({ a, b }: Lanes): Mix {
  return (row, word) => {
    let x = Math.imul(word, 0xcc9e2d51);
    x = Math.imul((x << 15) | (x >>> 17), 0x1b873593);
    let h = a[row]! ^ x;
    h = (h << 13) | (h >>> 19);
    a[row] = Math.imul(h, 5) + 0xe6546b64;
    let y = Math.imul(word, 0x239b961b);
    y = Math.imul((y << 16) | (y >>> 16), 0xab0e9789 | 0);
    h = b[row]! ^ y;
    h = (h << 17) | (h >>> 15);
    b[row] = Math.imul(h, 5) + 0x561ccd1b;
  };
}

function textOf({ a, b }: Lanes, row: number): string {
  return finished(a[row]! ^ b[row]!) + finished(b[row]!);
}

function finished(hash: number): string {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 0).toString(36).padStart(7, "0");
}

function addColumn(lanes: Lanes, data: Data, position: number): void {
  const mix = mixer(lanes);
  const add = adderOf(data, mix);
  const isValid = validityOf(data);
  for (let i = 0; i < data.length; i++) {
    // The position keeps a value from counting as that of the column beside it; nothing else mixes a null.
    mix(i, position);
    if (isValid(i)) add(i);
    else mix(i, 0x6e756c6c);
  }
}

/** Mixes the value of a row into its hashes. */
function adderOf(data: Data, mix: Mix): (row: number) => void {
  const { type } = data;
  const values = data.values as unknown;
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const bytes = values as Uint8Array;
    const offsets = data.valueOffsets as Int32Array;
    return (i) => mixBytes(mix, i, bytes, offsets[i]!, offsets[i + 1]!);
  }
  const width = fixedWords(type);
  if (width !== undefined) {
    const view = values as Int32Array | BigInt64Array;
    if (width === 0) {
      const numbers = values as ArrayLike<number>;
      return (i) => mix(i, numbers[i]!);
    }
    const words = new Int32Array(view.buffer, view.byteOffset, view.byteLength >> 2);
    return (i) => {
      for (let k = 0; k < width; k++) mix(i, words[width * i + k]!);
    };
  }
  const read = columnReader(data);
  const encoder = new TextEncoder();
  return (i) => {
    const value = read(i);
    const bytes = encoder.encode(typeof value === "string" ? value : stringifyJson(value));
    mixBytes(mix, i, bytes, 0, bytes.length);
  };
}

/** Words of four bytes a value has; 0 for smaller integers; undefined where it has no fixed width. */
function fixedWords(type: DataType): number | undefined {
  if (DataType.isInt(type)) return type.bitWidth < 32 ? 0 : type.bitWidth / 32;
  if (DataType.isFloat(type))
    return type.precision === 1 ? 1 : type.precision === 2 ? 2 : undefined;
  if (DataType.isDate(type)) return type.unit === 0 ? 1 : 2;
  if (DataType.isTimestamp(type)) return 2;
  if (DataType.isDecimal(type)) return type.bitWidth / 32;
  return undefined;
}

/** Text and bytes end with their length: "ab", "c" is not "a", "bc". */
function mixBytes(mix: Mix, row: number, bytes: Uint8Array, from: number, to: number): void {
  let k = from;
  for (; k + 4 <= to; k += 4) {
    mix(row, bytes[k]! | (bytes[k + 1]! << 8) | (bytes[k + 2]! << 16) | (bytes[k + 3]! << 24));
  }
  let rest = 0;
  for (let shift = 0; k < to; k++, shift += 8) rest |= bytes[k]! << shift;
  mix(row, rest);
  mix(row, to - from);
}
