import { parseTimestamp, showValue } from "@lakewright/core";
import { versionAt } from "../delta/log/commit-times.ts";
import { loadState, type TableState } from "../delta/log/load.ts";
import { invalidOption, isObject } from "../options.ts";
import type { Store } from "../store/store.ts";
import type { AsOf } from "./types.ts";

/**
 * The state at a moment.
 *
 * @throws LakeError LAKE_VERSION_NOT_FOUND; LAKE_INVALID_OPTION for a moment that is none.
 */
export async function stateAsOf(store: Store, asOf: AsOf | undefined): Promise<TableState> {
  if (asOf === undefined) return loadState(store);
  if (isObject(asOf) !== undefined) throw noMoment(asOf);
  if ("version" in asOf && !("timestamp" in asOf)) {
    const version: unknown = asOf.version;
    if (typeof version === "bigint") return loadState(store, version);
    if (Number.isSafeInteger(version)) return loadState(store, BigInt(version as number));
    throw noMoment(asOf);
  }
  if (!("timestamp" in asOf) || "version" in asOf) throw noMoment(asOf);
  const latest = await loadState(store);
  const version = await versionAt(store, latest, timestampMs(asOf));
  return version === latest.version ? latest : loadState(store, version);
}

function timestampMs(asOf: { readonly timestamp: string | Date }): number {
  const { timestamp } = asOf;
  if (timestamp instanceof Date && !Number.isNaN(timestamp.getTime())) return timestamp.getTime();
  const parsed = typeof timestamp === "string" ? parseTimestamp(timestamp) : undefined;
  if (!parsed?.hasZone) throw noMoment(asOf);
  return Number(parsed.micros / 1000n);
}

function noMoment(asOf: unknown): Error {
  return invalidOption(
    `asOf is ${showValue(asOf)}; it must be { version: 3n } or { timestamp: "2026-11-21T10:00:00Z" }.`,
    "A time is a Date, or ISO text with a zone.",
  );
}
