import { showValue } from "@lakewright/core";
import { QualityError } from "../errors.ts";
import type { CountBounds } from "./builder.ts";
import { knownOptions } from "./options.ts";

/** @throws QualityError QUALITY_INVALID_CONTRACT where the limits are no counts, or exclude each other. */
export function checkCount(subject: string, bounds: CountBounds): void {
  knownOptions(`bounds of ${subject}`, bounds, ["min", "max"]);
  const { min, max } = bounds;
  for (const limit of [min, max]) {
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
      throw invalid(`${subject}: ${showValue(limit)} is no count.`, "Give an integer from 0.");
    }
  }
  if (min === undefined && max === undefined) {
    throw invalid(`${subject} has neither min nor max.`, "Give one of them, or both.");
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw invalid(`${subject}: min ${min} is above max ${max}.`, "Exchange them.");
  }
}

export function withinCount(count: number, { min = 0, max = Infinity }: CountBounds): boolean {
  return count >= min && count <= max;
}

export function describeCount({ min, max }: CountBounds): string {
  if (min !== undefined && min === max) return `exactly ${min}`;
  return [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`]
    .filter((text) => text !== "")
    .join(" and ");
}

function invalid(message: string, hint: string): QualityError {
  return new QualityError("QUALITY_INVALID_CONTRACT", message, { hint });
}
