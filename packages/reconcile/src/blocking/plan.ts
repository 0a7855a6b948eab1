import { PairInterner } from "../records/interner.ts";
import type { Records } from "../records/records.ts";
import { ReconcileError } from "../errors.ts";
import type { BlockingRule } from "./rule.ts";

/** How much blocking may cost. */
export interface BlockingOptions {
  /**
   * Pairs a rule may give for each record, on average. A rule that would give more leaves out its largest blocks, which
   * the plan then lists. Default 100; small data may always have 2,000,000 pairs a rule.
   */
  readonly maxPairsPerRecord?: number | undefined;
  /** What becomes of blocks that are too large: "skip" (the default) leaves them out and says so, "error" throws. */
  readonly largeBlocks?: "skip" | "error" | undefined;
}

/** A block that was left out because it was too large. */
export interface SkippedBlock {
  /** The values the records have in common. */
  readonly key: readonly string[];
  readonly records: number;
  readonly pairs: number;
}

/** What one rule does. */
export interface PlannedRule {
  readonly rule: string;
  /** Records that have a key. */
  readonly records: number;
  /** Blocks of two or more records, not counting those skipped. */
  readonly blocks: number;
  /** Pairs of the rule by itself, exact, not counting those skipped. */
  readonly pairs: number;
  /** Records of the largest block that is kept. */
  readonly largestBlock: number;
  /** The blocks left out, largest first. Their pairs are compared only where another rule has them. */
  readonly skipped: readonly SkippedBlock[];
}

/** @internal A rule's blocks: members[starts[b]] … members[starts[b + 1] - 1] are the records of block b. */
export interface Blocks {
  /** The block of each record; -1 where it has none. */
  readonly blockOf: Int32Array;
  readonly starts: Int32Array;
  readonly members: Int32Array;
  readonly rule: BlockingRule;
  readonly planned: PlannedRule;
}

/** Pairs that a rule may always have, whatever the number of records. */
export const FREE_PAIRS = 2_000_000;

/**
 * Groups the records by each rule, and counts the pairs before any is made.
 *
 * @throws ReconcileError RECONCILE_LIMIT for a block that is too large, where `largeBlocks` is "error".
 */
export function planBlocks(
  records: Records,
  rules: readonly BlockingRule[],
  options: BlockingOptions = {},
): Blocks[] {
  const budget = Math.max(FREE_PAIRS, (options.maxPairsPerRecord ?? 100) * records.size);
  const blocks = rules.map((rule) => blocksOf(records, rule, budget));
  for (const { planned } of blocks) {
    const [largest] = planned.skipped;
    if (largest && options.largeBlocks === "error") throw tooLarge(planned, largest, budget);
  }
  return blocks;
}

function blocksOf(records: Records, rule: BlockingRule, budget: number): Blocks {
  const columns = rule.parts.map((part) => records.part(part));
  const [first, ...others] = columns;
  let keys = first!.codes.slice();
  let size = first!.texts.length;
  for (const other of others) {
    const interner = new PairInterner();
    const { codes } = other;
    for (let i = 0; i < keys.length; i++) {
      const own = codes[i]!;
      const before = keys[i]!;
      keys[i] = own < 0 || before < 0 ? -1 : interner.codeOf(before, own);
    }
    size = interner.size;
  }
  const counts = new Int32Array(size);
  let keyed = 0;
  for (const key of keys) {
    if (key < 0) continue;
    counts[key]!++;
    keyed++;
  }
  const limit = largestAffordable(counts, budget);
  const skippedKeys = new Set<number>();
  let blocks = 0;
  let pairs = 0;
  let largestBlock = 0;
  const blockOfKey = new Int32Array(size).fill(-1);
  const starts = [0];
  for (let key = 0; key < size; key++) {
    const n = counts[key]!;
    if (n < 2) continue;
    if (n > limit) {
      skippedKeys.add(key);
      continue;
    }
    blockOfKey[key] = blocks++;
    starts.push(starts.at(-1)! + n);
    pairs += (n * (n - 1)) / 2;
    if (n > largestBlock) largestBlock = n;
  }
  const skipped = new Map<number, SkippedBlock>();
  if (skippedKeys.size > 0) {
    keys.forEach((key, i) => {
      if (!skippedKeys.has(key) || skipped.has(key)) return;
      const n = counts[key]!;
      const values = columns.map((column) => column.texts[column.codes[i]!]!);
      skipped.set(key, { key: values, records: n, pairs: (n * (n - 1)) / 2 });
    });
  }
  keys = keys.map((key) => (key < 0 ? -1 : blockOfKey[key]!));
  const next = Int32Array.from(starts);
  const members = new Int32Array(starts.at(-1)!);
  for (let i = 0; i < keys.length; i++) if (keys[i]! >= 0) members[next[keys[i]!]!++] = i;
  return {
    blockOf: keys,
    starts: Int32Array.from(starts),
    members,
    rule,
    planned: {
      rule: rule.name,
      records: keyed,
      blocks,
      pairs,
      largestBlock,
      skipped: [...skipped.values()].sort((a, b) => b.records - a.records),
    },
  };
}

/** The largest block size such that all blocks up to it have at most `budget` pairs together. */
function largestAffordable(counts: Int32Array, budget: number): number {
  const blocksOfSize = new Map<number, number>();
  for (const n of counts) if (n > 1) blocksOfSize.set(n, (blocksOfSize.get(n) ?? 0) + 1);
  let pairs = 0;
  let limit = 1;
  for (const [n, blocks] of [...blocksOfSize].sort((a, b) => a[0] - b[0])) {
    pairs += (blocks * n * (n - 1)) / 2;
    if (pairs > budget) break;
    limit = n;
  }
  return limit;
}

function tooLarge(planned: PlannedRule, block: SkippedBlock, budget: number): ReconcileError {
  const key = block.key.map((value) => JSON.stringify(value)).join(", ");
  return new ReconcileError(
    "RECONCILE_LIMIT",
    `The blocking rule "${planned.rule}" has ${block.records} records with ${key}: ${block.pairs} pairs, where the rule may have ${budget}.`,
    {
      hint: "Add a part to the rule, turn the value into null, raise maxPairsPerRecord, or skip large blocks.",
      details: { rule: planned.rule, key: block.key, records: block.records, pairs: block.pairs },
    },
  );
}
