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

export function viewOf(
  View: ViewType,
  bytes: Uint8Array<ArrayBuffer>,
): ArrayLike<number> | ArrayLike<bigint> {
  return new View(bytes.buffer, bytes.byteOffset, bytes.length / View.BYTES_PER_ELEMENT);
}
