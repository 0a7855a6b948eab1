import { batchOf, type Table, tableFromFields, toArrowSchema } from "@lakewright/core";
import type { AddFile } from "../delta/actions.ts";
import type { Layout } from "../delta/layout.ts";
import { partitionValueOf } from "../delta/partition-columns.ts";
import { invalidOption } from "../options.ts";
import { constantColumn } from "../read/constant.ts";
import { bindWhere, columnsOfWhere } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";
import type { Where } from "../where/expression.ts";

/**
 * Tells for which files a condition on partition columns holds.
 *
 * @throws LakeError LAKE_INVALID_OPTION where it names another column.
 */
export function partitionSelection(
  layout: Layout,
  where: Where,
): (file: Pick<AddFile, "partitionValues">) => boolean {
  const names = columnsOfWhere(layout.table, where);
  for (const name of names) {
    if (layout.partitions.has(name)) continue;
    throw invalidOption(
      `overwrite: where names "${name}", which is no partition column.`,
      `Whole partitions are replaced; the table is partitioned by ${layout.partitionBy.join(", ") || "nothing"}.`,
    );
  }
  if (names.length === 0) throw invalidOption("overwrite: where names no column.");
  const columns = names.map((name) => layout.byName.get(name)!);
  const table: Table = tableFromFields(layout.table.name, columns);
  const bound = bindWhere(table, where);
  const schema = toArrowSchema(table);
  return (file) => {
    const values = columns.map((stored) =>
      constantColumn(stored.column, partitionValueOf(file, stored), 1),
    );
    return matchingRows(bound, batchOf(schema, 1, values)).length === 1;
  };
}
