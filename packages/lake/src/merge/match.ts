import type { RecordBatch } from "apache-arrow";
import { trustedOf } from "../change/always-holds.ts";
import { columnsOfBound } from "../change/bound-columns.ts";
import type { RowChange } from "../change/row-change.ts";
import type { AddFile } from "../delta/log/actions.ts";
import { boundsOfFile, liveRows } from "../delta/statistics/read.ts";
import type { BoundCondition } from "../expression/types.ts";
import { invalidOption } from "../options.ts";
import { mayMatch } from "../read/prune.ts";
import type { Bound } from "../where/bind.ts";
import type { Clause, Clauses } from "./clauses.ts";
import type { On } from "./on.ts";
import { firstClauses, rowSet } from "./row-set.ts";
import type { Pairs, SourceIndex } from "./source-index.ts";

/** The rows of a file that a merge changes: by place, ascending, the clause that does it and the source row it uses. */
export interface ChangedRows {
  readonly file: AddFile;
  readonly places: Uint32Array;
  /** Which of {@link Match.clauses}. */
  readonly clauses: Int16Array;
  /** -1 where no source row matches. */
  readonly source: Int32Array;
}

/** What the join of source and table found. */
export interface Match {
  /** Those for rows of the table: of matched rows, then of rows not matched by the source. */
  readonly clauses: readonly Clause[];
  /** How many of them are for matched rows. */
  readonly matchedClauses: number;
  readonly changed: readonly ChangedRows[];
  /** Files that are deleted without being read: no source row can match one of theirs. */
  readonly removed: readonly { readonly file: AddFile; readonly rows: number }[];
  /** Source rows to insert, by clause. */
  readonly inserts: readonly Int32Array[];
  readonly rowsMatched: number;
}

/** Pairs of rows that are tried one by one. */
const MOST_TRIED = 1e9;

interface Join {
  readonly change: RowChange;
  readonly source: RecordBatch;
  readonly index: SourceIndex;
  readonly on: On;
  readonly clauses: Clauses;
  readonly signal: AbortSignal | undefined;
  /** Told after each file. */
  readonly onFile: (done: number, total: number) => void;
  /** The error for a row of the table that two source rows would change. */
  readonly ambiguous: (first: number, second: number) => Error;
}

/** Joins the source with the files that may have its keys, and decides for every row what becomes of it. */
export async function matchRows(join: Join): Promise<Match> {
  const { change, clauses, signal } = join;
  const acting = [...clauses.matched, ...clauses.notMatchedBySource];
  const files = change.candidates(boundOfFiles(join));
  assertFeasible(join, files);
  const seen = new Uint8Array(join.source.numRows);
  const columns = columnsRead(join);
  const where = clauses.notMatchedBySource.length > 0 ? undefined : join.on.rest?.pruning;
  const changed: ChangedRows[] = [];
  const removed: { readonly file: AddFile; readonly rows: number }[] = [];
  const isUnmatched = unmatchedFiles(join);
  let rowsMatched = 0;
  for (const [k, file] of files.entries()) {
    const rowsInFile = isUnmatched?.(file) ? liveRows(file) : undefined;
    if (rowsInFile !== undefined) {
      if (rowsInFile > 0) removed.push({ file, rows: rowsInFile });
      join.onFile(k + 1, files.length);
      continue;
    }
    const rows = new RowList();
    for await (const { batch, places } of change.read(file, columns, where)) {
      signal?.throwIfAborted();
      rowsMatched += matchBatch(join, batch, places, seen, rows);
    }
    if (rows.length > 0) changed.push({ file, ...rows.finish() });
    join.onFile(k + 1, files.length);
  }
  return {
    clauses: acting,
    matchedClauses: clauses.matched.length,
    changed,
    removed,
    inserts: insertsOf(join, seen),
    rowsMatched,
  };
}

/** Refuses to try every row of the source on every row of the table where that would not end. */
function assertFeasible({ on, source }: Join, files: readonly AddFile[]): void {
  if (on.keys.length > 0) return;
  const rows = files.reduce((sum, file) => sum + (liveRows(file) ?? 0), 0);
  if (rows * source.numRows <= MOST_TRIED) return;
  throw invalidOption(
    `merge: \`on\` has no equality between the source and the table, so ${source.numRows} rows would be tried on each of ${rows}.`,
    'Add one to it: eq("id", source("id")); or narrow it by conditions on the table alone, which rule files out.',
  );
}

/** What a file must meet to have a row that a source row matches. */
function boundOfMatching({ index, on }: Join): Bound {
  const terms = [index.bound, on.rest?.pruning].filter((bound) => bound !== undefined);
  return { op: "and", terms };
}

/** Tells of which files no row can be matched, where all such rows are deleted; undefined where not. */
function unmatchedFiles(join: Join): ((file: AddFile) => boolean) | undefined {
  const [first] = join.clauses.notMatchedBySource;
  if (first?.then !== "delete" || first.when) return undefined;
  const { layout } = join.change;
  const matching = boundOfMatching(join);
  if (!columnsOfBound(matching).every(trustedOf(layout))) return undefined;
  return (file) => !mayMatch(matching, boundsOfFile(file, layout.byName, layout.partitions));
}

/** What a file must meet to have rows that the merge looks at; undefined where every file may. */
function boundOfFiles(join: Join): Bound | undefined {
  const { clauses } = join;
  const matching = boundOfMatching(join);
  const others: Bound[] = [];
  for (const { then, when } of clauses.notMatchedBySource) {
    if (then === "ignore") continue;
    if (!when?.pruning) return undefined;
    others.push(when.pruning);
  }
  return others.length > 0 ? { op: "or", terms: [matching, ...others] } : matching;
}

