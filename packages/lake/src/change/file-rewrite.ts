import { selectRows } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Action, AddFile } from "../delta/log/actions.ts";
import { readDeletionVector } from "../delta/deletion-vector/read.ts";
import { DeletionVectorWriter } from "../delta/deletion-vector/write.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { liveRows } from "../delta/statistics/read.ts";
import { looseStats } from "../delta/statistics/loose.ts";
import { parsedStatsText } from "../delta/statistics/parsed.ts";
import type { Written } from "../delta/data-files/write-files.ts";
import type { Store } from "../store/store.ts";
import { removeOf } from "../table/remove.ts";
import type { ChangeDataWriter } from "./change-data.ts";
import { partitionRows, pick, unionOf } from "./places.ts";
import { openFile, readPlaced } from "./placed-rows.ts";
import type { RowWriter } from "./row-writer.ts";
import type { TouchedFile } from "./touched-files.ts";
import type { ChangeResult } from "./types.ts";

export interface RewriteOptions {
  readonly store: Store;
  readonly layout: Layout;
  /** Takes the rows that stay. */
  readonly rows: RowWriter;
  readonly changeData: ChangeDataWriter | undefined;
  /** Whether the table has deletion vectors. */
  readonly vectors: boolean;
  readonly updates: boolean;
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

/** What has been written, and the actions that make it so. */
export interface Rewritten {
  readonly actions: readonly Action[];
  readonly written: Written;
  readonly counts: Pick<
    ChangeResult,
    "rowsCopied" | "filesAdded" | "filesRemoved" | "deletionVectorsAdded" | "bytesAdded"
  >;
  readonly bytesRemoved: number;
  readonly changeFiles: number;
  readonly deletionVectorsRemoved: number;
}

const NONE = new Int32Array(0);

type Fate = "gone" | "vector" | "copy";

type Fates = ReadonlyMap<TouchedFile, Fate>;
type FateOptions = Pick<RewriteOptions, "store" | "vectors" | "signal">;

/** What becomes of files that rows leave. */
export async function fatesOf(files: readonly TouchedFile[], options: FateOptions): Promise<Fates> {
  const fates = new Map<TouchedFile, Fate>();
  for (const touched of files) {
    const isGone =
      touched.rows !== undefined ||
      touched.places().length >= (await liveRowsIn(touched.file, options));
    fates.set(touched, isGone ? "gone" : options.vectors ? "vector" : "copy");
  }
  return fates;
}

/**
 * Whether the change feed needs files of its own: files that are added and removed tell what was inserted and deleted, and
 * so do deletion vectors. Of a file removed with a vector delta-rs takes the wrong rows, so that is recorded as well.
 */
export function areRecorded(fates: Fates, { updates }: Pick<RewriteOptions, "updates">): boolean {
  if (updates) return true;
  for (const [{ file }, fate] of fates) {
    if (fate === "copy" || (fate === "gone" && file.deletionVector)) return true;
  }
  return false;
}

/** Rows of a file that are not deleted; where no statistics tell, its footer does. */
export async function liveRowsIn(
  file: AddFile,
  { store, signal }: Pick<RewriteOptions, "store" | "signal">,
): Promise<number> {
  const live = liveRows(file);
  if (live !== undefined) return live;
  return (await openFile(store, file, signal)).rows - (file.deletionVector?.cardinality ?? 0);
}

/**
 * Takes rows out of files, one file at a time: a file without rows left is removed; else it gets a deletion vector where
 * the table has them, and is written again without the rows where not. A file of which a vector leaves little is not
 * written again here: that is for optimize, which does it once for many deletes.
 */
export class FileRewrite {
  private readonly options: RewriteOptions;
  private readonly vectors: DeletionVectorWriter = new DeletionVectorWriter();
  private readonly actions: Action[] = [];
  private vectorsAdded = 0;
  private vectorsRemoved = 0;
  private filesRemoved = 0;
  private bytesRemoved = 0;
  private copied = 0;

  constructor(options: RewriteOptions) {
    this.options = options;
  }

