import { invalidOption } from "../../options.ts";
import type { ParquetCodec, ParquetWriteOptions } from "../../parquet/types.ts";
import { keysOf } from "../../store/keyed-store.ts";
import type { Store } from "../../store/store.ts";
import { fieldIdsOf, type StoredColumn } from "../schema/columns.ts";
import { keysForFiles } from "../schema/encrypted.ts";
import type { Layout } from "../schema/layout.ts";

type Configuration = Readonly<Record<string, string>>;

/** As parquet-hadoop names them. */
const BLOOM_FILTER = "parquet.bloom.filter.enabled#";
const CHECKSUMS = "parquet.page.write-checksum.enabled";

/**
 * How the data files of a table are written, by its properties and keys.
 *
 * @throws LakeError LAKE_ENCRYPTED where the keys are not those of the table.
 */
export function parquetOptions(
  store: Store,
  layout: Layout,
  configuration: Configuration,
): ParquetWriteOptions {
  const inFiles = layout.columns.filter(
    ({ name, isVoid }) => !isVoid && !layout.partitions.has(name),
  );
  const encryption = keysForFiles(keysOf(store), layout, configuration, store.location);
  return {
    codec: codecOf(configuration),
    fieldIds: fieldIdsOf(inFiles),
    encryption,
    checksums: configuration[CHECKSUMS]?.trim().toLowerCase() === "true",
    // Those of encrypted columns would have to be encrypted too, and readers ask none of them.
    bloomFilters: encryption ? [] : bloomFiltersOf(inFiles, configuration),
  };
}

/** @throws LakeError LAKE_INVALID_OPTION for a filter of what is no column, or no column a filter is for. */
export function checkBloomFilters(layout: Layout, configuration: Configuration): void {
  const known = filterable(layout.columns.filter(({ name }) => !layout.partitions.has(name)));
  for (const path of filtered(configuration)) {
    if (known.has(path)) continue;
    throw invalidOption(
      `${BLOOM_FILTER}${path} names no column that can have a Bloom filter.`,
      `There are ${[...known.keys()].join(", ")}.`,
    );
  }
}

/** Paths in files. Columns that were dropped since are left out. */
function bloomFiltersOf(columns: readonly StoredColumn[], configuration: Configuration): string[] {
  const paths = filtered(configuration);
  if (paths.length === 0) return [];
  const known = filterable(columns);
  return paths.flatMap((path) => known.get(path) ?? []);
}

function filtered(configuration: Configuration): string[] {
  return Object.keys(configuration)
    .filter(
      (name) =>
        name.startsWith(BLOOM_FILTER) && configuration[name]!.trim().toLowerCase() === "true",
    )
    .map((name) => name.slice(BLOOM_FILTER.length));
}

/** Paths of the columns that can have a filter, with those they have in files. */
function filterable(columns: readonly StoredColumn[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const visit = ({ column, children }: StoredColumn, shown: string, physical: string): void => {
    for (const child of children)
      visit(child, `${shown}.${child.name}`, `${physical}.${child.physical}`);
    if (children.length === 0 && column.type.kind !== "bool") paths.set(shown, physical);
  };
  for (const stored of columns) visit(stored, stored.name, stored.physical);
  return paths;
}

/** The compression of data files a table asks for; of one this package does not write, its own default. */
function codecOf(configuration: Configuration): ParquetCodec {
  switch (configuration["delta.parquet.compression.codec"]?.toLowerCase()) {
    case "zstd":
      return "zstd";
    case "gzip":
      return "gzip";
    case "none":
    case "uncompressed":
      return "none";
    default:
      return "snappy";
  }
}
