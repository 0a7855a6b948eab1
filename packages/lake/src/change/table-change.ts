import type { RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import { conflict, type SomeRows } from "../delta/log/conflict.ts";
import type { Layout } from "../delta/schema/layout.ts";
import type { TableState } from "../delta/log/load.ts";
import { canonicalPath } from "../delta/data-files/paths.ts";
import { hasWriterFeature, isEnabled } from "../delta/schema/protocol.ts";
import { boundsOfFile } from "../delta/statistics/read.ts";
import { isLakeError } from "../errors.ts";
import { invalidOption } from "../options.ts";
import type { PlacedRows } from "../read/data-file.ts";
import { mayMatch } from "../read/prune.ts";
import { RowRules } from "../rules/row-rules.ts";
import { assertMayRemove } from "../table/append-only.ts";
import { commitActions, type WriteTarget } from "../table/commit-actions.ts";
import { checkedTxn, isApplied, type Txn, versionOf } from "../table/transaction.ts";
import type { Bound } from "../where/bind.ts";
import { ChangeDataWriter } from "./change-data.ts";
import { areRecorded, fatesOf, FileRewrite, liveRowsIn } from "./file-rewrite.ts";
import { operationMetrics } from "./metrics.ts";
import { readPlaced } from "./placed-rows.ts";
import type { RemovalKind, RowChange } from "./row-change.ts";
import { RowWriter } from "./row-writer.ts";
import { TouchedFiles } from "./touched-files.ts";
import type { ChangeOptions, ChangeResult } from "./types.ts";

/** A change of rows on its way to a commit. */
export class TableChange implements RowChange {
  readonly state: TableState;
  readonly layout: Layout;
  version: bigint;
  /** Completes rows before they are added, and checks all that are written. */
  readonly rules: RowRules;
  /** Whether its transaction was committed before: then nothing is touched. */
  readonly isApplied: boolean;
  private readonly txn: Txn | undefined;
  private readonly transactions: ReadonlyMap<string, bigint | undefined>;
  private readonly target: WriteTarget;
  private readonly options: ChangeOptions;
  private readonly reads: { where: Bound[]; files: Set<string>; everything: boolean };
  private readonly touched: TouchedFiles = new TouchedFiles();
  private readonly rows: RowWriter;
  private changeData: ChangeDataWriter | undefined;
  private readonly vectors: boolean;
  private readonly added: Record<"insert" | "update", number> = { insert: 0, update: 0 };
  private skipped = 0;
  private ended = false;

  constructor(target: WriteTarget, options: ChangeOptions) {
    const { state, layout, store } = target;
    this.target = target;
    this.options = options;
    this.state = state;
    this.layout = layout;
    this.version = state.version;
    const txn = options.txn && checkedTxn("change", options.txn);
    this.txn = txn;
    this.isApplied = txn !== undefined && isApplied(state, txn);
    this.transactions = new Map(txn && [[txn.appId, versionOf(state, txn.appId)]]);
    this.reads = { where: [], files: new Set(), everything: false };
    const { protocol, metadata } = state;
    const rules = new RowRules(protocol, metadata, layout, target.clock());
    this.rules = rules;
    this.rows = new RowWriter(target, rules, options);
    this.vectors =
      hasWriterFeature(protocol, "deletionVectors") &&
      isEnabled(metadata, "delta.enableDeletionVectors");
    this.changeData = isEnabled(metadata, "delta.enableChangeDataFeed")
      ? new ChangeDataWriter(store, layout, metadata.configuration)
      : undefined;
  }

  get filesSkipped(): number {
    return this.skipped;
  }

  candidates(where?: Bound): readonly AddFile[] {
    this.assertCurrent();
    if (this.isApplied) return [];
    const { reads, state, layout } = this;
    if (where) reads.where.push(where);
    else reads.everything = true;
    const found: AddFile[] = [];
    for (const file of state.files.values()) {
      if (where && !mayMatch(where, boundsOfFile(file, layout.byName, layout.partitions))) continue;
      found.push(file);
      reads.files.add(canonicalPath(file.path));
    }
    this.skipped = state.files.size - reads.files.size;
    return found;
  }

  read(file: AddFile, columns?: readonly string[], where?: Bound): AsyncIterable<PlacedRows> {
    const { signal } = this.options;
    return readPlaced(this.target.store, file, this.layout, { columns, where, signal });
  }

  readAt(
    file: AddFile,
    places: Uint32Array,
    columns?: readonly string[],
  ): AsyncIterable<PlacedRows> {
    const { signal } = this.options;
    return readPlaced(this.target.store, file, this.layout, { columns, only: places, signal });
  }

  remove(file: AddFile, places: Uint32Array, kind: RemovalKind): void {
    this.assertOpen();
    if (places.length === 0) return;
    assertMayRemove(this.target, `${kind}d`);
    this.touched.remove(file, places, kind);
  }

  async removeFile(file: AddFile): Promise<number> {
    this.assertOpen();
    const { target, options } = this;
    assertMayRemove(target, "deleted");
    const { store } = target;
    const rows = await liveRowsIn(file, { store, signal: options.signal });
    if (rows > 0) this.touched.removeFile(file, rows);
    return rows;
  }

  async endRemovals(): Promise<void> {
    if (!this.changeData) return;
    const { target, vectors, options } = this;
    const fates = await fatesOf(this.touched.values(), {
      store: target.store,
      vectors,
      signal: options.signal,
    });
    if (!areRecorded(fates, { updates: this.hasUpdates() })) this.changeData = undefined;
  }

  async add(batch: RecordBatch, kind: "insert" | "update"): Promise<void> {
    this.assertOpen();
    if (batch.numRows === 0) return;
    this.added[kind] += batch.numRows;
    const rows = await this.rows.add(batch);
    await this.changeData?.add(rows, kind === "insert" ? "insert" : "update_postimage");
  }

  async commit(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    metrics: Readonly<Record<string, number>> = {},
  ): Promise<ChangeResult> {
    this.assertOpen();
    const { layout, touched, rows, changeData, vectors, options, target, txn } = this;
    const isEmpty = touched.size === 0 && this.added.insert + this.added.update === 0;
    if (this.isApplied || (isEmpty && !txn)) {
      this.ended = true;
      return this.result({});
    }
    const rewrite = new FileRewrite({
      store: target.store,
      layout,
      rows,
      changeData,
      vectors,
      updates: this.hasUpdates(),
      now: target.clock(),
      signal: options.signal,
    });
    this.ended = true;
    let done: Awaited<ReturnType<FileRewrite["run"]>>;
    try {
      done = await rewrite.run(touched.values());
    } catch (error) {
      await rewrite.discard();
      throw error;
    }
    const result = {
      ...done.counts,
      rowsDeleted: touched.count("delete"),
      rowsUpdated: touched.count("update"),
      rowsInserted: this.added.insert,
    };
    const written = { ...done.written, discard: () => rewrite.discard() };
    const transaction = txn ? [{ txn: { ...txn, lastUpdated: target.clock() } }] : [];
    try {
      await commitActions(target, options, written, {
        operation,
        parameters,
        metrics: { ...operationMetrics(operation, result, done), ...metrics },
        actions: [...transaction, ...done.actions],
        expects: {
          version: this.version,
          reads: this.readRows(),
          isolation: options.isolation,
          transactions: this.transactions,
        },
      });
    } catch (error) {
      const isDone = isLakeError(error, "LAKE_COMMIT_CONFLICT") && txn !== undefined;
      if (isDone && isApplied(target.state, txn)) return this.result({});
      throw error;
    }
    return this.result(result);
  }

  async discard(): Promise<void> {
    this.ended = true;
    await Promise.all([this.rows.discard(), this.changeData?.discard()]);
  }

  private hasUpdates(): boolean {
    return this.added.update > 0 || this.touched.count("update") > 0;
  }

  private readRows(): "nothing" | "everything" | SomeRows {
    const { everything, where, files } = this.reads;
    if (everything) return "everything";
    return where.length === 0 ? "nothing" : { where, files };
  }

  private result(did: Partial<ChangeResult>): ChangeResult {
    return {
      version: this.target.state.version,
      written: Object.keys(did).length > 0,
      rowsDeleted: 0,
      rowsUpdated: 0,
      rowsInserted: 0,
      rowsCopied: 0,
      filesAdded: 0,
      filesRemoved: 0,
      deletionVectorsAdded: 0,
      bytesAdded: 0,
      ...did,
      filesSkipped: this.skipped,
    };
  }

  private assertOpen(): void {
    if (!this.ended) return;
    throw invalidOption(
      "A change is committed once; this one has ended.",
      "Plan it again: the table may have other rows now.",
    );
  }

  /** Files are those of the version the change began at: another call on the table may have moved it on since. */
  private assertCurrent(): void {
    const { state, target, reads } = this;
    if (state.version === this.version) return;
    if (reads.where.length === 0 && !reads.everything && target.layout === this.layout) {
      this.version = state.version;
      return;
    }
    const { version, transactions } = this;
    const expects = { version, reads: this.readRows(), transactions };
    const { location } = target.store;
    const did = "came while the change was being made";
    throw conflict({ location, expects }, state.version, "concurrent-append", did);
  }
}
