import type { Blocks } from "./plan.ts";

/** Pairs of records, `left[k]` with `right[k]`; the arrays are used again for the next chunk. */
export interface PairChunk {
  readonly left: Int32Array;
  readonly right: Int32Array;
  length: number;
  /** Position of the rule that gave the pairs. */
  rule: number;
}

const CHUNK = 16_384;

/**
 * The pairs of the rules, each pair once: a rule gives no pair that an earlier one gave.
 * The left record has the smaller number.
 */
export function* candidatePairs(rules: readonly Blocks[]): Generator<PairChunk> {
  const chunk: PairChunk = {
    left: new Int32Array(CHUNK),
    right: new Int32Array(CHUNK),
    length: 0,
    rule: 0,
  };
  for (let r = 0; r < rules.length; r++) {
    const earlier = rules.slice(0, r).map((rule) => rule.blockOf);
    const { starts, members } = rules[r]!;
    chunk.rule = r;
    chunk.length = 0;
    for (let b = 0; b + 1 < starts.length; b++) {
      const to = starts[b + 1]!;
      for (let i = starts[b]!; i < to; i++) {
        for (let j = i + 1; j < to;) {
          const end = Math.min(to, j + CHUNK - chunk.length);
          pairUp(chunk, members, i, j, end, earlier);
          j = end;
          if (chunk.length === CHUNK) {
            yield chunk;
            chunk.length = 0;
          }
        }
      }
    }
    if (chunk.length > 0) yield chunk;
  }
}

/** Adds the pairs of member i with members [from, to) that no earlier rule has. */
function pairUp(
  chunk: PairChunk,
  members: Int32Array,
  i: number,
  from: number,
  to: number,
  earlier: readonly Int32Array[],
): void {
  const { left, right } = chunk;
  const a = members[i]!;
  let n = chunk.length;
  next: for (let j = from; j < to; j++) {
    const b = members[j]!;
    for (let r = 0; r < earlier.length; r++) {
      const block = earlier[r]![a]!;
      if (block >= 0 && block === earlier[r]![b]) continue next;
    }
    left[n] = a;
    right[n++] = b;
  }
  chunk.length = n;
}
