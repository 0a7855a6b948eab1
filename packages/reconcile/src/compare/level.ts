import { showValue } from "@lakewright/core";
import { type KeyPart, toKeyPart } from "../blocking/key-part.ts";
import { ReconcileError } from "../errors.ts";

/** How much the frequency of a value changes the weight of agreeing on it. */
export interface TermFrequency {
  /** 0 leaves the frequency out, 1 counts it in full. Default 1. */
  readonly weight?: number | undefined;
  /** No value counts as rarer than this share of the records. Default 0: as rare as it is. */
  readonly floor?: number | undefined;
}

const similarityMetrics = ["jaro", "jaroWinkler", "jaccard"] as const;
const distanceMetrics = ["levenshtein", "osa"] as const;
export type SimilarityMetric = (typeof similarityMetrics)[number];
export type DistanceMetric = (typeof distanceMetrics)[number];

/** One step of how much two values agree. */
export type ComparisonLevel = { readonly name: string } & (
  | { readonly kind: "exact"; readonly termFrequency?: TermFrequency | undefined }
  | { readonly kind: "similarity"; readonly metric: SimilarityMetric; readonly atLeast: number }
  | { readonly kind: "distance"; readonly metric: DistanceMetric; readonly atMost: number }
  | { readonly kind: "days"; readonly atMost: number }
  | { readonly kind: "same"; readonly part: KeyPart }
  | { readonly kind: "swapped"; readonly with: string }
  | { readonly kind: "when"; readonly holds: (a: string, b: string) => boolean }
);

/**
 * The values are equal.
 *
 * @param options.termFrequency - weigh agreement on a rare value higher than on a common one. Default false.
 */
export function exact(
  options: { readonly termFrequency?: boolean | TermFrequency | undefined } = {},
): ComparisonLevel {
  const given = options.termFrequency;
  if (!given) return { kind: "exact", name: "exact" };
  return { kind: "exact", name: "exact", termFrequency: given === true ? {} : given };
}

/** The values are at least so similar, 0 to 1; `jaccard` is of pairs of characters. */
export function similarity(metric: SimilarityMetric, atLeast: number): ComparisonLevel {
  assertMetric("similarity", metric, similarityMetrics);
  if (!(atLeast > 0 && atLeast <= 1)) {
    throw invalid(`similarity("${metric}", ${showValue(atLeast)})`, "above 0 and at most 1");
  }
  return { kind: "similarity", name: `${metric} ≥ ${atLeast}`, metric, atLeast };
}

/** The values are at most so many edits apart. */
export function distance(metric: DistanceMetric, atMost: number): ComparisonLevel {
  assertMetric("distance", metric, distanceMetrics);
  if (!Number.isInteger(atMost) || atMost < 1) {
    throw invalid(`distance("${metric}", ${showValue(atMost)})`, "a whole number from 1");
  }
  return { kind: "distance", name: `${metric} ≤ ${atMost}`, metric, atMost };
}

/** The values are ISO days ("2026-11-21") at most so many days apart. */
export function withinDays(atMost: number): ComparisonLevel {
  if (!Number.isInteger(atMost) || atMost < 1) {
    throw invalid(`withinDays(${showValue(atMost)})`, "a whole number from 1");
  }
  return { kind: "days", name: `within ${atMost} ${atMost === 1 ? "day" : "days"}`, atMost };
}

/** The values have a part in common: `same(year("born"))`. */
export function same(part: string | KeyPart): ComparisonLevel {
  const whole = toKeyPart(part);
  return { kind: "same", name: `same ${whole.name}`, part: whole };
}

/** Each record has the other's value in the other field: given name and surname in each other's place. */
export function swapped(withField: string): ComparisonLevel {
  return { kind: "swapped", name: `swapped with ${withField}`, with: withField };
}

/** The values satisfy a condition of your own; it must not depend on their order. */
export function when(name: string, holds: (a: string, b: string) => boolean): ComparisonLevel {
  return { kind: "when", name, holds };
}

function assertMetric(call: string, metric: string, metrics: readonly string[]): void {
  if (metrics.includes(metric)) return;
  throw new ReconcileError(
    "RECONCILE_INVALID_LINKER",
    `${call}(${showValue(metric)}): the metric must be one of ${metrics.join(", ")}.`,
  );
}

function invalid(call: string, expected: string): ReconcileError {
  return new ReconcileError(
    "RECONCILE_INVALID_LINKER",
    `${call}: the threshold must be ${expected}.`,
  );
}
