import {
  type JobOptions,
  type PositionRange,
  type Positions,
  type Row,
  type RowsOrBatches,
  showValue,
  type SinkWrite,
  type Table,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { AlterOptions, AlterTable } from "../alter/types.ts";
import type { ChangeOptions, ChangePlan, ChangeResult, UpdateOptions } from "../change/types.ts";
import { type Layout, layoutOf } from "../delta/schema/layout.ts";
import { advance, type TableState } from "../delta/log/load.ts";
import { assertReadable } from "../delta/schema/readable.ts";
import { scanFiles } from "../delta/data-files/scan-files.ts";
import { LakeError } from "../errors.ts";
import type { MergeOptions, MergePlan, MergeResult } from "../merge/types.ts";
import { invalidOption, isObject } from "../options.ts";
import { planRead } from "../read/plan.ts";
import { scanOf } from "../read/scan.ts";
import { assertCommits } from "../store/capabilities.ts";
import { type Clock, wholeClock } from "../store/clock.ts";
import { Mutex } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import type {
  LogCleanupPlan,
  LogCleanupResult,
  OptimizeOptions,
  OptimizePlan,
  OptimizeResult,
  RestorePlan,
  RestoreResult,
  VacuumOptions,
  VacuumPlan,
  VacuumResult,
  VerifyOptions,
  VerifyResult,
} from "../upkeep/types.ts";
import { loadEngine, needsEngine } from "../where/engine.ts";
import type { Where } from "../where/expression.ts";
import { stateAsOf } from "./as-of.ts";
import { lakeFile } from "./files.ts";
import { readHistory } from "./history.ts";
import type {
  AppendOptions,
  AsOf,
  Change,
  ChangesOptions,
  CommitInfo,
  LakeFile,
  LakeTable,
  MergeSource,
  OverwriteOptions,
  Scan,
  ScanOptions,
  TableProtocol,
  WriteResult,
} from "./types.ts";
import type { WriteTarget } from "./commit-actions.ts";
import type * as verbs from "./verbs.ts";

export class DeltaTable<T extends Table = Table> implements LakeTable<T>, WriteTarget {
  readonly store: Store;
  readonly clock: Clock;
  /** Orders the commits of this object: each begins where the one before ended. */
  readonly mutex: Mutex = new Mutex();
  state: TableState;
  private readonly pinned: boolean;
  private closed = false;

  constructor(store: Store, state: TableState, clock: Clock, pinned = false) {
    assertReadable(state.protocol, store.location);
    this.store = store;
    this.state = state;
    this.clock = wholeClock(clock);
    this.pinned = pinned;
    // A log without a schema still has a version and files.
    if (state.metadata.schemaString !== "") void this.layout;
  }

  static async open<T extends Table>(
    store: Store,
    clock: Clock,
    asOf?: AsOf,
  ): Promise<DeltaTable<T>> {
    return new DeltaTable<T>(store, await stateAsOf(store, asOf), clock, asOf !== undefined);
  }

  get table(): T {
    return this.layout.table as T;
  }
  get partitionBy(): readonly string[] {
    return this.layout.partitionBy;
  }
  get version(): bigint {
    return this.state.version;
  }
  get properties(): Readonly<Record<string, string>> {
    return this.state.metadata.configuration;
  }
  get location(): string {
    return this.store.location;
  }

  get protocol(): TableProtocol {
    return this.state.protocol;
  }
  get transactions(): ReadonlyMap<string, bigint> {
    return new Map(Array.from(this.state.transactions.values(), (txn) => [txn.appId, txn.version]));
  }

  get layout(): Layout {
    return layoutOf(this.state.protocol, this.state.metadata, this.location);
  }

  async append(data: RowsOrBatches<T>, options: AppendOptions = {}): Promise<WriteResult> {
    this.assertCanWrite();
    await loadEngine();
    // By itself: a process that only appends goes without the other verbs.
    return (await import("./append.ts")).appendRows(this, data, options);
  }

  async overwrite(data: RowsOrBatches<T>, options: OverwriteOptions = {}): Promise<WriteResult> {
    return (await this.toWrite()).overwriteRows(this, data, options);
  }

  async delete(where: Where, options: ChangeOptions = {}): Promise<ChangeResult> {
    return (await this.planDelete(where, options)).run();
  }
  async planDelete(where: Where, options: ChangeOptions = {}): Promise<ChangePlan> {
    return (await this.toWrite()).planDelete(this, where, options);
  }
  async update(options: UpdateOptions): Promise<ChangeResult> {
    return (await this.planUpdate(options)).run();
  }
  async planUpdate(options: UpdateOptions): Promise<ChangePlan> {
    return (await this.toWrite()).planUpdate(this, options);
  }
  async merge(source: MergeSource<T>, options: MergeOptions): Promise<MergeResult> {
    return (await this.planMerge(source, options)).run();
  }
  async planMerge(source: MergeSource<T>, options: MergeOptions): Promise<MergePlan> {
    return (await this.toWrite()).planMerge(this, source as MergeSource<Table>, options);
  }

  async alter(
    change: AlterTable,
    options: AlterOptions = {},
  ): Promise<{ readonly version: bigint }> {
    return (await this.toWrite()).alterTable(this, change, options);
  }

  async optimize(options: OptimizeOptions = {}): Promise<OptimizeResult> {
    return (await this.planOptimize(options)).run();
  }
  async planOptimize(options: OptimizeOptions = {}): Promise<OptimizePlan> {
    return (await this.toWrite()).planOptimize(this, options);
  }
  async vacuum(options: VacuumOptions = {}): Promise<VacuumResult> {
    return (await this.planVacuum(options)).run();
  }
  async planVacuum(options: VacuumOptions = {}): Promise<VacuumPlan> {
    return (await this.toWrite()).planVacuum(this, options);
  }
  async restore(to: AsOf, options: JobOptions = {}): Promise<RestoreResult> {
    return (await (await this.toWrite()).planRestore(this, to, options)).run();
  }
  async planRestore(to: AsOf, options: JobOptions = {}): Promise<RestorePlan> {
    return (await this.toWrite()).planRestore(this, to, options);
  }
  async cleanLog(): Promise<LogCleanupResult> {
    return (await this.planCleanLog()).run();
  }
  async planCleanLog(): Promise<LogCleanupPlan> {
    return (await this.toWrite()).planCleanLog(this);
  }
  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    return (await import("./verbs.ts")).verifyTable(this, options);
  }

  scan<R>(options: ScanOptions = {}): Scan<R> {
    const { state, store, location } = this;
    const { asOf } = options;
    const { table, columns, mode } = this.layout;
    if (asOf === undefined && !needsEngine(options.where)) {
      const plan = planRead(table, columns, mode, options);
      const files = state.files.list();
      const { layout } = this;
      return scanOf((metrics) => scanFiles(store, files, layout, plan, metrics)) as Scan<R>;
    }
    // Columns of another version are known once it is read, expressions once what evaluates them is loaded.
    const late = async function* (
      metrics: Parameters<typeof scanFiles>[4],
    ): AsyncGenerator<RecordBatch> {
      if (needsEngine(options.where)) await loadEngine();
      const then = asOf === undefined ? state : await stateAsOf(store, asOf);
      assertReadable(then.protocol, location);
      const layout = layoutOf(then.protocol, then.metadata, location);
      const plan = planRead(layout.table, layout.columns, layout.mode, options);
      yield* scanFiles(store, then.files.list(), layout, plan, metrics);
    };
    return scanOf(late) as Scan<R>;
  }

  changes(options: ChangesOptions): Scan<Row<T> & Change> {
    if (isObject(options) !== undefined) {
      throw invalidOption(`changes: the options are ${showValue(options)}.`, "Give { from: 3n }.");
    }
    const { store, state } = this;
    return scanOf(async function* (metrics) {
      const { readChanges } = await import("./changes.ts");
      yield* readChanges(store, state, options, metrics);
    }) as Scan<Row<T> & Change>;
  }

  async history(limit: number = Number.MAX_SAFE_INTEGER): Promise<CommitInfo[]> {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw invalidOption(`history: the limit is ${limit}; it must be a positive integer.`);
    }
    return readHistory(this.store, this.state, limit);
  }

  files(): readonly LakeFile[] {
    const partitions =
      this.state.metadata.partitionColumns.length === 0
        ? []
        : this.partitionBy.map((name) => this.layout.byName.get(name)!);
    return Array.from(this.state.files.values(), (file) => lakeFile(file, partitions));
  }

  async refresh(): Promise<this> {
    if (!this.pinned) await this.mutex.run(() => this.advance());
    return this;
  }

  async checkpoint(): Promise<void> {
    const { assertWritable, writeCheckpoint } = await this.toWrite();
    const { protocol, metadata } = this.state;
    assertWritable(protocol, metadata, this.location);
    await this.mutex.run(() => writeCheckpoint(this.store, this.state, this.clock()));
  }

  async positions(consumer: string): Promise<Positions> {
    await this.refresh();
    return (await import("./verbs.ts")).positionsOf(this.state, consumer);
  }

  async write(
    batches: readonly RecordBatch[],
    range: PositionRange,
    options: JobOptions = {},
  ): Promise<SinkWrite> {
    return (await this.toWrite()).writeRange(this, batches, range, options);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.mutex.run(() => Promise.resolve());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Moves to the latest version; only under the mutex. */
  async advance(): Promise<void> {
    const state = await advance(this.store, this.state);
    assertReadable(state.protocol, this.location);
    this.state = state;
  }

  /** The verbs that write, loaded on first use: a page that only reads goes without them. */
  private async toWrite(): Promise<typeof verbs> {
    this.assertCanWrite();
    await loadEngine();
    return import("./verbs.ts");
  }

  private assertCanWrite(): void {
    if (this.pinned) {
      throw invalidOption(
        `The table ${this.location} was opened as of version ${this.version}, which cannot be written to.`,
        "Open it without asOf.",
      );
    }
    if (this.closed) {
      throw new LakeError("LAKE_INVALID_OPTION", `The table ${this.location} was closed.`, {
        hint: "Open it again with openTable.",
      });
    }
    assertCommits(this.store);
  }
}
