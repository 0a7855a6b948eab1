import type { JobOptions, PositionRange, Positions, SinkWrite } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { TableState } from "../delta/log/load.ts";
import { NOTHING_WRITTEN } from "../delta/data-files/write-files.ts";
import { isLakeError } from "../errors.ts";
import { checkOptions, invalidOption, jobChecks } from "../options.ts";
import { commitActions, metricsOf, writeData, type WriteTarget } from "./commit-actions.ts";
import { versionOf } from "./transaction.ts";

/**
 * Positions are kept as transactions of the log ("Transaction Identifiers" of PROTOCOL.md), so they are committed with
 * the rows: application id `consumer/partition`, version the position.
 */
function appIdOf(consumer: string, partition: string): string {
  return `${prefixOf(consumer)}${partition}`;
}

/** A slash in the consumer's name is escaped: it ends where the partition begins. */
function prefixOf(consumer: string): string {
  if (consumer === "") throw invalidOption("A consumer needs a name.");
  return `${consumer.replace(/[%/]/g, encodeURIComponent)}/`;
}

/** The positions a state has for a consumer. */
export function positionsOf(state: TableState, consumer: string): Positions {
  const prefix = prefixOf(consumer);
  const positions = new Map<string, bigint>();
  for (const { appId, version } of state.transactions.values()) {
    if (appId.startsWith(prefix)) positions.set(appId.slice(prefix.length), version);
  }
  return positions;
}

/** Writes batches and moves positions in one commit, provided the positions stand where the range begins. */
export async function writeRange(
  target: WriteTarget,
  batches: readonly RecordBatch[],
  range: PositionRange,
  options: JobOptions,
): Promise<SinkWrite> {
  checkOptions("write", options, jobChecks);
  checkRange(range);
  const { consumer, from, to } = range;
  await target.mutex.run(() => target.advance());
  const lost = (): SinkWrite => ({
    written: false,
    positions: positionsOf(target.state, consumer),
  });
  const stands = (): boolean =>
    [...to.keys()].every(
      (partition) => versionOf(target.state, appIdOf(consumer, partition)) === from.get(partition),
    );
  if (!stands()) return lost();
  const expects = {
    version: target.state.version,
    reads: "nothing" as const,
    transactions: new Map(
      [...to.keys()].map((partition) => [appIdOf(consumer, partition), from.get(partition)]),
    ),
  };
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  const moved = [...to].filter(([partition, position]) => from.get(partition) !== position);
  if (rows === 0 && moved.length === 0) {
    return { written: true, rows: 0, version: String(target.state.version) };
  }
  const written = rows === 0 ? NOTHING_WRITTEN : await writeData(target, batches, options);
  const lastUpdated = target.clock();
  try {
    await commitActions(target, options, written, {
      operation: "STREAMING UPDATE",
      parameters: { outputMode: "Append", queryId: consumer },
      metrics: metricsOf(written),
      actions: [
        ...moved.map(([partition, version]) => ({
          txn: { appId: appIdOf(consumer, partition), version, lastUpdated },
        })),
        ...written.adds.map((add) => ({ add })),
      ],
      expects,
    });
  } catch (error) {
    if (isLakeError(error, "LAKE_COMMIT_CONFLICT") && !stands()) return lost();
    throw error;
  }
  return { written: true, rows: written.rows, version: String(target.state.version) };
}

function checkRange({ from, to }: PositionRange): void {
  for (const partition of from.keys()) {
    if (!to.has(partition)) {
      throw invalidOption(
        `write: partition ${partition} has a position in \`from\` and none in \`to\`.`,
      );
    }
  }
  for (const [partition, position] of to) {
    const before = from.get(partition) ?? 0n;
    if (position < before) {
      throw invalidOption(
        `write: the position of ${partition} would go back from ${before} to ${position}.`,
        "A position is that of the next record, and only grows.",
      );
    }
  }
}
