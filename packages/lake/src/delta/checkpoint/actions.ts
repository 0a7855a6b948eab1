import { stringifyJson } from "@lakewright/core";
import type { Action, AddFile, PartitionValues, RemoveFile } from "../log/actions.ts";
import type { CheckpointShape } from "./shape.ts";
import type { TableState } from "../log/load.ts";
import { partitionValueOf } from "../partition/columns.ts";
import { intervalProperty } from "../schema/properties.ts";
import { parsedStatsText, statsRow } from "../statistics/parsed.ts";

const TOMBSTONE_MS = 7 * 86_400_000;

type Row = Readonly<Record<string, unknown>>;

/** The actions of a state that are not on files, as a commit has them. */
export function* otherActions(state: TableState): Generator<Action> {
  yield { protocol: state.protocol };
  yield { metaData: state.metadata };
  for (const txn of state.transactions.values()) yield { txn };
  for (const domainMetadata of state.domains.values()) yield { domainMetadata };
}

/** An action that is not on a file as a row of a checkpoint: maps are pairs. */
export function otherRow(action: Action): Row {
  const { metaData } = action;
  if (!metaData) return action as Row;
  const { format, configuration } = metaData;
  return {
    metaData: {
      ...metaData,
      format: { ...format, options: Object.entries(format.options) },
      configuration: Object.entries(configuration),
    },
  };
}

/** The files of a state and the tombstones that have not expired, as rows of a checkpoint. */
export function* fileRows(state: TableState, shape: CheckpointShape, now: number): Generator<Row> {
  for (const add of state.files.values()) yield { add: addRow(add, shape) };
  const retention =
    intervalProperty(state.metadata.configuration, "delta.deletedFileRetentionDuration") ??
    TOMBSTONE_MS;
  for (const remove of state.tombstones.values()) {
    if ((remove.deletionTimestamp ?? 0) > now - retention) yield { remove: removeRow(remove) };
  }
}

function addRow(file: AddFile, shape: CheckpointShape): Row {
  const { parsedStats, tags, partitionValues, stats, ...add } = file;
  // Statistics another writer kept only as a struct become text again.
  const text = stats ?? (parsedStats && parsedStatsText(parsedStats, shape.columns));
  return {
    ...add,
    dataChange: false,
    partitionValues: Object.entries(partitionValues),
    tags: pairs(tags),
    ...(shape.statsAsText && { stats: text }),
    ...(shape.stats && { stats_parsed: text === undefined ? null : statsRow(text, shape.stats) }),
    ...(shape.partitions && { partitionValues_parsed: parsedPartition(file, shape.partitions) }),
  };
}

function parsedPartition(
  file: AddFile,
  partitions: NonNullable<CheckpointShape["partitions"]>,
): Row {
  return Object.fromEntries(
    partitions.map((stored) => [stored.physical, partitionValueOf(file, stored)]),
  );
}

function removeRow({ tags: _, partitionValues, ...remove }: RemoveFile): Row {
  return { ...remove, dataChange: false, partitionValues: pairs(partitionValues) };
}

function pairs(values: PartitionValues | undefined): readonly unknown[] | null {
  return values ? Object.entries(values) : null;
}

/** Bytes of a JSON object and the line end after it. */
export function jsonLine(action: object): string {
  return `${stringifyJson(action)}\n`;
}
