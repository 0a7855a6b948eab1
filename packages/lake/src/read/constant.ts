import { type Column, selectValues, tableFromFields, toBatch } from "@lakewright/core";
import type { Data } from "apache-arrow";
import { nullColumn } from "./cast.ts";

/** A column that has one value in every row. */
export function constantColumn(column: Column, value: unknown, length: number): Data {
  if (value === null) return nullColumn(column.type, length);
  const table = tableFromFields("constant", [{ name: "value", column }]);
  const one = toBatch(table, [{ value }]).data.children[0]!;
  return selectValues(one, new Int32Array(length));
}
