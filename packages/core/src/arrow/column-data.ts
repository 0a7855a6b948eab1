import { type Data, type DataType, makeData } from "apache-arrow";

/** Arrow data of a type known only when the program runs, which the overloads of `makeData` cannot see. */
export function columnData(
  type: DataType,
  buffers: {
    readonly length: number;
    readonly nullCount: number;
    readonly nullBitmap?: Uint8Array | undefined;
    readonly data?: ArrayLike<number> | ArrayLike<bigint>;
    readonly valueOffsets?: Int32Array;
    readonly dictionary?: unknown;
    readonly child?: Data;
    readonly children?: readonly Data[];
  },
): Data {
  return makeData({ type, ...buffers } as never) as Data;
}
