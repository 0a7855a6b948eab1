import { plainValues, validityOf } from "@lakewright/core";
import { type Data, DataType, makeData } from "apache-arrow";

/** A field inside structs: null where one of the structs around it is. */
export function structField(root: Data, path: readonly string[]): Data {
  const around: Data[] = [];
  let at = root;
  for (const name of path) {
    if (at.nullCount > 0) around.push(at);
    const k = (at.type.children as { readonly name: string }[]).findIndex(
      (field) => field.name === name,
    );
    at = at.children[k]!;
  }
  if (around.length === 0) return at;
  const tests = [...around, at].map((data) => validityOf(data));
  const { length } = root;
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < length; i++) {
    if (tests.every((isValid) => isValid(i))) nullBitmap[i >> 3]! |= 1 << (i & 7);
    else nullCount++;
  }
  return withValidity(plainValues(at), nullBitmap, nullCount);
}

function withValidity(data: Data, nullBitmap: Uint8Array, nullCount: number): Data {
  const { type, length, valueOffsets, children, values, offset } = data;
  const parts = { type, length, nullCount, nullBitmap };
  if (DataType.isNull(type)) return data;
  if (DataType.isStruct(type)) return makeData({ ...parts, children } as never) as Data;
  if (DataType.isList(type) || DataType.isMap(type)) {
    return makeData({ ...parts, valueOffsets, child: children[0] } as never) as Data;
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return makeData({ ...parts, valueOffsets, data: values } as never) as Data;
  }
  if (DataType.isBool(type) && offset % 8 !== 0) {
    const bits = new Uint8Array((length + 7) >> 3);
    for (let i = 0; i < length; i++) {
      const bit = offset + i;
      if ((values as Uint8Array)[bit >> 3]! & (1 << (bit & 7))) bits[i >> 3]! |= 1 << (i & 7);
    }
    return makeData({ ...parts, data: bits } as never) as Data;
  }
  const data8 = DataType.isBool(type) ? (values as Uint8Array).subarray(offset >> 3) : values;
  return makeData({ ...parts, data: data8 } as never) as Data;
}