  async run(files: readonly TouchedFile[]): Promise<Rewritten> {
    const { store, rows, changeData, signal } = this.options;
    const fates = await fatesOf(files, this.options);
    const recorded = areRecorded(fates, this.options);
    for (const [touched, fate] of fates) {
      signal?.throwIfAborted();
      await this.take(touched, fate, recorded ? changeData : undefined);
    }
    await this.vectors.finish(store);
    const data = await rows.finish();
    const changes = recorded && changeData ? await changeData.finish() : [];
    if (!recorded) await changeData?.discard();
    const { adds, bytes } = data;
    return {
      actions: [
        ...this.actions,
        ...adds.map((add) => ({ add })),
        ...changes.map((cdc) => ({ cdc })),
      ],
      written: data,
      counts: {
        rowsCopied: this.copied,
        filesAdded: adds.length,
        filesRemoved: this.filesRemoved,
        deletionVectorsAdded: this.vectorsAdded,
        bytesAdded: bytes,
      },
      bytesRemoved: this.bytesRemoved,
      changeFiles: changes.length,
      deletionVectorsRemoved: this.vectorsRemoved,
    };
  }

  /** Removes everything that was written, as far as the store lets it. */
  async discard(): Promise<void> {
    const { store, rows, changeData } = this.options;
    await Promise.all([rows.discard(), changeData?.discard(), this.vectors.discard(store)]);
  }

  private async take(
    touched: TouchedFile,
    fate: Fate,
    changeData: ChangeDataWriter | undefined,
  ): Promise<void> {
    const { file } = touched;
    if (fate === "copy") await this.copy(touched, changeData);
    else if (changeData) await this.record(touched, changeData);
    if (fate === "vector") {
      await this.addVector(touched);
      return;
    }
    this.actions.push({ remove: removeOf(file, this.options.now) });
    this.filesRemoved++;
    this.bytesRemoved += file.size;
    if (file.deletionVector) this.vectorsRemoved++;
  }

  /** Writes the rows that stay, and records those that go, in one reading. */
  private async copy(touched: TouchedFile, changeData?: ChangeDataWriter): Promise<void> {
    const { store, layout, rows, signal } = this.options;
    const leaving = touched.places();
    const options = { asStored: true, signal, except: changeData ? undefined : leaving };
    for await (const { batch, places } of readPlaced(store, touched.file, layout, options)) {
      const { inside, outside } = changeData
        ? partitionRows(places, leaving)
        : { inside: NONE, outside: undefined };
      const staying = outside && inside.length > 0 ? selectRows(batch, outside) : batch;
      if (staying.numRows > 0) {
        await rows.copy(staying);
        this.copied += staying.numRows;
      }
      if (changeData && inside.length > 0) {
        await recordRows(changeData, touched, selectRows(batch, inside), pick(places, inside));
      }
    }
  }

  private async record(touched: TouchedFile, changeData: ChangeDataWriter): Promise<void> {
    const { store, layout, signal } = this.options;
    const only = touched.rows === undefined ? touched.places() : undefined;
    for await (const { batch, places } of readPlaced(store, touched.file, layout, {
      only,
      signal,
    })) {
      await recordRows(changeData, touched, batch, places);
    }
  }

  private async addVector(touched: TouchedFile): Promise<void> {
    const { store, layout, now, signal } = this.options;
    const { parsedStats, ...file } = touched.file;
    const { deletionVector: old } = file;
    const before = old ? [await readDeletionVector(store, old, signal)] : [];
    const deletionVector = this.vectors.add(unionOf([...before, touched.places()]));
    this.vectorsAdded++;
    if (old) this.vectorsRemoved++;
    const rows = (await liveRowsIn(touched.file, this.options)) + (old?.cardinality ?? 0);
    const known = file.stats ?? (parsedStats && parsedStatsText(parsedStats, layout.columns));
    const stats = looseStats(known, rows);
    this.actions.push(
      { remove: removeOf(file, now) },
      { add: { ...file, stats, dataChange: true, deletionVector } },
    );
  }
}

async function recordRows(
  changeData: ChangeDataWriter,
  touched: TouchedFile,
  batch: RecordBatch,
  places: Uint32Array,
): Promise<void> {
  const updates = touched.places("update");
  if (updates.length === 0) return changeData.add(batch, "delete");
  const { inside, outside } = partitionRows(places, updates);
  await changeData.add(selectRows(batch, inside), "update_preimage");
  if (outside.length > 0) await changeData.add(selectRows(batch, outside), "delete");
}
