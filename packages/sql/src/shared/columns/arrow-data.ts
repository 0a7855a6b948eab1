import { type Data, type DataType, makeData } from "apache-arrow";

/** Arrow data of a type known only when the program runs, which the overloads of `makeData` cannot see. */
export function columnData(
  type: DataType,
  buffers: {
    readonly length: number;
    readonly nullCount: number;
    readonly nullBitmap?: Uint8Array | undefined;
    readonly data?: unknown;
    readonly valueOffsets?: Int32Array;
    readonly dictionary?: unknown;
    readonly child?: Data;
    readonly children?: readonly Data[];
  },
): Data {
  return makeData({ type, ...buffers } as never) as Data;
}

/** Typed array over bytes that start at a multiple of its element size. */
export type ViewType =
  | Int8ArrayConstructor
  | Int16ArrayConstructor
  | Int32ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor;

export function viewOf(View: ViewType, bytes: Uint8Array<ArrayBuffer>): unknown {
  return new View(bytes.buffer, bytes.byteOffset, bytes.length / View.BYTES_PER_ELEMENT);
}
