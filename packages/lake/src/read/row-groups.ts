import { type LogicalType, sameType } from "@lakewright/core";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { ParquetFile, RowGroupInfo } from "../parquet/types.ts";
import type { Bound } from "../where/bind.ts";
import type { Bounds, ColumnBounds } from "./bounds.ts";
import { withoutRuledOut } from "./bloom-filters.ts";
import { mayMatch } from "./prune.ts";

/** The row groups of a file that may hold rows for which a condition is true. */
export async function rowGroupsFor(
  file: ParquetFile,
  where: Bound | undefined,
  /** Columns of the table by name, with their name in the file. */
  located: ReadonlyMap<string, { readonly stored: StoredColumn; readonly name: string }>,
): Promise<readonly number[]> {
  const all = file.rowGroups.map((_, index) => index);
  if (!where) return all;
  const possible = all.filter((index) =>
    mayMatch(where, boundsOfGroup(file, file.rowGroups[index]!)),
  );
  return possible.length === 0 ? possible : withoutRuledOut(file, where, possible, comparedName);

  /** The name in the file of a column that has its values as the table compares them. */
  function comparedName(column: string): string | undefined {
    const at = located.get(column);
    const inFile = at && file.table.fields.find((field) => field.name === at.name);
    return inFile && comparesAlike(inFile.column.type, at.stored.column.type) ? at.name : undefined;
  }

  function boundsOfGroup({ table }: ParquetFile, group: RowGroupInfo): Bounds {
    return {
      rows: group.rows,
      of(column): ColumnBounds | undefined {
        const at = located.get(column);
        const inFile = at && table.fields.find((field) => field.name === at.name);
        if (!at || !inFile) return undefined;
        const statistics = group.columns.find(
          ({ path }) => path.length === 1 && path[0] === at.name,
        );
        if (!statistics) return undefined;
        const { type } = at.stored.column;
        const nulls = statistics.nullCount;
        if (!comparesAlike(inFile.column.type, type)) return { nulls };
        return {
          min: statistics.min,
          max: statistics.max,
          nan: (type.kind === "float32" || type.kind === "float64") && statistics.nanCount !== 0,
          nulls,
        };
      },
    };
  }
}

/** Whether bounds of a file's type are bounds of the table's as they are. */
function comparesAlike(inFile: LogicalType, wanted: LogicalType): boolean {
  return (
    sameType(inFile, wanted) ||
    (isInteger(inFile) && isInteger(wanted)) ||
    (inFile.kind === "utf8" && wanted.kind === "oneOf")
  );
}

function isInteger({ kind }: LogicalType): boolean {
  return /^u?int/.test(kind);
}
