import type { Store } from "../../store/store.ts";
import type { Action, Metadata, Protocol } from "./actions.ts";
import { commitTimes, inCommitTime } from "./commit-times.ts";
import type { TableState } from "./load.ts";
import { hasWriterFeature, isEnabled } from "../schema/protocol.ts";

const VERSION = "delta.inCommitTimestampEnablementVersion";
const TIMESTAMP = "delta.inCommitTimestampEnablementTimestamp";

interface Table {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
}

/** Whether a commit with these actions carries its time ("In-Commit Timestamps" of PROTOCOL.md): one that turns it on does. */
export function isTimed(table: Table, actions: readonly Action[]): boolean {
  const protocol = actions.find((action) => action.protocol)?.protocol ?? table.protocol;
  const metadata = actions.find((action) => action.metaData)?.metaData ?? table.metadata;
  return (
    hasWriterFeature(protocol, "inCommitTimestamp") &&
    isEnabled(metadata, "delta.enableInCommitTimestamps")
  );
}

/**
 * The time of the last commit, above which the next one's has to be: where that is the first that carries its time, the
 * one by which history knows the last. Source: InCommitTimestampUtils of delta-io/delta.
 */
export async function lastTimeMs(store: Store, state: TableState): Promise<number> {
  if (isTimed(state, [])) {
    // A checkpoint does not tell when its version was committed.
    const last = state.inCommitTimestamp ?? (await inCommitTime(store, state.version));
    if (last !== undefined) return last;
  }
  return (await commitTimes(store, state)).at(-1)?.timestampMs ?? -1;
}

/** The actions, with the version and time from which on commits carry theirs, where this one turns it on. */
export function withEnablement(
  table: Table,
  actions: readonly Action[],
  version: bigint,
  timestampMs: number | undefined,
): readonly Action[] {
  if (timestampMs === undefined || isTimed(table, [])) return actions;
  return actions.map((action) =>
    action.metaData
      ? {
          metaData: {
            ...action.metaData,
            configuration: {
              ...action.metaData.configuration,
              [VERSION]: String(version),
              [TIMESTAMP]: String(timestampMs),
            },
          },
        }
      : action,
  );
}
