import { selectColumns, showValue, toArrowSchema, type Table } from "@lakewright/core";
import type { RecordBatch, Schema } from "apache-arrow";
import { layoutOf } from "../../delta/schema/layout.ts";
import {
  checkOptions,
  invalidOption,
  isCondition,
  isMoment,
  isNames,
  isObject,
  jobChecks,
} from "../../options.ts";
import type { Store } from "../../store/store.ts";
import { stateAsOf } from "../../table/as-of.ts";
import type { LakeTable, Scan, ScanMetrics } from "../../table/types.ts";
import type { AttachOptions } from "./types.ts";

/** Where the rows come from, one loading after the other. */
export interface Source {
  /** Moves to the latest version, where the rows are of a table and of no fixed version. */
  refresh(): Promise<void>;
  open(): Promise<Reading>;
}

export interface Reading {
  readonly version: bigint | undefined;
  /** Undefined where only a batch can tell. */
  readonly schema: Schema | undefined;
  readonly batches: AsyncIterable<RecordBatch>;
  readonly metrics: () => Partial<ScanMetrics>;
}

/** @throws LakeError LAKE_INVALID_OPTION. */
export function sourceOf<T extends Table>(
  data: LakeTable<T> | Scan | AsyncIterable<RecordBatch>,
  options: AttachOptions,
): Source {
  checkOptions("attachTable", options, {
    columns: isNames,
    where: isCondition,
    asOf: isMoment,
    signal: jobChecks.signal,
  });
  if (isObject(data) === undefined && isTable(data)) return tableSource(data, options);
  if (isObject(data) !== undefined || !(Symbol.asyncIterator in data)) {
    throw invalidOption(
      `attachTable: ${showValue(data)} is no table and no scan.`,
      "Give what openTable or scan returned.",
    );
  }
  const { columns, where, asOf } = options;
  if ([columns, where, asOf].some((option) => option !== undefined)) {
    throw invalidOption(
      "attachTable: columns, where and asOf choose rows of a table, and a scan was given.",
      "Give them to scan.",
    );
  }
  return {
    refresh: () => Promise.resolve(),
    open: () =>
      Promise.resolve({
        version: undefined,
        schema: undefined,
        batches: data,
        metrics: () => ("metrics" in data ? data.metrics : {}),
      }),
  };
}

function isTable<T extends Table>(data: object): data is LakeTable<T> {
  return "scan" in data && "refresh" in data;
}

function tableSource(lake: LakeTable, options: AttachOptions): Source {
  const { columns, asOf } = options;
  return {
    refresh: async () => {
      if (asOf === undefined) await lake.refresh();
    },
    open: async () => {
      const { version, table } = await versionOf(lake, asOf);
      const names = columns ?? table.fields.map((field) => field.name);
      const scan: Scan = lake.scan({ ...options, asOf: asOf && { version } });
      return {
        version,
        schema: toArrowSchema(selectColumns(table, names)),
        batches: scan,
        metrics: () => scan.metrics,
      };
    },
  };
}

async function versionOf(
  lake: LakeTable,
  asOf: AttachOptions["asOf"],
): Promise<{ readonly version: bigint; readonly table: Table }> {
  if (asOf === undefined) return lake;
  const { store } = lake as LakeTable & { readonly store: Store };
  const { version, protocol, metadata } = await stateAsOf(store, asOf);
  return { version, table: layoutOf(protocol, metadata, lake.location).table };
}
