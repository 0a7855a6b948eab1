import { LakeError } from "../../errors.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import {
  type CheckpointFile,
  type CommitFile,
  LAST_CHECKPOINT,
  LOG,
  logFile,
  padVersion,
} from "./log-files.ts";

/** The files of the log that give one version: a checkpoint or the beginning, and the commits after it. */
export interface Segment {
  readonly version: bigint;
  readonly checkpoint:
    { readonly version: bigint; readonly files: readonly ObjectInfo[] } | undefined;
  readonly commits: readonly CommitFile[];
}

/** What the log folder holds, from some version on. */
export interface LogListing {
  /** In order of version. */
  readonly commits: readonly CommitFile[];
  readonly checkpoints: readonly CheckpointFile[];
  readonly latest: bigint | undefined;
}

export interface SegmentOptions {
  /** The version wanted. Default the latest. */
  readonly version?: bigint | undefined;
  /** Paths of checkpoint files that turned out to be unreadable. */
  readonly without?: ReadonlySet<string> | undefined;
}

/** Lists the log from after a name on ("" for all). */
export async function listLog(store: Store, after = ""): Promise<LogListing> {
  const commits: CommitFile[] = [];
  const checkpoints: CheckpointFile[] = [];
  let latest: bigint | undefined;
  for await (const info of store.list(LOG, after === "" ? {} : { after: LOG + after })) {
    const file = logFile(info);
    if (!file) continue;
    if (file.kind === "commit") commits.push(file);
    else checkpoints.push(file);
    if (latest === undefined || file.version > latest) latest = file.version;
  }
  return { commits, checkpoints, latest };
}

/**
 * Finds the files of a version.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND where there is no log, LAKE_VERSION_NOT_FOUND where the version is not there (any
 * more), LAKE_CORRUPT_LOG where commits are missing in between.
 */
export async function findSegment(store: Store, options: SegmentOptions = {}): Promise<Segment> {
  const hint = await lastCheckpoint(store);
  if (hint !== undefined && (options.version === undefined || options.version >= hint)) {
    const listing = await listLog(store, padVersion(hint));
    const segment = segmentOf(listing, options);
    // The hint may be stale, or its checkpoint incomplete: then the whole log decides.
    if (segment?.checkpoint && isWhole(segment)) return segment;
  }
  const listing = await listLog(store);
  const { latest } = listing;
  if (latest === undefined) {
    throw new LakeError("LAKE_TABLE_NOT_FOUND", `There is no Delta table in ${store.location}.`, {
      hint: "Create it with createTable, or check the path: a table is a folder with _delta_log in it.",
      details: { location: store.location },
    });
  }
  const segment = segmentOf(listing, options);
  if (!segment) throw noVersion(store, options.version!, listing);
  if (!isWhole(segment)) throw incomplete(store, segment, listing);
  return segment;
}

/** The version `_last_checkpoint` names; undefined where the file is missing or makes no sense. */
async function lastCheckpoint(store: Store): Promise<bigint | undefined> {
  try {
    const text = new TextDecoder().decode(await store.get(LAST_CHECKPOINT));
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === "number" && Number.isSafeInteger(version) && version >= 0
      ? BigInt(version)
      : undefined;
  } catch {
    return undefined;
  }
}

function segmentOf(listing: LogListing, options: SegmentOptions): Segment | undefined {
  const { latest } = listing;
  if (latest === undefined) return undefined;
  const version = options.version ?? latest;
  if (version > latest || version < 0n) return undefined;
  const checkpoint = newestCheckpoint(listing.checkpoints, version, options.without);
  const from = checkpoint === undefined ? -1n : checkpoint.version;
  return {
    version,
    checkpoint,
    commits: listing.commits.filter((file) => file.version > from && file.version <= version),
  };
}

function isWhole({ version, checkpoint, commits }: Segment): boolean {
  const first = checkpoint === undefined ? 0n : checkpoint.version + 1n;
  return (
    BigInt(commits.length) === version - first + 1n &&
    (commits.length === 0 || commits[0]!.version === first)
  );
}

/** The newest complete checkpoint; at one version a single file is taken before several parts. */
export function newestCheckpoint(
  files: readonly CheckpointFile[],
  upTo: bigint,
  without?: ReadonlySet<string>,
): Segment["checkpoint"] {
  const sets = new Map<string, CheckpointFile[]>();
  for (const file of files) {
    if (file.version > upTo || without?.has(file.info.path)) continue;
    const key = file.part ? `${file.version}/${file.part.of}` : file.info.path;
    sets.set(key, [...(sets.get(key) ?? []), file]);
  }
  let best: CheckpointFile[] | undefined;
  for (const set of sets.values()) {
    const { version, part } = set[0]!;
    if (part && set.length !== part.of) continue;
    const newer = best === undefined || version > best[0]!.version;
    const simpler = best?.[0]!.version === version && best.length > set.length;
    if (newer || simpler) best = set;
  }
  return best && { version: best[0]!.version, files: best.map((file) => file.info) };
}

function noVersion(store: Store, version: bigint, listing: LogListing): LakeError {
  return new LakeError(
    "LAKE_VERSION_NOT_FOUND",
    `Version ${version} of table ${store.location} does not exist; the latest is ${listing.latest!}.`,
    {
      hint: "Call history(), or leave asOf out.",
      details: { location: store.location, version, latest: listing.latest! },
    },
  );
}

function incomplete(store: Store, segment: Segment, listing: LogListing): LakeError {
  const { version, checkpoint, commits } = segment;
  const first = checkpoint === undefined ? 0n : checkpoint.version + 1n;
  const present = new Set(commits.map((file) => file.version));
  let missing = first;
  while (present.has(missing)) missing++;
  const oldest = listing.commits[0]?.version;
  const details = { location: store.location, version, missing };
  const cleaned = checkpoint === undefined && (oldest === undefined || oldest > 0n);
  if (cleaned && listing.checkpoints.some((file) => file.version > version)) {
    return new LakeError(
      "LAKE_VERSION_NOT_FOUND",
      `Version ${version} of table ${store.location} is no longer in its log, which was cleaned up.`,
      { hint: "Call history() for the versions that can still be read.", details },
    );
  }
  return new LakeError(
    "LAKE_CORRUPT_LOG",
    `The log of ${store.location} has no commit ${missing}, so version ${version} cannot be read.`,
    {
      hint: `Restore ${padVersion(missing)}.json, or a checkpoint of that version or a later one.`,
      details,
    },
  );
}