/** Columns of the table that the join and the conditions look at. */
function columnsRead({ change, on, clauses }: Join): readonly string[] {
  const conditions = [
    on.rest,
    ...[...clauses.matched, ...clauses.notMatchedBySource].map(({ when }) => when),
  ];
  const used = new Set([
    ...on.keys.flatMap(({ target }) => target.columns),
    ...conditions.flatMap((condition) => condition?.columns.target ?? []),
  ]);
  return change.layout.table.fields.flatMap(({ name }) => (used.has(name) ? [name] : []));
}

/** Decides on the rows of a batch; returns how many a source row matches. */
function matchBatch(
  join: Join,
  batch: RecordBatch,
  places: Uint32Array,
  seen: Uint8Array,
  rows: RowList,
): number {
  const { clauses, source, index, on } = join;
  const [only] = clauses.matched;
  // Spark: that several source rows delete a row is no contradiction where nothing else could happen to it.
  const deletesAll = only?.then === "delete" && !only.when;
  const matched = new Uint8Array(batch.numRows);
  const clauseOf = new Int16Array(batch.numRows).fill(-1);
  const sourceOf = new Int32Array(batch.numRows).fill(-1);
  let rowsMatched = 0;
  for (const candidates of index.pairs(batch)) {
    const pairs = on.rest ? filtered(candidates, on.rest, batch, source) : candidates;
    const target = { batch, rows: pairs.target };
    const taken = firstClauses(clauses.matched, pairs.target.length, target, {
      batch: source,
      rows: pairs.source,
    });
    for (let i = 0; i < taken.length; i++) {
      const row = pairs.target[i]!;
      const other = pairs.source[i]!;
      if (matched[row] === 0) {
        matched[row] = 1;
        rowsMatched++;
      }
      seen[other] = 1;
      if (taken[i]! < 0 || clauses.matched[taken[i]!]!.then === "ignore") continue;
      if (clauseOf[row]! >= 0 && !deletesAll) throw join.ambiguous(sourceOf[row]!, other);
      clauseOf[row] = taken[i]!;
      sourceOf[row] = other;
    }
  }
  decideUnmatched(clauses, batch, matched, clauseOf);
  rows.add(places, clauseOf, sourceOf);
  return rowsMatched;
}

/** The clauses for rows that nothing matches. */
function decideUnmatched(
  { matched: before, notMatchedBySource }: Clauses,
  batch: RecordBatch,
  matched: Uint8Array,
  clauseOf: Int16Array,
): void {
  if (notMatchedBySource.length === 0) return;
  const rows = rowsWith(matched, 0);
  const taken = firstClauses(notMatchedBySource, rows.length, { batch, rows }, undefined);
  for (let i = 0; i < rows.length; i++) {
    const clause = taken[i]!;
    if (clause < 0 || notMatchedBySource[clause]!.then === "ignore") continue;
    clauseOf[rows[i]!] = before.length + clause;
  }
}

function insertsOf(
  { source, clauses: { notMatched } }: Join,
  seen: Uint8Array,
): readonly Int32Array[] {
  const rows = rowsWith(seen, 0);
  const taken = firstClauses(notMatched, rows.length, undefined, { batch: source, rows });
  return notMatched.map(({ then }, k) =>
    then === "insert" ? rows.filter((_, i) => taken[i] === k) : new Int32Array(0),
  );
}

function filtered(
  { target, source }: Pairs,
  rest: BoundCondition,
  batch: RecordBatch,
  from: RecordBatch,
): Pairs {
  const kept = rest.matching(
    rowSet(rest.columns, target.length, { batch, rows: target }, { batch: from, rows: source }),
  );
  if (kept.length === target.length) return { target, source };
  return { target: kept.map((i) => target[i]!), source: kept.map((i) => source[i]!) };
}

function rowsWith(flags: Uint8Array, wanted: number): Int32Array {
  let count = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] === wanted) count++;
  const rows = new Int32Array(count);
  for (let i = 0, at = 0; i < flags.length; i++) if (flags[i] === wanted) rows[at++] = i;
  return rows;
}

/** Gathers the changed rows of a file. */
class RowList {
  length = 0;
  private places = new Uint32Array(1024);
  private clauses = new Int16Array(1024);
  private source = new Int32Array(1024);

  /** Adds the rows that have a clause. */
  add(places: Uint32Array, clauseOf: Int16Array, sourceOf: Int32Array): void {
    let more = 0;
    for (let row = 0; row < clauseOf.length; row++) if (clauseOf[row]! >= 0) more++;
    this.reserve(more);
    for (let row = 0; row < clauseOf.length; row++) {
      if (clauseOf[row]! < 0) continue;
      this.places[this.length] = places[row]!;
      this.clauses[this.length] = clauseOf[row]!;
      this.source[this.length++] = sourceOf[row]!;
    }
  }

  finish(): Omit<ChangedRows, "file"> {
    const { length } = this;
    return {
      places: this.places.slice(0, length),
      clauses: this.clauses.slice(0, length),
      source: this.source.slice(0, length),
    };
  }

  private reserve(more: number): void {
    if (this.length + more <= this.places.length) return;
    const capacity = Math.max(this.length + more, 2 * this.places.length);
    const { places, clauses, source } = this;
    this.places = new Uint32Array(capacity);
    this.clauses = new Int16Array(capacity);
    this.source = new Int32Array(capacity);
    this.places.set(places);
    this.clauses.set(clauses);
    this.source.set(source);
  }
}
