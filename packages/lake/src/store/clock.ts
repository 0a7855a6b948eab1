import { showValue } from "@lakewright/core";
import { invalidOption } from "../options.ts";

/** Milliseconds since 1970. */
export type Clock = () => number;

export const systemClock: Clock = () => new Date().getTime();

/**
 * A clock that gives whole milliseconds, as the log has them.
 *
 * @throws LakeError LAKE_INVALID_OPTION, when it is asked, for a clock that gives no time.
 */
export function wholeClock(clock: Clock): Clock {
  return () => {
    const given: unknown = clock();
    const ms = typeof given === "number" ? Math.floor(given) : NaN;
    if (Number.isSafeInteger(ms)) return ms;
    throw invalidOption(
      `clock gave ${showValue(given)}, which is no time.`,
      "It gives milliseconds since 1970 as a number, as Date.now does.",
    );
  };
}
