import type { AddFile } from "../../delta/log/actions.ts";
import { addressOf } from "../../delta/data-files/address.ts";
import type { StoredColumn } from "../../delta/schema/columns.ts";
import type { Layout } from "../../delta/schema/layout.ts";
import { partitionValueOf } from "../../delta/partition/columns.ts";
import { missing } from "../../delta/data-files/scan-files.ts";
import { isLakeError, LakeError } from "../../errors.ts";
import { openParquet } from "../../parquet.ts";
import { inOrder } from "../../store/parallel.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { Store } from "../../store/store.ts";
import { literal } from "./sql.ts";
import { hasInstant } from "./stored-column.ts";

const FOOTERS_AT_ONCE = 8;

export interface GroupedFile {
  readonly file: AddFile;
  /** As DuckDB finds it. */
  readonly address: string;
  /** Its values of the partition columns, as literals. */
  readonly constants: readonly string[];
}

/** Files that are read in one way. */
export interface FileGroup {
  readonly files: GroupedFile[];
  /** Columns of instants, by physical name, that these files do not mark as such. */
  readonly naive: ReadonlySet<string>;
  /** Whether their columns are found by field id. */
  readonly byId: boolean;
}

/** The files by how they are read. Footers are looked at only where the log cannot tell. */
export async function groupFiles(
  store: Store,
  files: Iterable<AddFile>,
  layout: Layout,
  signal: AbortSignal | undefined,
): Promise<readonly FileGroup[]> {
  const inFiles = layout.columns.filter((stored) => !layout.partitions.has(stored.name));
  const instants = inFiles.filter(hasInstant);
  const partitions = layout.partitionBy.map((name) => layout.byName.get(name)!);
  const needsFooter = instants.length > 0 || layout.mode === "id";
  const groups = new Map<string, FileGroup>();
  const look = async (file: AddFile): Promise<readonly [AddFile, Omit<FileGroup, "files">]> => [
    file,
    needsFooter ? await wayOf(store, file, layout, instants, signal) : PLAIN,
  ];
  for await (const [file, { naive, byId }] of inOrder(files, FOOTERS_AT_ONCE, look)) {
    signal?.throwIfAborted();
    const key = JSON.stringify([byId, ...naive]);
    if (!groups.has(key)) groups.set(key, { files: [], naive, byId });
    groups.get(key)!.files.push({
      file,
      address: engineAddress(store, file.path),
      constants: partitions.map((stored) =>
        literal(stored.column.type, partitionValueOf(file, stored)),
      ),
    });
  }
  return [...groups.values()];
}

const PLAIN = { naive: new Set<string>(), byId: false };

async function wayOf(
  store: Store,
  file: AddFile,
  { mode }: Layout,
  instants: readonly StoredColumn[],
  signal: AbortSignal | undefined,
): Promise<Omit<FileGroup, "files">> {
  const address = addressOf(store, file.path);
  const access = randomAccess(address.store, address.path, file.size, signal);
  try {
    const parquet = await openParquet(access, { name: file.path, signal });
    const { naiveTimestamps = [], fieldIds } = parquet;
    const tops = new Set(Array.from(naiveTimestamps, (path) => path.split(".")[0]!.toLowerCase()));
    const byId = mode === "id" && fieldIds.size > 0;
    const names = new Map(Array.from(fieldIds, ([path, id]) => [id, path.toLowerCase()]));
    const nameOf = ({ physical, id }: StoredColumn): string =>
      (byId && id !== undefined ? names.get(id) : undefined) ?? physical.toLowerCase();
    return {
      byId,
      naive: new Set(
        instants.filter((stored) => tops.has(nameOf(stored))).map((stored) => stored.physical),
      ),
    };
  } catch (error) {
    throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
  }
}

/**
 * What DuckDB calls a file.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a store it cannot reach.
 */
function engineAddress(store: Store, path: string): string {
  const { store: at, path: inStore } = addressOf(store, path);
  const address = at.locate?.(inStore);
  if (address === undefined) {
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `The files of ${store.location} have no address that DuckDB can read.`,
      {
        hint: "Attach tables of a local folder, a bucket or a web server. Of other stores, give DuckDB the batches of scan().",
        details: { location: store.location, features: ["stores without addresses"] },
      },
    );
  }
  // A name is no pattern.
  return address.replace(/[*?[]/g, "[$&]");
}
