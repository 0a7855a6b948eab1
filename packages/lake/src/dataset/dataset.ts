import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { StoredColumn } from "../delta/schema/columns.ts";
import { type Bounds, keyOfValue } from "../read/bounds.ts";
import { readDataFile, type ReadPlan } from "../read/data-file.ts";
import { planRead } from "../read/plan.ts";
import { loadEngine, needsEngine } from "../where/engine.ts";
import { mayMatch } from "../read/prune.ts";
import { type MutableMetrics, scanOf } from "../read/scan.ts";
import { randomAccess } from "../store/random-access.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import type { LakeFile, Scan } from "../table/types.ts";
import type { Dataset, DatasetScanOptions } from "./types.ts";

export interface DatasetFile {
  readonly info: ObjectInfo;
  /** Values of folder levels that are columns of the table. */
  readonly constants: ReadonlyMap<string, unknown>;
}

export class FolderDataset<T extends Table> implements Dataset<T> {
  readonly table: T;
  readonly location: string;
  private readonly store: Store;
  private readonly columns: readonly StoredColumn[];
  private readonly data: readonly DatasetFile[];

  constructor(
    store: Store,
    table: T,
    columns: readonly StoredColumn[],
    data: readonly DatasetFile[],
  ) {
    this.store = store;
    this.location = store.location;
    this.table = table;
    this.columns = columns;
    this.data = data;
  }

  scan<R>(options: DatasetScanOptions = {}): Scan<R> {
    // Checked at once, but for expressions: what evaluates them is loaded first.
    const plan = needsEngine(options.where) ? undefined : this.plan(options);
    return scanOf((metrics) => this.read(options, plan, metrics)) as Scan<R>;
  }

  files(): readonly LakeFile[] {
    return this.data.map(({ info, constants }) => ({
      path: info.path,
      bytes: info.size,
      partition: Object.fromEntries(constants),
      rows: undefined,
      modified: new Date(info.modifiedMs),
    }));
  }

  private plan(options: DatasetScanOptions): ReadPlan {
    return planRead(this.table, this.columns, "none", options);
  }

  private async *read(
    options: DatasetScanOptions,
    early: ReadPlan | undefined,
    metrics: MutableMetrics,
  ): AsyncGenerator<RecordBatch> {
    if (!early) await loadEngine();
    const plan = early ?? this.plan(options);
    for (const { info, constants } of this.data) {
      plan.signal?.throwIfAborted();
      if (plan.where && !mayMatch(plan.where, this.boundsOf(constants))) {
        metrics.filesSkipped++;
        continue;
      }
      metrics.filesRead++;
      const access = randomAccess(this.store, info.path, info.size, plan.signal);
      yield* readDataFile(plan, { name: info.path, access, constants }, metrics);
    }
  }

  private boundsOf(constants: ReadonlyMap<string, unknown>): Bounds {
    return {
      rows: undefined,
      of: (name) => {
        if (!constants.has(name)) return undefined;
        const value = constants.get(name);
        if (value === null) return { allNull: true };
        const key = keyOfValue(this.table.columns[name]!.type, value);
        return key === undefined ? undefined : { min: key, max: key, nulls: 0 };
      },
    };
  }
}
