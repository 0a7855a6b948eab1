import { type JobOptions, progressReporter } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import type { SourceRows } from "../generate/world.ts";
import { sourceTables } from "../schema/index.ts";

/** Loads the rows of every table by the engine's fastest path; gives how many there are. */
export async function fillSource(
  engine: SqlEngine,
  rows: SourceRows,
  { signal, onProgress }: JobOptions = {},
): Promise<number> {
  const report = progressReporter(onProgress);
  let total = 0;
  for (const [i, { table }] of sourceTables.entries()) {
    const of = rows.get(table.name);
    if (of) total += (await engine.load(table.name, table, of, { signal })).rows;
    report({ phase: "source", done: i + 1, total: sourceTables.length, unit: "steps" });
  }
  return total;
}
