import { toArrowType } from "@lakewright/core";
import { type Data, Dictionary, Int32, makeData, Utf8, Vector } from "apache-arrow";
import { Physical } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import type { ReadLeaf, ReadNode } from "../schema/read-tree.ts";
import type { BoolValues } from "./bool-values.ts";
import type { ByteValues } from "./byte-values.ts";
import type { AnyValues } from "./column-chunk.ts";
import { decimalsOfBytes, decimalsOfFixed, decimalsOfInt32, decimalsOfInt64 } from "./decimals.ts";
import { expandBits, expandFixed, expandOffsets } from "./expand.ts";
import type { FixedValues } from "./fixed-values.ts";
import { microsOfInt96, microsOfNanos } from "./instants.ts";
import type { Places } from "./places.ts";

/**
 * Arrow data of a column. One that is not nullable has no bitmap: where a struct around it is null, its values are just
 * some.
 */
export function arrowData({ column }: ReadNode, places: Places, parts: object): Data {
  const { length } = places;
  const isThere = column.nullable && places.validity;
  const validity = isThere
    ? { nullCount: places.nullCount, nullBitmap: places.validity }
    : { nullCount: 0 };
  const type = toArrowType(column.type);
  // The overloads of `makeData` cannot see a type known only when the program runs.
  return makeData({ type, length, ...validity, ...parts } as never) as Data;
}

/** The values of a leaf column at their places, as Arrow data of its type. */
export function leafData(leaf: ReadLeaf, values: AnyValues, places: Places): Data {
  const present = places.length - places.nullCount;
  if (values.count !== present)
    throw new Malformed(`it has ${values.count} values for ${present} places.`);
  if (leaf.physical === Physical.BOOLEAN)
    return arrowData(leaf, places, { data: expandBits((values as BoolValues).bits, places) });
  if (leaf.physical === Physical.BYTE_ARRAY) return byteData(leaf, values as ByteValues, places);
  const fixed = values as FixedValues;
  expandFixed(fixed.bytes, fixed.width, present, places);
  return leaf.column.type.kind === "binary"
    ? arrowData(leaf, places, {
        data: fixed.bytes.subarray(0, places.length * fixed.width),
        valueOffsets: Int32Array.from({ length: places.length + 1 }, (_, i) => i * fixed.width),
      })
    : arrowData(leaf, places, { data: fixedData(leaf, fixed, places.length) });
}

function byteData(leaf: ReadLeaf, values: ByteValues, places: Places): Data {
  if (values.coded) return codedData(values.coded, places);
  const valueOffsets = expandOffsets(values.offsets, places.length - places.nullCount, places);
  if (leaf.column.type.kind === "decimal")
    return arrowData(leaf, places, { data: decimalsOfBytes(values.bytes, valueOffsets) });
  return arrowData(leaf, places, { data: values.bytes, valueOffsets });
}

const textDictionary = new Dictionary(new Utf8(), new Int32());

/** Text as a dictionary. */
function codedData({ codes, dictionary }: NonNullable<ByteValues["coded"]>, places: Places): Data {
  const { length, nullCount, validity } = places;
  expandFixed(new Uint8Array(codes.buffer), 4, length - nullCount, places);
  const texts = makeData({
    type: textDictionary.dictionary,
    length: dictionary.count,
    nullCount: 0,
    valueOffsets: dictionary.offsets,
    data: dictionary.bytes,
  });
  return makeData({
    type: textDictionary,
    length,
    nullCount,
    ...(validity && { nullBitmap: validity }),
    data: codes.subarray(0, length),
    dictionary: new Vector([texts]),
  });
}

/** The values as the array that Arrow has for the type. */
function fixedData(leaf: ReadLeaf, values: FixedValues, length: number): ArrayBufferView {
  const { buffer } = values.bytes;
  const { physical, stored } = leaf;
  const { kind } = leaf.column.type;
  switch (kind) {
    case "int8":
      return narrowed(new Int32Array(buffer, 0, length), Int8Array, kind);
    case "int16":
      return narrowed(new Int32Array(buffer, 0, length), Int16Array, kind);
    case "uint8":
      return narrowed(new Int32Array(buffer, 0, length), Uint8Array, kind);
    case "uint16":
      return narrowed(new Int32Array(buffer, 0, length), Uint16Array, kind);
    case "int32":
    case "date":
      return new Int32Array(buffer, 0, length);
    case "uint32":
      return new Uint32Array(buffer, 0, length);
    case "int64":
      return new BigInt64Array(buffer, 0, length);
    case "uint64":
      return new BigUint64Array(buffer, 0, length);
    case "float32":
      return stored.float16
        ? floatsOfHalves(new Uint16Array(buffer, 0, length))
        : new Float32Array(buffer, 0, length);
    case "float64":
      return new Float64Array(buffer, 0, length);
    case "decimal":
      if (physical === Physical.INT32) return decimalsOfInt32(new Int32Array(buffer, 0, length));
      if (physical === Physical.INT64) return decimalsOfInt64(new Int32Array(buffer), length);
      return decimalsOfFixed(values.bytes, values.width, length);
    case "timestamp":
      if (physical === Physical.INT96) return microsOfInt96(new Int32Array(buffer), length);
      return stored.nanoseconds
        ? microsOfNanos(new BigInt64Array(buffer, 0, length))
        : new BigInt64Array(buffer, 0, length);
    default:
      throw new TypeError(`Values of ${kind} have no fixed width.`);
  }
}

function narrowed<A extends Int8Array | Int16Array | Uint8Array | Uint16Array>(
  wide: Int32Array,
  make: new (values: Int32Array) => A,
  kind: string,
): A {
  const narrow = new make(wide);
  for (let i = 0; i < wide.length; i++)
    if (narrow[i] !== wide[i]) throw new Malformed(`${wide[i]} is no ${kind}.`);
  return narrow;
}

function floatsOfHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
