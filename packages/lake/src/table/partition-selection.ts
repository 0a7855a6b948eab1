import { batchOf, tableFromFields, toArrowSchema } from "@lakewright/core";
import { columnsOfBound } from "../change/bound-columns.ts";
import type { AddFile } from "../delta/log/actions.ts";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { partitionValueOf } from "../delta/partition/columns.ts";
import { invalidOption } from "../options.ts";
import { keyOfValue } from "../read/bounds.ts";
import { constantColumn } from "../read/constant.ts";
import type { Bound } from "../where/bind.ts";
import { matchingRows } from "../where/evaluate.ts";

type InPartition = Pick<AddFile, "partitionValues">;

/** Tells for which files a condition on partition columns holds. */
export function partitionSelection(layout: Layout, bound: Bound): (file: InPartition) => boolean {
  const columns = columnsOfBound(bound).map((name) => layout.byName.get(name)!);
  const schema = toArrowSchema(tableFromFields(layout.table.name, columns));
  return (file) => {
    const values = columns.map((stored) =>
      constantColumn(stored.column, partitionValueOf(file, stored), 1),
    );
    return matchingRows(bound, batchOf(schema, 1, values)).length === 1;
  };
}

/**
 * The partitions files are in: a condition that holds in them, and whether a file is in one of them.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a table without partitions.
 */
export function partitionsOf(
  layout: Layout,
  files: readonly InPartition[],
): { readonly bound: Bound; readonly includes: (file: InPartition) => boolean } {
  const columns = layout.partitionBy.map((name) => layout.byName.get(name)!);
  if (columns.length === 0) {
    throw invalidOption(
      `overwrite: dynamicPartitions needs partitions, and table "${layout.table.name}" has none.`,
      "Leave it out to replace all rows, or say by `where` which ones.",
    );
  }
  const keyOf = (file: InPartition): string =>
    JSON.stringify(
      columns.map((stored) => {
        const value = partitionValueOf(file, stored);
        return value === null ? null : String(value);
      }),
    );
  const distinct = new Map(files.map((file) => [keyOf(file), file]));
  return {
    bound: {
      op: "or",
      terms: Array.from(distinct.values(), (file) => ({
        op: "and",
        terms: columns.map((stored) => equality(stored, partitionValueOf(file, stored))),
      })),
    },
    includes: (file) => distinct.has(keyOf(file)),
  };
}

function equality({ name, column }: StoredColumn, value: unknown): Bound {
  if (value === null) return { op: "isNull", column: name };
  const key = keyOfValue(column.type, value);
  // NaN has no key.
  return key === undefined ? { op: "isNotNull", column: name } : { op: "eq", column: name, key };
}
