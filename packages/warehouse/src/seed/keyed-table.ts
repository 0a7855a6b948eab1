import { extendTable, int64, type Table, tableFromFields } from "@lakewright/core";
import type { Dimension } from "../define/dimension.ts";

/** The columns of a dimension whose surrogate keys are given, not numbered: the key, then its own. */
export function keyedTable({ name, surrogateKey, input }: Dimension): Table {
  const key = tableFromFields(name, [{ name: surrogateKey, column: int64() }]);
  return extendTable(key, input.columns);
}
