import type { Metadata } from "../delta/actions.ts";
import type { TableState } from "../delta/load.ts";

/** Properties of the log itself, which does not go back: times in commits, and column ids that were given out. */
const STAY = [
  "delta.enableInCommitTimestamps",
  "delta.inCommitTimestampEnablementVersion",
  "delta.inCommitTimestampEnablementTimestamp",
  "delta.columnMapping.maxColumnId",
];

/** The metadata of an earlier version as it is committed again; undefined where it is the present one. */
export function restoredMetadata(now: TableState, then: TableState): Metadata | undefined {
  const configuration: Record<string, string> = { ...then.metadata.configuration };
  for (const name of STAY) {
    const value = now.metadata.configuration[name];
    if (value !== undefined) configuration[name] = value;
  }
  const { id } = now.metadata;
  const metadata: Metadata = { ...then.metadata, id, configuration };
  return same(metadata, now.metadata) ? undefined : metadata;
}

function same(a: Metadata, b: Metadata): boolean {
  const text = ({ configuration, ...metadata }: Metadata): string =>
    JSON.stringify([
      Object.entries(metadata).sort(([x], [y]) => (x < y ? -1 : 1)),
      Object.entries(configuration).sort(([x], [y]) => (x < y ? -1 : 1)),
    ]);
  return text(a) === text(b);
}
