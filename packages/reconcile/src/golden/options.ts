import { showValue, type Table } from "@lakewright/core";
import { ReconcileError } from "../errors.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import { anything, checkOptions, oneOfTexts, text, texts } from "../options.ts";
import { requireColumn } from "../records/columns.ts";
import { mergeStrategies, type MergeStrategy } from "./strategy.ts";

type ColumnName<T extends Table> = keyof T["columns"] & string;

export interface MergeOptions<T extends Table = Table> {
  /** How values are chosen where `columns` says nothing else. Default "mostFrequent". */
  readonly strategy?: MergeStrategy | undefined;
  /** Sources, most trusted first; others come after them. Needed for "priority". */
  readonly sources?: readonly string[] | undefined;
  /** The column that names the source. Default: that of the linker. */
  readonly sourceColumn?: ColumnName<T> | undefined;
  /** A column that is greater the later a record was true: a day, a time, a version. Needed for "mostRecent". */
  readonly recency?: ColumnName<T> | undefined;
  /** Strategies of single columns. */
  readonly columns?: Readonly<Partial<Record<ColumnName<T>, MergeStrategy>>> | undefined;
  /** Columns that are taken from one record together: `[["street", "postcode", "city"]]`. */
  readonly together?: readonly (readonly ColumnName<T>[])[] | undefined;
}

/** Columns that one record gives together, and how it is chosen. */
export interface MergeGroup {
  readonly columns: readonly string[];
  readonly strategy: MergeStrategy;
}

export interface MergePlan {
  readonly groups: readonly MergeGroup[];
  readonly source: string | undefined;
  readonly rankOf: (source: unknown) => number;
  readonly recency: string | undefined;
}

/** Checks the options and says what becomes of each column but the id. */
export function planMerge<T extends Table>(
  table: T,
  { id, source: known }: CheckedDefinition,
  options: MergeOptions<T>,
): MergePlan {
  checkOptions("merge()", options, {
    strategy: oneOfTexts(mergeStrategies),
    sources: texts,
    sourceColumn: text,
    recency: text,
    columns: anything,
    together: [
      (value) => Array.isArray(value) && value.every(texts[0]),
      "a list of lists of columns",
    ],
  });
  const { strategy = "mostFrequent", sources = [], sourceColumn = known, recency } = options;
  if (sourceColumn !== undefined) requireColumn(table, sourceColumn, "the source");
  if (recency !== undefined) requireColumn(table, recency, "the recency");
  const given = new Map<string, MergeStrategy>();
  for (const [column, own] of Object.entries<MergeStrategy | undefined>(options.columns ?? {})) {
    requireColumn(table, column, "a column to merge");
    if (own === undefined) continue;
    checkOptions(
      `merge() of "${column}"`,
      { strategy: own },
      { strategy: oneOfTexts(mergeStrategies) },
    );
    given.set(column, own);
  }
  const groups: MergeGroup[] = [];
  const grouped = new Set<string>([id]);
  for (const columns of options.together ?? []) {
    for (const column of columns) {
      requireColumn(table, column, "taken together");
      if (grouped.has(column)) throw invalid(`Column "${column}" is merged twice.`);
      grouped.add(column);
    }
    const own = columns.map((column) => given.get(column)).find((one) => one !== undefined);
    groups.push({ columns, strategy: own ?? strategy });
  }
  for (const { name } of table.fields) {
    if (!grouped.has(name)) groups.push({ columns: [name], strategy: given.get(name) ?? strategy });
  }
  const used = new Set(groups.map((group) => group.strategy));
  if (used.has("priority") && (sources.length === 0 || sourceColumn === undefined)) {
    throw invalid(
      `merge() by priority with sources ${showValue(sources)} and source column ${showValue(sourceColumn)}.`,
      'Name the sources, most trusted first, and the column they are in: { sources: ["crm", "erp"], sourceColumn: "source" }.',
    );
  }
  if (used.has("mostRecent") && recency === undefined) {
    throw invalid(
      "merge() by mostRecent without recency.",
      'Name the column: { recency: "updated_at" }.',
    );
  }
  const ranks = new Map<unknown, number>(sources.map((source, rank) => [source, rank]));
  return {
    groups,
    source: sourceColumn,
    rankOf: (source) => ranks.get(source) ?? ranks.size,
    recency,
  };
}

function invalid(message: string, hint?: string): ReconcileError {
  return new ReconcileError("RECONCILE_INVALID_OPTION", message, { hint });
}
