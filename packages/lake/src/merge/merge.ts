import type { Table } from "@lakewright/core";
import { beginChange, changeChecks } from "../change/begin-change.ts";
import type { TableChange } from "../change/table-change.ts";
import { checkOptions, invalidOption, type OptionCheck } from "../options.ts";
import { progressOf } from "../progress.ts";
import { assertMayRemove } from "../table/append-only.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { MergeSource } from "../table/types.ts";
import { applyMatch } from "./apply.ts";
import { bindClauses, type Clauses } from "./clauses.ts";
import { type Match, matchRows } from "./match.ts";
import { bindOn, type On } from "./on.ts";
import { ambiguousMatch, countsOf, mergeMetrics, mergeParameters } from "./report.ts";
import { readSource, type Source } from "./source.ts";
import { SourceIndex } from "./source-index.ts";
import type { MergeOptions, MergePlan, MergeResult } from "./types.ts";

/**
 * Plans to update, delete and insert by a source of rows: reads the source, and of the table what the conditions look at.
 *
 * @throws LakeError LAKE_MERGE_AMBIGUOUS where two rows of the source would change one of the table.
 */
export async function planMerge(
  table: DeltaTable,
  given: MergeSource<Table>,
  options: MergeOptions,
): Promise<MergePlan> {
  checkMergeOptions(options);
  const change = await beginChange(table, options);
  if (change.isApplied) return nothingToMerge(change);
  try {
    const { rules } = change;
    const source = await readSource(rules.accepted, given, options, rules.fills);
    const on = bindOn(change.layout.table, source.table, options.on);
    const clauses = bindClauses(change.layout.table, source.table, options, rules.rules);
    const removing = [...clauses.matched, ...clauses.notMatchedBySource].find(
      ({ then }) => then !== "ignore",
    );
    if (removing) assertMayRemove(table, removing.then === "delete" ? "deleted" : "updated");
    const match = await matched(table.location, change, source, on, clauses, options);
    let begun = false;
    return {
      version: change.version,
      ...countsOf(match, source),
      filesTouched: match.changed.length + match.removed.length,
      filesSkipped: change.filesSkipped,
      run: async () => {
        if (begun) {
          throw invalidOption("merge: this plan was run before.", "Plan again: planMerge.");
        }
        begun = true;
        return run(change, source, match, clauses, options);
      },
    };
  } catch (error) {
    await change.discard();
    throw error;
  }
}

/** The plan of a merge whose transaction was committed before: its source is not read. */
function nothingToMerge(change: TableChange): MergePlan {
  return {
    version: change.version,
    rowsMatched: 0,
    sourceRows: 0,
    rowsDeleted: 0,
    rowsUpdated: 0,
    rowsInserted: 0,
    filesTouched: 0,
    filesSkipped: 0,
    run: async () => ({ ...(await change.commit("MERGE", {})), rowsMatched: 0, sourceRows: 0 }),
  };
}

async function matched(
  location: string,
  change: TableChange,
  source: Source,
  on: On,
  clauses: Clauses,
  { signal, onProgress }: MergeOptions,
): Promise<Match> {
  const report = progressOf(onProgress);
  return matchRows({
    change,
    source: source.batch,
    index: new SourceIndex(source.batch, on.keys),
    on,
    clauses,
    signal,
    onFile: (done, total) => report({ phase: "match", done, total, unit: "files" }),
    ambiguous: (first, second) => ambiguousMatch(location, source, on.keys, [first, second]),
  });
}

async function run(
  change: TableChange,
  source: Source,
  match: Match,
  clauses: Clauses,
  options: MergeOptions,
): Promise<MergeResult> {
  try {
    const { notMatched } = clauses;
    const { signal } = options;
    const { batch, leftOut } = source;
    await applyMatch({ change, source: batch, leftOut, match, notMatched, signal });
  } catch (error) {
    await change.discard();
    throw error;
  }
  const parameters = mergeParameters(options, clauses);
  const result = await change.commit("MERGE", parameters, mergeMetrics(match, source));
  return { ...result, rowsMatched: match.rowsMatched, sourceRows: source.batch.numRows };
}

const isGiven: OptionCheck = (value) =>
  typeof value === "object" && value !== null
    ? undefined
    : 'a list of columns, ["id"], or a condition, sql("target.id = source.id")';

const isClauses =
  (...verbs: readonly string[]): OptionCheck =>
  (value) =>
    Array.isArray(value) || verbs.includes(value as string)
      ? undefined
      : `${verbs.map((verb) => `"${verb}"`).join(", ")} or a list of clauses`;

function checkMergeOptions(options: MergeOptions): void {
  checkOptions("merge", options, {
    ...changeChecks,
    on: isGiven,
    whenMatched: isClauses("update", "delete"),
    whenNotMatched: isClauses("insert"),
    whenNotMatchedBySource: isClauses("delete"),
  });
  if ((options as { on?: unknown }).on === undefined) {
    throw invalidOption("merge: on is missing.", 'Say which rows match: on: ["id"].');
  }
}
