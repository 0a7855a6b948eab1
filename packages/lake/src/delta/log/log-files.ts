import type { ObjectInfo } from "../../store/store.ts";

/** The folder of the log, in the table. */
export const LOG = "_delta_log/";
export const LAST_CHECKPOINT = `${LOG}_last_checkpoint`;
export const SIDECARS = `${LOG}_sidecars/`;

/** A version as file names have it. */
export function padVersion(version: bigint): string {
  return String(version).padStart(20, "0");
}

export function commitPath(version: bigint): string {
  return `${LOG}${padVersion(version)}.json`;
}

export function checkpointPath(version: bigint): string {
  return `${LOG}${padVersion(version)}.checkpoint.parquet`;
}

export interface CommitFile {
  readonly kind: "commit";
  readonly version: bigint;
  readonly info: ObjectInfo;
}

export interface CheckpointFile {
  readonly kind: "checkpoint";
  readonly version: bigint;
  readonly info: ObjectInfo;
  /** Part and number of parts, from 1, of the multi-part form. */
  readonly part?: { readonly index: number; readonly of: number } | undefined;
}

const COMMIT = /^(\d{20})\.json$/;
const CLASSIC = /^(\d{20})\.checkpoint\.parquet$/;
const PART = /^(\d{20})\.checkpoint\.(\d{10})\.(\d{10})\.parquet$/;
const UNIQUE = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(?:json|parquet)$/;

/** What an object of the log folder is; undefined for what a reader may ignore (checksums, compactions, other names). */
export function logFile(info: ObjectInfo): CommitFile | CheckpointFile | undefined {
  const name = info.path.slice(LOG.length);
  const commit = COMMIT.exec(name);
  if (commit) return { kind: "commit", version: BigInt(commit[1]!), info };
  const whole = CLASSIC.exec(name) ?? UNIQUE.exec(name);
  if (whole) return { kind: "checkpoint", version: BigInt(whole[1]!), info };
  const part = PART.exec(name);
  if (!part) return undefined;
  return {
    kind: "checkpoint",
    version: BigInt(part[1]!),
    info,
    part: { index: Number(part[2]), of: Number(part[3]) },
  };
}
