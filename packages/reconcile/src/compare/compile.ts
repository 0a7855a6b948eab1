import type { Records } from "../records/records.ts";
import type { Comparison } from "./comparison.ts";
import { type Matcher, type MatcherContext, matcherContext, matcherOf } from "./matcher.ts";

/** The level of a pair that gives no evidence: a value is missing, or another comparison has it. */
export const NO_EVIDENCE = -1;

/** A comparison made ready for some records. */
export interface CompiledComparison {
  readonly comparison: Comparison;
  /** Levels, with "otherwise". */
  readonly levels: number;
  /** The number of the value of each record; -1 where it has none. */
  readonly codes: Int32Array;
  /** The texts by number. */
  readonly texts: readonly string[];
  /** The level of two records with the same value. */
  readonly equalLevel: number;
  /** The level of records i and j with the different values a and b; {@link NO_EVIDENCE} where the exception holds. */
  readonly unequalLevel: (a: number, b: number, i: number, j: number) => number;
}

/** Makes the comparisons ready; fields used twice share what is made of their texts. */
export function compileComparisons(
  records: Records,
  comparisons: readonly Comparison[],
): CompiledComparison[] {
  const contexts = new Map<string, MatcherContext>();
  return comparisons.map((comparison) => {
    let context = contexts.get(comparison.field);
    if (!context)
      contexts.set(comparison.field, (context = matcherContext(records, comparison.field)));
    return compile(comparison, context);
  });
}

function compile(comparison: Comparison, context: MatcherContext): CompiledComparison {
  const { levels, except } = comparison;
  const matchers = levels.map((level) => matcherOf(level, context));
  const excepted = except ? matcherOf(except, context) : undefined;
  // Equal values satisfy every level but one that asks for something else.
  const first = levels.findIndex((level) => level.kind !== "swapped" && level.kind !== "when");
  return {
    comparison,
    levels: levels.length + 1,
    codes: context.column.codes,
    texts: context.column.texts,
    equalLevel: first < 0 ? levels.length : first,
    unequalLevel: chain(matchers, excepted),
  };
}

/** The first matcher that holds, written out: the loop over an array of functions costs more than most of them. */
function chain(matchers: readonly Matcher[], excepted: Matcher | undefined): LevelOf {
  const tail = matchers.reduceRight<LevelOf>(
    (next, matcher, level) => (a, b, i, j) => (matcher(a, b, i, j) ? level : next(a, b, i, j)),
    () => matchers.length,
  );
  return excepted ? (a, b, i, j) => (excepted(a, b, i, j) ? NO_EVIDENCE : tail(a, b, i, j)) : tail;
}

type LevelOf = (a: number, b: number, i: number, j: number) => number;

/** The level of a pair of records. */
export function levelOf(compiled: CompiledComparison, i: number, j: number): number {
  const a = compiled.codes[i]!;
  const b = compiled.codes[j]!;
  if (a < 0 || b < 0) return NO_EVIDENCE;
  return a === b ? compiled.equalLevel : compiled.unequalLevel(a, b, i, j);
}
