import { LakeError } from "../../errors.ts";
import type { ParquetEncryption } from "../../parquet/encryption/types.ts";
import type { Metadata } from "../log/actions.ts";
import type { StoredColumn } from "./columns.ts";
import type { Layout } from "./layout.ts";

/** The property that says which master keys the data files of a table have. Columns are those of the files. */
export const ENCRYPTED = "lakewright.encrypted";

type Configuration = Readonly<Record<string, string>>;
type Keys = Pick<ParquetEncryption, "footerKey" | "columnKeys">;

/** The metadata of a table whose data files are encrypted. */
export function withEncryption(
  metadata: Metadata,
  layout: Layout,
  encryption: ParquetEncryption,
): Metadata {
  const keys = inFiles(encryption, layout);
  // Throws for a key of a column that is not there.
  keys.begin(pathsOf(layout));
  return {
    ...metadata,
    configuration: { ...metadata.configuration, [ENCRYPTED]: describe(keys) },
  };
}

/** Whether the property of a table says that there are encrypted data files. */
export function isEncrypted(configuration: Configuration): boolean {
  return configuration[ENCRYPTED] !== undefined;
}

/** Whether there are columns with a key of their own, whose values must stand nowhere else. */
export function hasHiddenColumns(configuration: Configuration): boolean {
  return isEncrypted(configuration) && Object.keys(keysIn(configuration).columnKeys).length > 0;
}

/**
 * The keys for new data files of a table, by the names columns have in files.
 *
 * @throws LakeError LAKE_ENCRYPTED where the table's data files have other keys: none, or those of other columns.
 */
export function keysForFiles(
  encryption: ParquetEncryption | undefined,
  layout: Layout,
  configuration: Configuration,
  location: string,
): ParquetEncryption | undefined {
  if (!encryption && !isEncrypted(configuration)) return undefined;
  const keys = encryption && inFiles(encryption, layout);
  if (!isEncrypted(configuration)) {
    throw mismatch(location, "are not encrypted", "Open it without `encryption`.");
  }
  const wanted = ofColumns(keysIn(configuration), pathsOf(layout));
  const text = describe(wanted);
  if (keys && describe(keys) === text) return keys;
  const named = Object.entries(nameKeys(wanted, layout));
  throw mismatch(
    location,
    "are encrypted with other keys",
    `Give openTable an \`encryption\` with footerKey "${wanted.footerKey}" and columnKeys { ${named.map(([path, id]) => `"${path}": "${id}"`).join(", ")} }.`,
  );
}

function mismatch(location: string, what: string, hint: string): LakeError {
  return new LakeError(
    "LAKE_ENCRYPTED",
    `The data files of table ${location} ${what}, so none is added.`,
    { hint, details: { location } },
  );
}

function inFiles(encryption: ParquetEncryption, layout: Layout): ParquetEncryption {
  const names = filePaths(layout.columns);
  for (const path of Object.keys(encryption.columnKeys)) {
    if (!layout.partitions.has(path)) continue;
    throw new LakeError(
      "LAKE_INVALID_OPTION",
      `columnKeys names "${path}", whose values are in the paths of files: it partitions the table.`,
      { hint: "Partition by another column.", details: { column: path } },
    );
  }
  return encryption.renamed((path) => names.get(path) ?? path);
}

/** Paths that users see, joined by dots, to those in files. */
function filePaths(columns: readonly StoredColumn[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const visit = (stored: StoredColumn, shown: string, physical: string): void => {
    paths.set(shown, physical);
    for (const child of stored.children)
      visit(child, `${shown}.${child.name}`, `${physical}.${child.physical}`);
  };
  for (const stored of columns) visit(stored, stored.name, stored.physical);
  return paths;
}

function pathsOf({ columns, partitions }: Layout): readonly (readonly string[])[] {
  const inFiles = columns.filter((column) => !column.isVoid && !partitions.has(column.name));
  return Array.from(filePaths(inFiles).values(), (path) => [path]);
}

function keysIn(configuration: Configuration): Keys {
  try {
    const { footerKey, columnKeys } = JSON.parse(configuration[ENCRYPTED]!) as Keys;
    if (typeof footerKey === "string" && typeof columnKeys === "object")
      return { footerKey, columnKeys };
  } catch {
    // Of another writer, or mistyped.
  }
  throw new LakeError(
    "LAKE_ENCRYPTED",
    `Property ${ENCRYPTED} is ${JSON.stringify(configuration[ENCRYPTED])}, which does not say what the keys are.`,
  );
}

/** Without the keys of columns that were dropped. */
function ofColumns({ footerKey, columnKeys }: Keys, paths: readonly (readonly string[])[]): Keys {
  const there = new Set(paths.map((path) => path[0]!));
  const kept = Object.entries(columnKeys).filter(([path]) => there.has(path));
  return { footerKey, columnKeys: Object.fromEntries(kept) };
}

/** The keys by the names users see. */
function nameKeys({ columnKeys }: Keys, layout: Layout): Record<string, string> {
  const names = new Map(Array.from(filePaths(layout.columns), ([shown, path]) => [path, shown]));
  return Object.fromEntries(
    Object.entries(columnKeys).map(([path, id]) => [names.get(path) ?? path, id]),
  );
}

function describe({ footerKey, columnKeys }: Keys): string {
  const sorted = Object.entries(columnKeys).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ footerKey, columnKeys: Object.fromEntries(sorted) });
}
