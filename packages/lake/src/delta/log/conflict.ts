import { LakeError } from "../../errors.ts";
import { mayMatch } from "../../read/prune.ts";
import type { Bound } from "../../where/bind.ts";
import type { Action, AddFile } from "./actions.ts";
import type { Layout } from "../schema/layout.ts";
import { canonicalPath } from "../data-files/paths.ts";
import { boundsOfFile } from "../statistics/read.ts";

/** Rows a commit looked at: by conditions, and in files, named by their canonical paths. */
export interface SomeRows {
  readonly where: readonly Bound[];
  readonly files: ReadonlySet<string>;
}

/**
 * How a commit stands to those beside it. "SnapshotIsolation" is for commits that change no row, such as a compaction:
 * what others add is no concern of theirs.
 */
export type CommitIsolation = "Serializable" | "WriteSerializable" | "SnapshotIsolation";

/** What a commit relies on. */
export interface Expectation {
  /** The version at which this was so. */
  readonly version: bigint;
  /** The rows it was made from. Rows appended without reading any rely on columns and transactions only. */
  readonly reads: "nothing" | "everything" | SomeRows;
  /** Default: SnapshotIsolation where no action changes rows, else `delta.isolationLevel`, else Serializable. */
  readonly isolation?: CommitIsolation | undefined;
  /** The transaction version that must stand for each application; undefined for none yet. */
  readonly transactions: ReadonlyMap<string, bigint | undefined>;
}

/** Why a commit was refused, as `details.kind` says it. */
export type ConflictKind =
  | "protocol-changed"
  | "metadata-changed"
  | "concurrent-append"
  | "concurrent-delete-read"
  | "concurrent-delete-delete"
  | "concurrent-transaction"
  | "concurrent-domain"
  | "log-cleaned";

/** A commit to be made, as conflict detection sees it. */
export interface Candidate {
  readonly expects: Expectation;
  readonly isolation: CommitIsolation;
  readonly actions: readonly Action[];
  /** The columns at the version read, by which statistics are understood. */
  readonly layout: Layout | undefined;
  readonly location: string;
}

/**
 * Refuses a commit that one made meanwhile contradicts. Source: ConflictChecker.scala of delta-io/delta. Two rules are
 * finer, as those of delta-rs are: files added or removed with `dataChange: false` hold the rows they held before, and
 * a protocol may gain features as long as no metadata makes use of them.
 *
 * @throws LakeError LAKE_COMMIT_CONFLICT with the winning version in `details.winner` and the reason in `details.kind`.
 */
export function assertNoConflict(
  candidate: Candidate,
  winner: bigint,
  theirs: readonly Action[],
): void {
  const found = conflictOf(candidate, theirs);
  if (found) throw conflict(candidate, winner, ...found);
}

type Found = readonly [kind: ConflictKind, did: string, details?: object];

function conflictOf(candidate: Candidate, theirs: readonly Action[]): Found | undefined {
  const { actions: ours } = candidate;
  if (theirs.some(({ protocol }) => protocol) && ours.some(({ protocol }) => protocol)) {
    return ["protocol-changed", "changed the protocol"];
  }
  if (theirs.some(({ metaData }) => metaData)) {
    return ["metadata-changed", "changed the schema or properties"];
  }
  return (
    appended(candidate, theirs) ??
    removed(candidate, theirs) ??
    sameTransaction(candidate, theirs) ??
    sameDomain(ours, theirs)
  );
}

function appended(
  { expects: { reads }, isolation, actions, layout }: Candidate,
  theirs: readonly Action[],
): Found | undefined {
  if (reads === "nothing" || isolation === "SnapshotIsolation") return undefined;
  const blind = theirs.some(({ commitInfo }) => commitInfo?.isBlindAppend === true);
  const ignoresBlind =
    isolation === "WriteSerializable" && !actions.some(({ metaData }) => metaData);
  if (blind && ignoresBlind) return undefined;
  const concerns = (add: AddFile): boolean => {
    if (reads === "everything" || !layout) return true;
    const bounds = boundsOfFile(add, layout.byName, layout.partitions);
    return reads.where.some((where) => mayMatch(where, bounds));
  };
  const add = theirs.find(({ add }) => add?.dataChange && concerns(add))?.add;
  return add && ["concurrent-append", "added rows to those that were read", { path: add.path }];
}

function removed(
  { expects: { reads }, actions }: Candidate,
  theirs: readonly Action[],
): Found | undefined {
  const ours = new Set(
    actions.flatMap(({ remove }) => (remove ? [canonicalPath(remove.path)] : [])),
  );
  let lost: Found | undefined;
  for (const { remove } of theirs) {
    if (!remove) continue;
    const path = canonicalPath(remove.path);
    const wasRead =
      remove.dataChange &&
      (reads === "everything" || (reads !== "nothing" && reads.files.has(path)));
    if (wasRead && !ours.has(path)) {
      return ["concurrent-delete-read", "removed rows that were read", { path: remove.path }];
    }
    if (ours.has(path)) {
      lost ??= [
        "concurrent-delete-delete",
        "removed or rewrote a file that this commit removes",
        { path: remove.path },
      ];
    }
  }
  return lost;
}

function sameTransaction(
  { expects: { transactions }, actions }: Candidate,
  theirs: readonly Action[],
): Found | undefined {
  const ours = new Set(transactions.keys());
  for (const { txn } of actions) if (txn) ours.add(txn.appId);
  const appId = theirs.find(({ txn }) => txn && ours.has(txn.appId))?.txn?.appId;
  if (appId === undefined) return undefined;
  return ["concurrent-transaction", `committed transaction ${appId}`, { appId }];
}

function sameDomain(ours: readonly Action[], theirs: readonly Action[]): Found | undefined {
  const domains = new Set(ours.flatMap(({ domainMetadata: own }) => (own ? [own.domain] : [])));
  const domain = theirs.find(({ domainMetadata: their }) => their && domains.has(their.domain))
    ?.domainMetadata?.domain;
  if (domain === undefined) return undefined;
  return ["concurrent-domain", `changed the metadata domain ${domain}`, { domain }];
}

export function conflict(
  { location, expects }: Pick<Candidate, "location" | "expects">,
  winner: bigint,
  kind: ConflictKind,
  did: string,
  details: object = {},
): LakeError {
  return new LakeError(
    "LAKE_COMMIT_CONFLICT",
    `Version ${winner} of ${location} ${did} after version ${expects.version} was read, so nothing was committed.`,
    {
      hint: "Call refresh(), look at what changed, and repeat the call if it still makes sense.",
      retryable: true,
      details: { location, winner, kind, readVersion: expects.version, ...details },
    },
  );
}
