import type { Random } from "@lakewright/core";
import type { Day } from "../time.ts";
import type { Item } from "../stock/items.ts";

/** Documents made from each other: a quote, its order, the delivery and the invoice of it, a credit note. */
export interface Chain {
  /** Kinds of the documents, in the order they were made. */
  readonly kinds: readonly string[];
  /** A credit note that takes back the first line only. */
  readonly partialCredit: boolean;
  /** Lines of the first document; those made from it repeat them. */
  lineCount: number;
  /** Some of its lines have the reduced VAT rate. */
  twoRates: boolean;
  foreign: boolean;
  lines: Line[];
  day: Day;
}

/** A line before it is written into documents. Money in cents, quantities in thousandths, prices in ten-thousandths. */
export interface Line {
  item: Item;
  itemId: string;
  quantity: number;
  price: number;
  /** Hundredths of a percent. */
  discountRate: number;
  discount: number;
  net: number;
  vatId: string;
  /** Cents, in euro. */
  cost: number;
  storehouseId: string;
  /** Its stock is kept and moves. */
  stocked: boolean;
}

export function newChain(
  kinds: readonly string[],
  partialCredit: boolean,
  lineCount: number,
): Chain {
  return {
    kinds,
    partialCredit,
    lineCount,
    twoRates: false,
    foreign: false,
    lines: [],
    day: 0,
  };
}

/** Documents of a chain that repeat all its lines. */
function wholeDocuments({ kinds, partialCredit }: Chain): number {
  return kinds.length - (partialCredit ? 1 : 0);
}

export function linesIn(chain: Chain): number {
  return chain.lineCount * wholeDocuments(chain) + (chain.partialCredit ? 1 : 0);
}

/** Lines of a new document: rather few, 14 at most. */
export function drawLineCount(random: Random, mean: number): number {
  return 1 + Math.min(13, Math.floor(-Math.log(1 - random.next()) * mean));
}

/** Gives and takes lines from chains of one document until the documents have `target` lines together. */
export function fitLines(random: Random, chains: readonly Chain[], target: number): void {
  let total = chains.reduce((sum, chain) => sum + linesIn(chain), 0);
  const single = random.shuffle(chains.filter(({ kinds }) => kinds.length === 1));
  for (let i = 0, idle = 0; total !== target; i++) {
    const chain = single[i % single.length]!;
    const step = total < target ? 1 : -1;
    if (step < 0 && chain.lineCount === 1) {
      if (++idle > single.length) throw new RangeError("There are too few lines to take from.");
      continue;
    }
    idle = 0;
    chain.lineCount += step;
    total += step;
  }
}

/** Marks chains until the documents of those marked are exactly `target`. */
export function markDocuments(
  random: Random,
  chains: readonly Chain[],
  target: number,
  eligible: (chain: Chain) => boolean,
  mark: (chain: Chain) => void,
): void {
  const candidates = random.shuffle(chains.filter(eligible));
  let left = target;
  for (const chain of candidates) {
    if (chain.kinds.length > left) continue;
    mark(chain);
    left -= chain.kinds.length;
    if (left === 0) return;
  }
  if (left > 0) throw new RangeError(`${left} documents of ${target} could not be marked.`);
}
