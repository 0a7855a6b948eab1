import { columnReader, showValue } from "@lakewright/core";
import { predicateText } from "../change/predicate-text.ts";
import { LakeError } from "../errors.ts";
import type { Where } from "../where/expression.ts";
import type { Clauses } from "./clauses.ts";
import type { Match } from "./match.ts";
import type { KeyPair } from "./on.ts";
import type { Source } from "./source.ts";
import type { MergeOptions, MergePlan } from "./types.ts";

type Counts = Pick<
  MergePlan,
  "rowsMatched" | "sourceRows" | "rowsDeleted" | "rowsUpdated" | "rowsInserted"
>;

/** Rows of the table a merge updates or deletes, by why. */
interface ChangedCounts {
  readonly matchedUpdated: number;
  readonly matchedDeleted: number;
  readonly unmatchedUpdated: number;
  readonly unmatchedDeleted: number;
}

export function countsOf(match: Match, { batch }: Source): Counts {
  const counts = changedCounts(match);
  return {
    rowsMatched: match.rowsMatched,
    sourceRows: batch.numRows,
    rowsDeleted: counts.matchedDeleted + counts.unmatchedDeleted,
    rowsUpdated: counts.matchedUpdated + counts.unmatchedUpdated,
    rowsInserted: match.inserts.reduce((sum, rows) => sum + rows.length, 0),
  };
}

/** What the commit tells beside the counts every change of rows has, as Spark names it. */
export function mergeMetrics(match: Match, { batch }: Source): Record<string, number> {
  const counts = changedCounts(match);
  return {
    numSourceRows: batch.numRows,
    numTargetRowsMatchedUpdated: counts.matchedUpdated,
    numTargetRowsMatchedDeleted: counts.matchedDeleted,
    numTargetRowsNotMatchedBySourceUpdated: counts.unmatchedUpdated,
    numTargetRowsNotMatchedBySourceDeleted: counts.unmatchedDeleted,
  };
}

/** What was asked, as Spark's MERGE tells it in the log. */
export function mergeParameters(options: MergeOptions, clauses: Clauses): Record<string, unknown> {
  const told = (
    name: "whenMatched" | "whenNotMatched" | "whenNotMatchedBySource",
    bound: Clauses[keyof Clauses],
  ): object[] =>
    bound.map(({ then }, k) => {
      const given = options[name];
      const when = Array.isArray(given) ? (given[k] as { when?: Where }).when : undefined;
      return {
        actionType: then,
        ...(when === undefined ? {} : { predicate: predicateText(when) }),
      };
    });
  const { on } = options;
  return {
    predicate: Array.isArray(on) ? (on as readonly string[]) : predicateText(on as Where),
    matchedPredicates: told("whenMatched", clauses.matched),
    notMatchedPredicates: told("whenNotMatched", clauses.notMatched),
    notMatchedBySourcePredicates: told("whenNotMatchedBySource", clauses.notMatchedBySource),
  };
}

/** The error for a row of the table that two source rows would change. */
export function ambiguousMatch(
  location: string,
  { batch }: Source,
  keys: readonly KeyPair[],
  rows: readonly [number, number],
): LakeError {
  const values = keys.map(
    ({ source, target }) => [target.name, columnReader(source.valuesOf(batch))(rows[0])] as const,
  );
  const which =
    values.length > 0
      ? `with ${values.map(([name, value]) => `${name} ${showValue(value)}`).join(", ")} `
      : "";
  return new LakeError(
    "LAKE_MERGE_AMBIGUOUS",
    `merge: a row ${which}of ${location} is matched by rows ${rows[0]} and ${rows[1]} of the source, so what becomes of it is not said. Nothing was written.`,
    {
      hint: "Keep one source row for each row of the table, or tell them apart in `on` or in the `when` of the clauses.",
      details: { location, key: Object.fromEntries(values), rows },
    },
  );
}

function changedCounts({ changed, removed, clauses, matchedClauses }: Match): ChangedCounts {
  const byClause = new Array<number>(clauses.length).fill(0);
  for (const { clauses: taken } of changed) for (const clause of taken) byClause[clause]!++;
  for (const { rows } of removed) byClause[matchedClauses]! += rows;
  const count = (then: string, ofMatched: boolean): number =>
    clauses.reduce(
      (sum, clause, k) =>
        sum + (clause.then === then && k < matchedClauses === ofMatched ? byClause[k]! : 0),
      0,
    );
  return {
    matchedUpdated: count("update", true),
    matchedDeleted: count("delete", true),
    unmatchedUpdated: count("update", false),
    unmatchedDeleted: count("delete", false),
  };
}
