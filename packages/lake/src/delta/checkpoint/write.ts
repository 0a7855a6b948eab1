import { batchBuilder } from "@lakewright/core";
import { parquetWriter } from "../../parquet/writer.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import { fileRows, jsonLine, otherActions, otherRow } from "./actions.ts";
import { checkpointShape, type CheckpointShape } from "./shape.ts";
import { writeCheckpointHint } from "./last-checkpoint.ts";
import type { TableState } from "../log/load.ts";
import { findExpiredLog, removeExpiredLog } from "../log/log-cleanup.ts";
import { checkpointPath, LOG, padVersion, SIDECARS } from "../log/log-files.ts";
import { hasWriterFeature } from "../schema/protocol.ts";

const ROWS_AT_ONCE = 8192;
/** Actions of a sidecar, at most: Spark's default of `checkpoint.partSize`. */
const SIDECAR_ACTIONS = 50_000;

type Row = Readonly<Record<string, unknown>>;

/**
 * Writes the state of a version as a checkpoint, then `_last_checkpoint`, so that readers need not replay the log from its
 * beginning. One Parquet file, or for tables with `delta.checkpointPolicy` "v2" a JSON file with sidecars. Tombstones
 * older than `delta.deletedFileRetentionDuration` are left out. Memory holds one row group. Then what the log no longer
 * needs is removed, unless `delta.enableExpiredLogCleanup` is "false".
 */
export async function writeCheckpoint(store: Store, state: TableState, now: number): Promise<void> {
  const { version } = state;
  const written = isV2(state)
    ? await writeV2(store, state, now)
    : await writeClassic(store, state, now);
  await writeCheckpointHint(store, { version, ...written, numOfAddFiles: state.files.size });
  const cleanup = state.metadata.configuration["delta.enableExpiredLogCleanup"]?.toLowerCase();
  if (cleanup === "false") return;
  await removeExpiredLog(store, await findExpiredLog(store, state, now));
}

interface Sizes {
  readonly size: number;
  readonly sizeInBytes: number;
}

function isV2({ protocol, metadata }: TableState): boolean {
  const asked = metadata.configuration["delta.checkpointPolicy"]?.toLowerCase() === "v2";
  return asked && hasWriterFeature(protocol, "v2Checkpoint");
}

async function writeClassic(store: Store, state: TableState, now: number): Promise<Sizes> {
  const shape = checkpointShape(state, "all");
  const rows = function* (): Generator<Row> {
    for (const action of otherActions(state)) yield otherRow(action);
    yield* fileRows(state, shape, now);
  };
  const counted = { rows: 0 };
  const chunks = parquetChunks(shape, rows(), counted);
  const { size } = await store.put(checkpointPath(state.version), chunks);
  return { size: counted.rows, sizeInBytes: size };
}

/** Sidecars first: the file that names them is what makes them a checkpoint ("V2 Spec" of PROTOCOL.md). */
async function writeV2(store: Store, state: TableState, now: number): Promise<Sizes> {
  const { version } = state;
  const shape = checkpointShape(state, "files");
  const sidecars: ObjectInfo[] = [];
  const rows = fileRows(state, shape, now);
  let size = 0;
  for (let next = rows.next(); !next.done; next = rows.next()) {
    const counted = { rows: 0 };
    const part = portion(next.value, rows, SIDECAR_ACTIONS);
    const path = `${SIDECARS}${crypto.randomUUID()}.parquet`;
    sidecars.push(await store.put(path, parquetChunks(shape, part, counted)));
    size += counted.rows;
  }
  const lines = [
    jsonLine({ checkpointMetadata: { version } }),
    ...sidecars.map(({ path, size: sizeInBytes, modifiedMs }) =>
      jsonLine({
        sidecar: {
          path: path.slice(SIDECARS.length),
          sizeInBytes,
          modificationTime: Math.floor(modifiedMs),
        },
      }),
    ),
    ...Array.from(otherActions(state), jsonLine),
  ];
  const path = `${LOG}${padVersion(version)}.checkpoint.${crypto.randomUUID()}.json`;
  const top = await store.put(path, new TextEncoder().encode(lines.join("")));
  return {
    size: size + lines.length,
    sizeInBytes: sidecars.reduce((sum, file) => sum + file.size, top.size),
  };
}

/** A row and those after it, so many together. */
function* portion(first: Row, rest: Generator<Row>, most: number): Generator<Row> {
  yield first;
  for (let k = 1; k < most; k++) {
    const next = rest.next();
    if (next.done) return;
    yield next.value;
  }
}

async function* parquetChunks(
  { table }: CheckpointShape,
  rows: Iterable<Row>,
  counted: { rows: number },
): AsyncGenerator<Uint8Array> {
  const writer = parquetWriter(table);
  const builder = batchBuilder(table);
  let held: Row[] = [];
  for (const row of rows) {
    held.push(row);
    counted.rows++;
    if (held.length < ROWS_AT_ONCE) continue;
    yield* writer.write(builder.build(held));
    held = [];
  }
  yield* writer.write(builder.build(held));
  yield* writer.finish().chunks;
}
