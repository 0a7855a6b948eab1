import { parseDate } from "@lakewright/core";
import type { CodedColumn } from "../records/raw-column.ts";
import type { Records } from "../records/records.ts";
import { jaccard } from "../strings/q-grams.ts";
import { jaroSymbols, jaroWinklerSymbols } from "../strings/jaro.ts";
import { levenshteinSymbols } from "../strings/levenshtein.ts";
import { osaSymbols } from "../strings/transpositions.ts";
import { jaroFilter, sharedSymbols } from "./jaro-filter.ts";
import type { ComparisonLevel } from "./level.ts";
import { type TextPool, textPool } from "./text-pool.ts";

/** Whether a level holds for two different values a and b, which records i and j have. */
export type Matcher = (a: number, b: number, i: number, j: number) => boolean;

/** What the matchers of one field share. */
export interface MatcherContext {
  readonly records: Records;
  readonly column: CodedColumn;
  readonly field: string;
  readonly pool: () => TextPool;
  /** The metric of two values, remembered for the levels of the same pair. */
  readonly metrics: Map<string, (a: number, b: number) => number>;
}

/** The context of a field. */
export function matcherContext(records: Records, field: string): MatcherContext {
  const column = records.field(field);
  let pool: TextPool | undefined;
  return {
    records,
    column,
    field,
    pool: () => (pool ??= textPool(column.texts)),
    metrics: new Map(),
  };
}

/** The matcher of a level, made for the values of these records. */
export function matcherOf(level: ComparisonLevel, context: MatcherContext): Matcher {
  switch (level.kind) {
    case "exact":
      return (a, b) => a === b;
    case "similarity": {
      const metric = metricOf(level.metric, context);
      const { atLeast } = level;
      if (level.metric === "jaccard") return (a, b) => metric(a, b) >= atLeast;
      const winkler = level.metric === "jaroWinkler";
      const mayReach = jaroFilter(context.pool(), sharedOf(context), atLeast, winkler);
      return (a, b) => mayReach(a, b) && metric(a, b) >= atLeast;
    }
    case "distance": {
      const metric = metricOf(level.metric, context);
      const { starts } = context.pool();
      const { atMost } = level;
      return (a, b) => {
        const difference = starts[a + 1]! - starts[a]! - starts[b + 1]! + starts[b]!;
        return difference <= atMost && difference >= -atMost && metric(a, b) <= atMost;
      };
    }
    case "days": {
      const days = Float64Array.from(context.column.texts, (text) => parseDate(text) ?? NaN);
      const { atMost } = level;
      return (a, b) => Math.abs(days[a]! - days[b]!) <= atMost;
    }
    case "same": {
      const { codes } = context.records.part(level.part);
      return (_a, _b, i, j) => codes[i]! >= 0 && codes[i] === codes[j];
    }
    case "swapped":
      return swapMatcher(context.column, context.records.field(level.with));
    case "when": {
      const { texts } = context.column;
      return (a, b) => level.holds(texts[a]!, texts[b]!);
    }
  }
}

function swapMatcher(own: CodedColumn, other: CodedColumn): Matcher {
  const numbers = new Map(other.texts.map((text, code) => [text, code]));
  const inOther = Int32Array.from(own.texts, (text) => numbers.get(text) ?? -2);
  return (a, b, i, j) => inOther[a] === other.codes[j] && inOther[b] === other.codes[i];
}

function metricOf(name: string, context: MatcherContext): (a: number, b: number) => number {
  let metric = context.metrics.get(name);
  if (!metric) {
    metric = remembered(kernelOf(name, context));
    context.metrics.set(name, metric);
  }
  return metric;
}

function sharedOf(context: MatcherContext): (a: number, b: number) => number {
  let shared = context.metrics.get("shared symbols");
  if (!shared) {
    shared = remembered(sharedSymbols(context.pool()));
    context.metrics.set("shared symbols", shared);
  }
  return shared;
}

/** Levels of one metric follow each other: the last result serves the next level. */
function remembered(of: (a: number, b: number) => number): (a: number, b: number) => number {
  let lastA = -1;
  let lastB = -1;
  let last = 0;
  return (a, b) => {
    if (a !== lastA || b !== lastB) {
      last = of(a, b);
      lastA = a;
      lastB = b;
    }
    return last;
  };
}

function kernelOf(name: string, context: MatcherContext): (a: number, b: number) => number {
  if (name === "jaccard") {
    const { texts } = context.column;
    return (a, b) => jaccard(texts[a]!, texts[b]!);
  }
  const { symbols: s, starts: o } = context.pool();
  switch (name) {
    case "jaro":
      return (a, b) => jaroSymbols(s, o[a]!, o[a + 1]! - o[a]!, s, o[b]!, o[b + 1]! - o[b]!);
    case "jaroWinkler":
      return (a, b) => jaroWinklerSymbols(s, o[a]!, o[a + 1]! - o[a]!, s, o[b]!, o[b + 1]! - o[b]!);
    case "osa":
      return (a, b) => osaSymbols(s, o[a]!, o[a + 1]! - o[a]!, s, o[b]!, o[b + 1]! - o[b]!);
    default:
      return (a, b) => levenshteinSymbols(s, o[a]!, o[a + 1]! - o[a]!, s, o[b]!, o[b + 1]! - o[b]!);
  }
}
