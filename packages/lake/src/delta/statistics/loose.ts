import { parseJson, stringifyJson } from "@lakewright/core";

/**
 * Statistics for a file of which some rows are deleted: the bounds hold still, but may be wider than they need to be.
 * The number of rows counts deleted ones too, and must be there ("Per-file Statistics" of PROTOCOL.md).
 */
export function looseStats(stats: string | undefined, rows: number): string {
  return stringifyJson({ ...parsed(stats), numRecords: rows, tightBounds: false });
}

function parsed(stats: string | undefined): object {
  if (stats === undefined) return {};
  try {
    const value = parseJson(stats);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
