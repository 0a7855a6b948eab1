import type { RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import { addressOf } from "../delta/data-files/address.ts";
import { readDeletionVector } from "../delta/deletion-vector/read.ts";
import type { MappingMode } from "../delta/schema/protocol.ts";
import { missing } from "../delta/data-files/scan-files.ts";
import { isLakeError } from "../errors.ts";
import { bytesAccess } from "../parquet/bytes-access.ts";
import type { RandomAccess } from "../parquet/types.ts";
import { type DataFile, readDataFile, type ReadPlan } from "../read/data-file.ts";
import { inOrder } from "../store/parallel.ts";
import { keysOf } from "../store/keyed-store.ts";
import { randomAccess } from "../store/random-access.ts";
import type { Store } from "../store/store.ts";
import type { FileFormat } from "./file-format.ts";

/** A file no larger is read with one request; some are read ahead. */
const WHOLE_BYTES = 4 * 2 ** 20;
const AHEAD = 4;
/** Rows of a batch: a row group of any usual writer comes as one. */
const BATCH_ROWS = 2 ** 20;

export interface StoredBatch {
  readonly file: AddFile;
  readonly batch: RecordBatch;
}

export interface StoredSource {
  readonly store: Store;
  readonly format: FileFormat;
  readonly mode: MappingMode;
  readonly signal?: AbortSignal | undefined;
}

/** The rows of data files that are not deleted, file after file, in the form they are stored in. */
export async function* readStored(
  source: StoredSource,
  files: Iterable<AddFile>,
): AsyncGenerator<StoredBatch> {
  const { format, mode, signal, store } = source;
  const plan: ReadPlan = {
    table: format.table,
    columns: format.columns,
    mode,
    where: undefined,
    batchRows: BATCH_ROWS,
    dictionaries: true,
    signal,
  };
  const metrics = { rowGroupsRead: 0, rowGroupsSkipped: 0 };
  const open = async (file: AddFile): Promise<{ file: AddFile; data: DataFile }> => ({
    file,
    data: await openStored(store, file, signal),
  });
  try {
    for await (const { file, data } of inOrder(files, AHEAD, open)) {
      for await (const batch of readDataFile(plan, data, metrics)) yield { file, batch };
    }
  } catch (error) {
    if (!isLakeError(error, "LAKE_STORE_NOT_FOUND")) throw error;
    throw missing(store, { path: String(error.details["path"]) }, error);
  }
}

async function openStored(
  store: Store,
  file: AddFile,
  signal: AbortSignal | undefined,
): Promise<DataFile> {
  const { store: at, path } = addressOf(store, file.path);
  const access: RandomAccess =
    file.size <= WHOLE_BYTES
      ? { ...bytesAccess(await at.get(path, { signal })), encryption: keysOf(at) }
      : randomAccess(at, path, file.size, signal);
  const selection = file.deletionVector && {
    except: await readDeletionVector(store, file.deletionVector, signal),
  };
  return { name: file.path, access, constants: new Map(), selection };
}
