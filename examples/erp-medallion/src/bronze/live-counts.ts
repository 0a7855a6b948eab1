import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recorded } from "./target.ts";

/** Rows of each table that are current in bronze, as the last run that came to its end knew. */
export interface LiveCounts {
  /** Undefined after a run that did not come to its end: then the table is counted. */
  of(table: string): number | undefined;
  add(table: string, recorded: Recorded): void;
  set(table: string, rows: number): void;
  total(): number;
  save(): Promise<void>;
}

/**
 * The counts of the last run. Its file is taken away while a run works, so that a killed one leaves none, and the next
 * counts what is there instead of believing it.
 */
export async function liveCounts(folder: string): Promise<LiveCounts> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "_rows.json");
  const before = await taken(path);
  const counts = new Map<string, number>(Object.entries(before.counts));
  return {
    of: (table) => (before.isWhole ? (counts.get(table) ?? 0) : undefined),
    add: (table, { inserted, deleted }) =>
      void counts.set(table, (counts.get(table) ?? 0) + inserted - deleted),
    set: (table, rows) => void counts.set(table, rows),
    total: () => [...counts.values()].reduce((sum, rows) => sum + rows, 0),
    save: async () => {
      await writeFile(`${path}.next`, JSON.stringify(Object.fromEntries(counts)));
      await rename(`${path}.next`, path);
    },
  };
}

async function taken(path: string): Promise<{ isWhole: boolean; counts: Record<string, number> }> {
  const begun = `${path}.begun`;
  const exists = async (name: string): Promise<string | undefined> =>
    readFile(name, "utf8").catch(() => undefined);
  const wasBegun = (await exists(begun)) !== undefined;
  const text = await exists(path);
  await writeFile(begun, "");
  if (text !== undefined) {
    await rename(path, begun);
    return { isWhole: true, counts: JSON.parse(text) as Record<string, number> };
  }
  return { isWhole: !wasBegun, counts: {} };
}
