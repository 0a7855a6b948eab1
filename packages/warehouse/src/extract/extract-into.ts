import { progressReporter } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { assertEngine } from "../given.ts";
import { assertKnown, invalid } from "../options.ts";
import { assertPolicy, type SchemaPolicy } from "./drift/policy.ts";
import type { SchemaChange } from "./drift/schema-change.ts";
import type { SchemaVersions } from "./drift/schema-versions.ts";
import { extractTable } from "./extract-table.ts";
import { assertExtractOptions, assertStrategy } from "./extract.ts";
import type { ExtractionSummary, ExtractOptions } from "./extraction.ts";
import { assertSources } from "./given.ts";
import type { TableSource } from "./introspect/source-table.ts";
import type { QuarantinedRow } from "./read/reading.ts";
import type { Strategy } from "./strategy.ts";
import type { ExtractTarget } from "./target/target.ts";

/** How a source is extracted into a target. */
export interface ExtractIntoOptions extends Omit<
  ExtractOptions,
  "strategy" | "name" | "columns" | "where" | "pageRows" | "retries"
> {
  /** For all tables, or by table. */
  readonly strategy: Strategy | ((source: TableSource) => Strategy);
  /** What states are kept under, before the path of the table, where there are several sources. Default "". */
  readonly prefix?: string | undefined;
  /** Tables read at once. Default 4. */
  readonly concurrency?: number | undefined;
  /** How often a table whose read or write failed for a lost connection or a conflict is begun anew. Default 2. */
  readonly tableRetries?: number | undefined;
  /** Watermark: rows of a write, at most; the state is kept after each. Default: one write a table. Needs a key. */
  readonly commitRows?: number | undefined;
  /** What a changed schema of the source does. Default: it is not looked at. */
  readonly drift?: DriftOptions | undefined;
  /** Told when a table is done, or has failed. */
  readonly onTable?: ((result: TableRun) => void) | undefined;
}

/** What is done where the schema of a source has changed since the last extraction. */
export interface DriftOptions {
  /** Where the schemas the tables have had are kept. */
  readonly versions: SchemaVersions;
  /** Default: `{}`, the defaults of each part. */
  readonly policy?: SchemaPolicy | undefined;
  /** Takes the rows that do not fit, where `policy.types` is "quarantine". Called before the write they were to be part of. */
  readonly onQuarantine?:
    ((rows: readonly QuarantinedRow[], source: TableSource) => Promise<void> | void) | undefined;
}

/** What became of one table. */
export type TableRun = {
  readonly source: TableSource;
  /** What its state is kept under. */
  readonly name: string;
  /** What changed in its schema since the last extraction, where `drift` was given. */
  readonly changes: readonly SchemaChange[];
} & (
  | {
      readonly status: "success";
      /** Of the last write; counts are sums of all. */
      readonly summary: ExtractionSummary;
      /** Writes of the target; 0 where nothing had changed. */
      readonly writes: number;
    }
  | { readonly status: "failed"; readonly error: unknown }
);

/** What an extraction of many tables did. */
export interface ExtractRun {
  /** In the order of the sources. */
  readonly tables: readonly TableRun[];
  readonly failed: readonly (TableRun & { readonly status: "failed" })[];
  /** Rows the sources gave, and rows passed on. */
  readonly read: number;
  readonly delivered: number;
}

const KNOWN: readonly (keyof ExtractIntoOptions)[] = [
  "strategy",
  "state",
  "prefix",
  "concurrency",
  "tableRetries",
  "commitRows",
  "drift",
  "onTable",
  "batchRows",
  "connections",
  "signal",
  "onProgress",
];

/**
 * Extracts tables into a target, several at once. A table that fails leaves its own state as it was, and the others go on;
 * run it again to go on from there.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION. What goes wrong with a table is in its result.
 */
export async function extractInto(
  engine: SqlEngine,
  sources: readonly TableSource[],
  target: ExtractTarget,
  options: ExtractIntoOptions,
): Promise<ExtractRun> {
  assertKnown("extractInto", options, KNOWN);
  assertEngine("extractInto", engine);
  assertGiven(sources, target, options);
  assertExtractOptions(options);
  const { concurrency = 4, commitRows, tableRetries, strategy, signal, prefix = "" } = options;
  for (const [name, value] of Object.entries({ concurrency, commitRows, tableRetries })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw invalid(`${name} is ${String(value)}, which is no whole number.`);
  }
  if (concurrency < 1 || commitRows === 0)
    throw invalid("concurrency and commitRows are at least 1.");
  if (options.drift) assertDrift(options.drift);
  const hasBegun = (await options.drift?.versions.hasAny(prefix)) ?? false;
  const jobs = sources.map((source) => {
    const chosen = typeof strategy === "function" ? strategy(source) : strategy;
    assertStrategy(chosen);
    return { source, strategy: chosen, name: prefix + source.path.join("."), hasBegun };
  });
  const twice = jobs.find((job, k) => jobs.findIndex(({ name }) => name === job.name) !== k);
  if (twice) throw invalid(`"${twice.name}" is given twice.`);
  const report = progressReporter(options.onProgress);
  const results: TableRun[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let k = next++; k < jobs.length; k = next++) {
      if (signal?.aborted) return;
      results[k] = await extractTable(engine, target, jobs[k]!, options);
      options.onTable?.(results[k]!);
      report({ phase: "tables", done: ++done, total: jobs.length, unit: "steps" });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, work));
  signal?.throwIfAborted();
  const sum = (count: "read" | "delivered"): number =>
    results.reduce((all, one) => all + (one.status === "success" ? one.summary[count] : 0), 0);
  return {
    tables: results,
    failed: results.filter((result) => result.status === "failed"),
    read: sum("read"),
    delivered: sum("delivered"),
  };
}

function assertDrift({ policy = {}, onQuarantine, ...rest }: DriftOptions): void {
  assertKnown("drift", { policy, onQuarantine, ...rest }, ["versions", "policy", "onQuarantine"]);
  assertPolicy(policy);
  if (policy.types !== "quarantine" || onQuarantine) return;
  throw invalid(
    'policy.types is "quarantine", and nothing takes the rows that do not fit.',
    "Give drift.onQuarantine.",
  );
}

/** What a compiler would have refused: arguments that were swapped, a promise that was not awaited. */
function assertGiven(sources: unknown, target: unknown, { state }: ExtractIntoOptions): void {
  const has = (value: unknown, method: string): boolean =>
    typeof (value as Readonly<Record<string, unknown>> | null | undefined)?.[method] === "function";
  assertSources("extractInto", sources);
  if (!has(target, "write") || has(target, "execute")) {
    throw invalid(
      "The target of extractInto cannot be written to.",
      "Give toWarehouse(warehouse, …), toTables(engine), or an object with write(source, batches, request).",
    );
  }
  if (state !== undefined && !has(state, "load")) {
    throw invalid(
      "The state of extractInto keeps nothing.",
      "Give memoryState(), jsonState(file), or await sqlState(engine): it is a promise.",
    );
  }
}
