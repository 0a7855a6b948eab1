import { isLakewrightError } from "@lakewright/core";
import type { Outcome } from "./suite.ts";

/** The code of a case that no public call of the package has to do with. */
export const NO_COUNTERPART = "CONFORMANCE_NO_COUNTERPART";

/** A case the packages have no public call for. */
export function noCounterpart(name: string): Outcome {
  return { case: name, result: "unsupported", code: NO_COUNTERPART };
}

/** Runs a check that throws what is wrong. A typed refusal of something unsupported is not a failure. */
export async function judge(name: string, check: () => void | Promise<void>): Promise<Outcome> {
  try {
    await check();
    return { case: name, result: "passed" };
  } catch (error) {
    const typed = isLakewrightError(error);
    if (typed && /_UNSUPPORTED(_|$)/.test(error.code)) {
      return { case: name, result: "unsupported", code: error.code };
    }
    const message = error instanceof Error ? error.message : String(error);
    const [line = ""] = message.split("\n");
    return { case: name, result: "failed", reason: typed ? `${error.code}: ${line}` : line };
  }
}

/** Throws where a number is not within the tolerance of what is expected. */
export function near(what: string, found: number, expected: number, tolerance: number): void {
  if (Math.abs(found - expected) <= tolerance) return;
  throw new Error(`${what} is ${found}, expected ${expected} ± ${tolerance}`);
}

/** Throws where two values differ in JSON. */
export function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} is ${short(a)}, expected ${short(b)}`);
}

function short(text: string | undefined): string {
  if (text === undefined) return "undefined";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
