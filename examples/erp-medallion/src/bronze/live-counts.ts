import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SourcePrint } from "./source-prints.ts";
import type { Recorded } from "./target.ts";

/** Rows of each table that are current in bronze, and the prints of the source then, as the last whole run knew. */
export interface LiveCounts {
  /** Undefined after a run that did not come to its end: then the table is counted. */
  of(table: string): number | undefined;
  /** Whether the source's table is what it was when bronze got it; false where that is not known. */
  isAsBefore(table: string, print: SourcePrint): boolean;
  add(table: string, recorded: Recorded): void;
  set(table: string, rows: number): void;
  /** What is compared with the next time; undefined where the source was written to while it was read. */
  print(table: string, print: SourcePrint | undefined): void;
  total(): number;
  save(): Promise<void>;
}

interface Kept {
  readonly counts: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, string>>;
}

/**
 * What the last run knew. Its file is taken away while a run works, so that a killed one leaves none, and the next
 * counts what is there instead of believing it.
 */
export async function liveCounts(folder: string): Promise<LiveCounts> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "_rows.json");
  const before = await taken(path);
  const counts = new Map(Object.entries(before.counts));
  const hashes = new Map(Object.entries(before.hashes));
  return {
    of: (table) => (before.isWhole ? (counts.get(table) ?? 0) : undefined),
    isAsBefore: (table, { rows, hash }) =>
      hashes.get(table) === hash && (counts.get(table) ?? 0) === rows,
    add: (table, { inserted, deleted }) =>
      void counts.set(table, (counts.get(table) ?? 0) + inserted - deleted),
    set: (table, rows) => void counts.set(table, rows),
    print: (table, print) => void (print ? hashes.set(table, print.hash) : hashes.delete(table)),
    total: () => [...counts.values()].reduce((sum, rows) => sum + rows, 0),
    save: async () => {
      const kept: Kept = {
        counts: Object.fromEntries(counts),
        hashes: Object.fromEntries(hashes),
      };
      await writeFile(`${path}.next`, JSON.stringify(kept));
      await rename(`${path}.next`, path);
    },
  };
}

async function taken(path: string): Promise<{ readonly isWhole: boolean } & Kept> {
  const begun = `${path}.begun`;
  const exists = async (name: string): Promise<string | undefined> =>
    readFile(name, "utf8").catch(() => undefined);
  const wasBegun = (await exists(begun)) !== undefined;
  const text = await exists(path);
  await writeFile(begun, "");
  if (text !== undefined) {
    await rename(path, begun);
    return { isWhole: true, ...(JSON.parse(text) as Kept) };
  }
  return { isWhole: !wasBegun, counts: {}, hashes: {} };
}
