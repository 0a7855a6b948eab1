import { type Data, DataType, Field, List, makeData, Map_, Struct } from "apache-arrow";
import type { StoredColumn } from "../delta/schema/columns.ts";
import { nullColumn } from "./cast.ts";

/** Finds the child a stored column is kept in: its position, -1 where the file has none. */
export type Find = (
  names: readonly string[],
  stored: StoredColumn,
  /** The path of the parent in the file, "" at the top. */
  above: string,
) => number;

/** Nested column data with the fields of its structs as the table has them, nulls where the file has none. */
export function arrangeColumn(data: Data, stored: StoredColumn, path: string, find: Find): Data {
  const { children } = stored;
  if (DataType.isStruct(data.type) && stored.column.type.kind === "struct") {
    const names = data.type.children.map((child) => child.name);
    const arranged = children.map((child) => {
      const k = find(names, child, path);
      return k < 0
        ? nullColumn(child.column.type, data.length)
        : arrangeColumn(data.children[k]!, child, `${path}.${names[k]!}`, find);
    });
    const type = new Struct(
      arranged.map((child, k) => new Field(children[k]!.name, child.type, true)),
    );
    return remade(data, type, { children: arranged });
  }
  if (DataType.isList(data.type) && stored.column.type.kind === "list" && isNested(children)) {
    const child = arrangeColumn(data.children[0]!, children[0]!, `${path}.element`, find);
    const type = new List(new Field("element", child.type, true));
    return remade(data, type, { valueOffsets: data.valueOffsets, child });
  }
  if (DataType.isMap(data.type) && stored.column.type.kind === "map" && isNested(children)) {
    const entries = data.children[0]!;
    const names = ["key", "value"];
    const parts = names.map((name, k) =>
      arrangeColumn(entries.children[k]!, children[k]!, `${path}.${name}`, find),
    );
    const pair = new Struct(parts.map((part, k) => new Field(names[k]!, part.type, k === 1)));
    const child = remade(entries, pair, { children: parts });
    const type = new Map_(new Field("entries", pair, false) as never);
    return remade(data, type, { valueOffsets: data.valueOffsets, child });
  }
  return data;
}

function isNested(children: readonly StoredColumn[]): boolean {
  return children.some((child) => child.children.length > 0);
}

function remade(data: Data, type: DataType, parts: object): Data {
  const { length, nullCount, nullBitmap, offset } = data;
  return makeData({
    type,
    length,
    offset,
    nullCount,
    ...(nullCount > 0 ? { nullBitmap } : {}),
    ...parts,
  } as never) as Data;
}
