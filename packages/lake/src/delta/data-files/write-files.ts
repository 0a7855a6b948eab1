import {
  ipcBatches,
  type JobOptions,
  looksLikeBatch,
  type RowsOrBatches,
  type Table,
  toBatches,
  untilAborted,
} from "@lakewright/core";
import { RecordBatch } from "apache-arrow";
import { evolved } from "../../alter/evolve.ts";
import { LeftOutRecorder } from "../../rules/left-out.ts";
import { RowRules } from "../../rules/row-rules.ts";
import type { Store } from "../../store/store.ts";
import type { Action, AddFile, Metadata, Protocol } from "../log/actions.ts";
import { layoutOf } from "../schema/layout.ts";
import { TableFiles } from "./table-files.ts";
import { progressOf } from "../../progress.ts";

const BATCH_ROWS = 65_536;

/** Data files that are written and wait to be committed. */
export interface Written {
  readonly adds: readonly AddFile[];
  readonly rows: number;
  readonly bytes: number;
  /** What the table must become with these files: metadata with new columns or identity numbers given out. */
  readonly changes?: readonly Action[] | undefined;
  /** Removes the files again, as far as the store lets it. */
  discard(): Promise<void>;
}

export const NOTHING_WRITTEN: Written = {
  adds: [],
  rows: 0,
  bytes: 0,
  discard: () => Promise.resolve(),
};

/** The table files are written for, as it stands. */
export interface WrittenTable {
  readonly store: Store;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface WriteFilesOptions extends JobOptions {
  /** Whether batches may bring new columns. Default false. */
  readonly mergeSchema?: boolean | undefined;
  /** Rules that have filled in the rows already, which are complete. Default: rows may leave columns out. */
  readonly completedBy?: RowRules | undefined;
}

/**
 * Writes data as files of a table. Every row is completed and checked by the rules of the table before it is written. Where
 * anything fails, or the signal ends it, the files begun are removed.
 */
export async function writeFiles<T extends Table>(
  table: WrittenTable,
  data: RowsOrBatches<T>,
  options: WriteFilesOptions,
): Promise<Written> {
  const writing = new Writing(table, options);
  try {
    return await writing.run(data);
  } catch (error) {
    await writing.discard();
    throw error;
  }
}

/** One write, which may go over from a schema to a wider one. */
class Writing {
  private readonly store: Store;
  private readonly now: number;
  private readonly options: WriteFilesOptions;
  private protocol: Protocol;
  private metadata: Metadata;
  private rules: RowRules;
  private files: TableFiles;
  private readonly done: TableFiles[] = [];
  private readonly changes: { protocol?: Protocol; metadata?: Metadata } = {};
  private readonly adds: AddFile[] = [];
  private rows = 0;

  constructor({ store, protocol, metadata, now }: WrittenTable, options: WriteFilesOptions) {
    this.store = store;
    this.now = now;
    this.options = options;
    this.protocol = protocol;
    this.metadata = metadata;
    const layout = layoutOf(protocol, metadata, store.location);
    this.rules = options.completedBy ?? new RowRules(protocol, metadata, layout, now);
    this.files = new TableFiles(store, layout, metadata.configuration);
  }

  async run(data: RowsOrBatches): Promise<Written> {
    const { signal, onProgress, mergeSchema } = this.options;
    const report = progressOf(onProgress);
    for await (const piece of mergeSchema ? pieces(data, signal) : [data]) {
      if (mergeSchema && piece instanceof RecordBatch) await this.evolve(piece);
      for await (const batch of this.completed(piece)) {
        signal?.throwIfAborted();
        await this.files.write(this.rules.check(batch, this.rows));
        this.rows += batch.numRows;
        report({ phase: "write", done: this.rows, unit: "rows" });
      }
    }
    const adds = await this.finish();
    signal?.throwIfAborted();
    report({ phase: "write", done: this.rows, total: this.rows, unit: "rows" });
    const { protocol } = this.changes;
    const metadata = this.rules.moved ?? this.changes.metadata;
    return {
      adds,
      rows: this.rows,
      bytes: this.done.reduce((sum, files) => sum + files.bytes, 0),
      changes: [...(protocol ? [{ protocol }] : []), ...(metadata ? [{ metaData: metadata }] : [])],
      discard: () => this.discard(),
    };
  }

  async discard(): Promise<void> {
    await Promise.all([this.files, ...this.done].map((files) => files.discard()));
  }

  /** Batches of the table with every column filled in. */
  private async *completed(data: RowsOrBatches): AsyncGenerator<RecordBatch> {
    const { rules } = this;
    const { signal, completedBy } = this.options;
    const { fills } = rules;
    const recorder = completedBy || fills.length === 0 ? undefined : new LeftOutRecorder(fills);
    const given = recorder ? recorder.watch(data) : data;
    const batches = toBatches(rules.accepted, given, { dictionaries: true, signal });
    let first = this.rows;
    for await (const batch of batches) {
      const leftOut = recorder?.take(batch.numRows);
      if (batch.numRows === 0) continue;
      yield leftOut ? rules.complete(batch, leftOut, first) : batch;
      first += batch.numRows;
    }
  }

  /** Goes over to a wider schema where a batch brings one. */
  private async evolve(batch: RecordBatch): Promise<void> {
    const { store, protocol, metadata } = this;
    const next = evolved(protocol, this.rules.moved ?? metadata, batch.schema, store.location);
    if (!next) return;
    await this.finish();
    this.protocol = next.protocol;
    this.metadata = next.metadata;
    if (next.protocol !== protocol) this.changes.protocol = next.protocol;
    this.changes.metadata = next.metadata;
    const layout = layoutOf(next.protocol, next.metadata, store.location);
    this.rules = new RowRules(next.protocol, next.metadata, layout, this.now);
    this.files = new TableFiles(store, layout, next.metadata.configuration);
  }

  private async finish(): Promise<readonly AddFile[]> {
    this.adds.push(...(await this.files.finish()));
    this.done.push(this.files);
    return this.adds;
  }
}

/** Data as arrays of rows and single batches, in order: between two of them the schema may change. */
async function* pieces(
  data: RowsOrBatches,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch | Record<string, unknown>[]> {
  if (data instanceof RecordBatch) {
    yield data;
    return;
  }
  let rows: Record<string, unknown>[] = [];
  const items = data instanceof Uint8Array ? ipcBatches(data) : data;
  for await (const item of untilAborted<unknown>(items as AsyncIterable<unknown>, signal)) {
    if (looksLikeBatch(item)) {
      if (rows.length > 0) yield rows;
      rows = [];
      yield item as RecordBatch;
    } else {
      rows.push(item as Record<string, unknown>);
      if (rows.length < BATCH_ROWS) continue;
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}
