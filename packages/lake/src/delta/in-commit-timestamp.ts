import type { Action, Metadata, Protocol } from "./actions.ts";
import { hasWriterFeature, isEnabled } from "./protocol.ts";

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
