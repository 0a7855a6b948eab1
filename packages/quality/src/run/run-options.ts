import { type JobOptions } from "@lakewright/core";
import { invalidOption, knownOptions } from "../checks/options.ts";
import { systemNow } from "./clock.ts";

/** Options of `contract.check`. */
export interface RunOptions extends JobOptions {
  /** The instant freshness is measured from: a Date, or microseconds since 1970. Default: the machine's clock. */
  readonly now?: Date | bigint | undefined;
  /** Failing rows kept of each check. Default 1,000. */
  readonly maxFailures?: number | undefined;
}

/** Run options with their defaults in place. */
export interface RunSettings extends JobOptions {
  readonly now: bigint;
  readonly maxFailures: number;
}

/** @throws QualityError QUALITY_INVALID_OPTION */
export function runSettings(options: RunOptions): RunSettings {
  knownOptions("options of check", options, ["now", "maxFailures", "signal", "onProgress"]);
  const { now = systemNow(), maxFailures = 1000, signal, onProgress } = options;
  if (!Number.isSafeInteger(maxFailures) || maxFailures < 0) {
    throw invalidOption("check", "maxFailures", maxFailures, "It is a number of rows from 0.");
  }
  return { now: toMicros(now), maxFailures, signal, onProgress };
}

function toMicros(now: unknown): bigint {
  if (typeof now === "bigint") return now;
  if (now instanceof Date && !Number.isNaN(now.getTime())) return BigInt(now.getTime()) * 1000n;
  throw invalidOption("check", "now", now, "It is a Date, or microseconds since 1970 as a bigint.");
}
