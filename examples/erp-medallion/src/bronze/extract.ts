import { type JobOptions, progressReporter } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { extractInto, fullCompare, watermark } from "@lakewright/warehouse/extract";
import { ErpError } from "../failure.ts";
import { sourceTables } from "../source/schema/index.ts";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";
import type { BronzeLake } from "./bronze-lake.ts";
import { recordDeletions } from "./deletions.ts";
import { extractionState } from "./extraction-state.ts";
import { type LiveCounts, liveCounts } from "./live-counts.ts";
import { changedRows, hasRowPrints, knownPrints, printRows, type RowPrints } from "./row-prints.ts";
import { printSource, type SourcePrint } from "./source-prints.ts";
import { bronzeTarget, type Recorded, recordRows } from "./target.ts";

export interface ExtractBronzeOptions extends JobOptions {
  /** When the source is as it is, microseconds since 1970. */
  readonly at: bigint;
  /** Where it is kept how far each table was read. */
  readonly stateFolder: string;
}

export interface BronzeSummary {
  readonly tables: number;
  /** Rows that are current in bronze; the source has as many, table by table. */
  readonly rows: number;
  readonly inserted: number;
  readonly changed: number;
  readonly deleted: number;
  /** Tables in which something changed. */
  readonly changedTables: number;
}

/**
 * Reads every table of the source into bronze that is not as it was: by watermark where rows say when they changed, else
 * by comparing the hashes of all; then what was deleted. Started again after a kill it reads again what was not finished, and no row is there twice.
 *
 * @throws ErpError ERP_SOURCE where a table cannot be read, ERP_BALANCE where bronze and source differ afterwards.
 */
export async function extractBronze(
  engine: SqlEngine,
  bronze: BronzeLake,
  { at, stateFolder, signal, onProgress }: ExtractBronzeOptions,
): Promise<BronzeSummary> {
  const byName = new Map<string, SourceTable>(
    sourceTables.map((source) => [source.table.name, source]),
  );
  const live = await liveCounts(stateFolder);
  const recorded = new Map<string, Recorded>();
  const record = (source: SourceTable, result: Recorded): void => {
    recorded.set(source.table.name, result);
    live.add(source.table.name, result);
  };
  const target = bronzeTarget(bronze, byName, at, record);
  const prints = await printSource(engine, sourceTables);
  const changed = sourceTables.filter(
    ({ table }) => !live.isAsBefore(table.name, prints.get(table.name)!),
  );
  const report = progressReporter(onProgress);
  let done = 0;
  const step = (): void =>
    report({ phase: "bronze", done: ++done, total: changed.length, unit: "steps" });
  const known = knownPrints(stateFolder);
  const compared = new Map<SourceTable, RowPrints>();
  const others: SourceTable[] = [];
  for (const source of changed) {
    const before = hasRowPrints(source) ? await known.load(source) : undefined;
    // Asked for before rows are read: what is written meanwhile is found the next time.
    if (hasRowPrints(source)) compared.set(source, await printRows(engine, source));
    if (before) {
      const now = compared.get(source)!;
      const rows = await changedRows(engine, source, before, now);
      record(source, await recordRows(bronze, source, rows, at));
      step();
    } else others.push(source);
  }
  const result = await extractInto(
    engine,
    others.map(({ table, key }) => ({ table, path: [table.name], primaryKey: key })),
    target,
    {
      strategy: ({ table }) => {
        const cursor = byName.get(table.name)!.cursor;
        return cursor === undefined ? fullCompare({ compare: "target" }) : watermark({ cursor });
      },
      state: extractionState(stateFolder),
      // The database reads one table while another is written; each more is held in memory.
      concurrency: 2,
      signal,
      onTable: step,
    },
  );
  const failed = result.failed[0];
  if (failed) {
    throw new ErpError(
      "ERP_SOURCE",
      `Table "${failed.name}" could not be extracted: ${String((failed.error as Error).message)}`,
      {
        hint: "Start again: what was extracted stays, the others are read again.",
        cause: failed.error,
      },
    );
  }
  for (const source of others) await bronze.create(source);
  for (const [source, prints] of compared) await known.save(source, prints);
  const deleted = await reconcile(engine, bronze, { changed, prints, live, at });
  await live.save();
  const sum = (field: keyof Recorded): number =>
    [...recorded.values()].reduce((total, one) => total + one[field], 0);
  return {
    tables: sourceTables.length,
    rows: live.total(),
    inserted: sum("inserted"),
    changed: sum("changed"),
    deleted: sum("deleted") + deleted,
    changedTables: [...recorded.values()].filter(
      (one) => one.inserted + one.changed + one.deleted > 0,
    ).length,
  };
}

interface Reconcile {
  readonly changed: readonly SourceTable[];
  /** Of before they were read. */
  readonly prints: ReadonlyMap<string, SourcePrint>;
  readonly live: LiveCounts;
  readonly at: bigint;
}

/**
 * Finds what was deleted, and asserts that every table has as many current rows as the source. All inserts are known by
 * now, so a table has lost rows exactly where it has fewer than bronze.
 */
async function reconcile(
  engine: SqlEngine,
  bronze: BronzeLake,
  { changed, prints, live, at }: Reconcile,
): Promise<number> {
  let deleted = 0;
  const after = await printSource(engine, changed);
  for (const source of changed) {
    const { name } = source.table;
    const now = after.get(name)!;
    live.print(name, now.hash === prints.get(name)!.hash ? now : undefined);
    if (live.of(name) === now.rows) continue;
    const { gone, current } = await recordDeletions(engine, bronze, source, at);
    if (current !== now.rows) {
      throw new ErpError(
        "ERP_BALANCE",
        `Bronze has ${current} rows of "${bronzeName(source)}", the source ${now.rows}.`,
        {
          hint: "The source was written to while it was read: start again.",
          details: { table: name },
        },
      );
    }
    deleted += gone;
    live.set(name, current);
  }
  return deleted;
}
