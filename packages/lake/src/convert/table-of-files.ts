import { type Column, type Field, type Table, tableFromFields } from "@lakewright/core";
import { storageColumn } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { invalidOption } from "../options.ts";
import type { Store } from "../store/store.ts";
import type { FoundFile } from "./convert.ts";
import { folderType } from "./folder-types.ts";
import type { ConvertOptions } from "./types.ts";
import { unionColumns } from "./union.ts";

type Columns = readonly (readonly [string, Column])[];

/**
 * The table of files, and the columns that are in their folder names.
 *
 * @throws LakeError LAKE_SCHEMA_MISMATCH naming the first file that does not go together with those before or the table
 * given; LAKE_INVALID_OPTION for partition columns other than the folders'.
 */
export function tableOfFiles(
  store: Store,
  files: readonly FoundFile[],
  options: ConvertOptions,
): { readonly table: Table; readonly partitionBy: readonly string[] } {
  const levels = [...files[0]!.levels.keys()];
  for (const { info, levels: own } of files) {
    if ([...own.keys()].join("/") === levels.join("/")) continue;
    throw mismatch(
      info.path,
      `is not in the folders of the first file: ${levels.join("/") || "none"}`,
    );
  }
  const partitionBy = options.partitionBy ?? levels;
  if ([...partitionBy].sort().join("/") !== [...levels].sort().join("/")) {
    throw invalidOption(
      `convertToDelta: partitionBy names ${partitionBy.join(", ") || "nothing"}, and the folders of ${store.location} ${levels.join(", ") || "nothing"}.`,
      "Leave it out to take the folders as they are.",
    );
  }
  const columns = columnsOf(files, levels);
  if (options.table) {
    checkGiven(options.table, columns, files, levels);
    return { table: options.table, partitionBy };
  }
  const folders = partitionBy.map((name): Field => ({
    name,
    column: { type: folderType(files.map((file) => file.levels.get(name)!)), nullable: true },
  }));
  const fields = columns.map(([name, column]): Field => ({ name, column }));
  const name = options.name ?? lastName(store.location);
  return { table: tableFromFields(name, [...fields, ...folders]), partitionBy };
}

/** The columns of all files together, without those that folder names have too. */
function columnsOf(files: readonly FoundFile[], levels: readonly string[]): Columns {
  let columns: Columns | undefined;
  for (const file of files) {
    const own = ownColumns(file, levels);
    const together = columns
      ? unionColumns(columns, own)
      : own.map(([name, column]) => [name, storageColumn(column)] as const);
    if (typeof together === "string") {
      throw mismatch(file.info.path, `does not go together with the files before: ${together}`);
    }
    columns = together;
  }
  return columns!;
}

function ownColumns({ parquet }: FoundFile, levels: readonly string[]): Columns {
  const inFolders = new Set(levels.map((name) => name.toLowerCase()));
  return parquet.table.fields
    .filter(({ name }) => !inFolders.has(name.toLowerCase()))
    .map(({ name, column }) => [name, column]);
}

/** A table given may leave columns out and widen others; what it has, files must be readable as. */
function checkGiven(
  table: Table,
  columns: Columns,
  files: readonly FoundFile[],
  levels: readonly string[],
): void {
  const known = new Map(columns.map(([name, column]) => [name.toLowerCase(), column]));
  for (const name of levels) {
    if (!Object.hasOwn(table.columns, name)) {
      throw invalidOption(
        `convertToDelta: the table has no column "${name}", which folder names have.`,
        "Add it; its values are read from the folder names.",
      );
    }
  }
  for (const { name, column } of table.fields) {
    if (levels.includes(name)) continue;
    const there = known.get(name.toLowerCase());
    if (!column.nullable && (there?.nullable ?? true)) {
      throw mismatch(
        files[0]!.info.path,
        `or another file may have no "${name}", and the table wants one`,
      );
    }
    const wanted = storageColumn(column);
    for (const file of there ? files : []) {
      const own = ownColumns(file, levels).filter(([other]) => same(other, name));
      const together = unionColumns([[name, wanted]], own);
      const fits =
        typeof together !== "string" &&
        JSON.stringify(together[0]![1].type) === JSON.stringify(wanted.type);
      if (fits || own.length === 0) continue;
      throw mismatch(file.info.path, `has a column "${name}" that cannot be read as the table's`);
    }
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function lastName(location: string): string {
  return (
    location
      .split(/[\\/:]/)
      .filter((part) => part !== "")
      .at(-1) ?? "table"
  );
}

function mismatch(path: string, problem: string): LakeError {
  return new LakeError("LAKE_SCHEMA_MISMATCH", `${path} ${problem}.`, {
    hint: "Give the columns as `table`, or convert each part on its own with store.at(…).",
    details: { path },
  });
}
