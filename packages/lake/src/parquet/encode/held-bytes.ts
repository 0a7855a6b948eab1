import { type Data, DataType } from "apache-arrow";

/**
 * Bytes that the values of Arrow data take. Not the size of its buffers: those of a slice may be those of the whole.
 * A dictionary counts once, when it is not yet among those seen.
 */
export function heldBytes(data: Data, seen: Set<unknown>): number {
  const { type, length, children } = data;
  const validity = (data.nullBitmap?.length ?? 0) > 0 ? length / 8 : 0;
  if (DataType.isDictionary(type)) {
    let bytes = 4 * length;
    for (const chunk of data.dictionary?.data ?? []) {
      if (!seen.has(chunk)) bytes += heldBytes(chunk, seen);
      seen.add(chunk);
    }
    return bytes + validity;
  }
  if (DataType.isStruct(type)) {
    return children.reduce((sum, child) => sum + heldBytes(child, seen), validity);
  }
  const offsets = data.valueOffsets as Int32Array | undefined;
  if (offsets) {
    const spanned = offsets[length]! - offsets[0]!;
    const [child] = children;
    const each = child && child.length > 0 ? heldBytes(child, seen) / child.length : 1;
    return 4 * length + spanned * each + validity;
  }
  if (DataType.isBool(type)) return length / 8 + validity;
  return (data.values as ArrayBufferView).byteLength + validity;
}
