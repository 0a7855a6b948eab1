import type { AddFile } from "../delta/log/actions.ts";
import { layoutOf } from "../delta/schema/layout.ts";
import type { TableState } from "../delta/log/load.ts";
import { parsedStatsText } from "../delta/statistics/parsed.ts";

/** A file of a state as an action that adds it again. Statistics a checkpoint had as a struct become text. */
export function committedAdd(
  { parsedStats, stats, ...file }: AddFile,
  { protocol, metadata }: TableState,
): AddFile {
  const text =
    stats ??
    (parsedStats && parsedStatsText(parsedStats, layoutOf(protocol, metadata, "table").columns));
  return { ...file, dataChange: true, ...(text !== undefined && { stats: text }) };
}
