import type { CompiledComparison } from "../compare/compile.ts";
import type { Scorer } from "../model/scorer.ts";
import { PairInterner } from "../records/interner.ts";

/** Records that are equal in everything that is compared. */
export interface Copies {
  /** A number for each record, the same for equal ones. */
  readonly patternOf: Int32Array;
  /** For each record the first one equal to it, where being equal makes them one; otherwise the record itself. */
  readonly originalOf: Int32Array;
}

/** Finds the copies; two of them are one where their match weight is at least `floor`, the prior left out. */
export function findCopies(
  comparisons: readonly CompiledComparison[],
  scorer: Scorer,
  floor: number,
): Copies {
  const [first, ...others] = comparisons.map(({ codes }) => codes);
  let patternOf = first!.slice();
  for (const codes of others) {
    const interner = new PairInterner();
    patternOf = patternOf.map((pattern, k) => interner.codeOf(pattern, codes[k]!));
  }
  const firstOf = new Map<number, number>();
  const certain = new Map<number, boolean>();
  const originalOf = patternOf.map((pattern, record) => {
    const original = firstOf.get(pattern);
    if (original === undefined) {
      firstOf.set(pattern, record);
      return record;
    }
    let same = certain.get(pattern);
    if (same === undefined) certain.set(pattern, (same = scorer.weigh(original, record) >= floor));
    return same ? original : record;
  });
  return { patternOf, originalOf };
}
