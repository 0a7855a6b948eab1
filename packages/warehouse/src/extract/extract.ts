import { showValue } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { assertEngine } from "../given.ts";
import { assertKnown, assertOneOf, invalid } from "../options.ts";
import type { Extraction, ExtractOptions } from "./extraction.ts";
import { assertSource } from "./given.ts";
import type { TableSource } from "./introspect/source-table.ts";
import type { Strategy } from "./strategy.ts";
import { TableExtraction } from "./table-extraction.ts";

/**
 * Reads a table of a source system: what is new, what differs, or all of it, by the strategy. Nothing runs before it is
 * iterated.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION; WAREHOUSE_UNSUPPORTED where the engine lacks what the strategy asks for.
 */
export function extract(
  engine: SqlEngine,
  source: TableSource,
  options: ExtractOptions,
): Extraction {
  assertEngine("extract", engine);
  assertSource("extract", source);
  assertKnown("extract", options, KNOWN);
  assertExtractOptions(options);
  assertStrategy(options.strategy);
  return new TableExtraction(engine, source, options);
}

const KNOWN: readonly (keyof ExtractOptions)[] = [
  "strategy",
  "state",
  "name",
  "columns",
  "where",
  "batchRows",
  "pageRows",
  "connections",
  "retries",
  "signal",
  "onProgress",
];

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION for a number that cannot be. */
export function assertExtractOptions(options: Omit<ExtractOptions, "strategy">): void {
  for (const name of ["batchRows", "pageRows", "connections"] as const) {
    const value = options[name];
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw invalid(`${name} is ${String(value)}, which is no number of rows or connections.`);
  }
  const { retries } = options;
  if (retries !== undefined && !(Number.isSafeInteger(retries) && retries >= 0)) {
    throw invalid(`retries is ${String(retries)}, which is no number of times.`);
  }
}

const STRATEGY_OPTIONS: Readonly<Record<Strategy["kind"], readonly string[]>> = {
  watermark: [
    "kind",
    "cursor",
    "overlapMs",
    "overlap",
    "safetyMs",
    "tieBreak",
    "nullCursor",
    "xminSafe",
    "onCursorBack",
    "cursorZone",
  ],
  fullCompare: ["kind", "key", "compare", "maxDeletedShare"],
  full: ["kind", "maxDeletedShare"],
};

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION for an option the strategy does not have, or a value it cannot. */
export function assertStrategy(strategy: Strategy): void {
  const kind = (strategy as Partial<Strategy> | undefined)?.kind;
  if (kind === undefined || !Object.hasOwn(STRATEGY_OPTIONS, kind)) {
    throw invalid(
      `The strategy is ${showValue(strategy)}, which is none.`,
      'Give full(), fullCompare() or watermark({ cursor: "…" }).',
    );
  }
  assertKnown(kind, strategy, STRATEGY_OPTIONS[kind]);
  if (strategy.kind === "watermark") {
    const columns = typeof strategy.cursor === "string" ? [strategy.cursor] : strategy.cursor;
    const isNamed = Array.isArray(columns) && columns.length > 0;
    if (!isNamed) {
      throw invalid(
        `The cursor of watermark is ${showValue(strategy.cursor)}, which names no column.`,
        'Give the column that grows: watermark({ cursor: "updated_at" }).',
      );
    }
    assertOneOf("nullCursor", strategy.nullCursor ?? "always", ["always", "once", "reject"]);
    assertOneOf("onCursorBack", strategy.onCursorBack ?? "keep", ["keep", "error", "reread"]);
    for (const name of ["overlapMs", "safetyMs", "overlap"] as const) {
      const value = strategy[name];
      if (value !== undefined && !(Number(value) >= 0)) {
        throw invalid(`${name} is ${String(value)}; it is 0 or more.`);
      }
    }
    return;
  }
  const share = strategy.maxDeletedShare;
  if (share !== undefined && !(share >= 0 && share <= 1)) {
    throw invalid(`maxDeletedShare is ${share}, which is no share from 0 to 1.`);
  }
  if (strategy.kind === "fullCompare") {
    assertOneOf("compare", strategy.compare ?? "hashes", ["hashes", "target"]);
  }
}
