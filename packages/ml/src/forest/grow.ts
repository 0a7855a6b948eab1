import type { Random } from "@lakewright/core";
import type { BinnedFeature, Bins } from "../trees/bins.ts";
import type { TreeWriter } from "../trees/trees.ts";

export interface ForestLimits {
  readonly minLeafRows: number;
  readonly maxDepth: number;
  /** Features drawn at a split; more only until one is drawn that is not constant there. */
  readonly featuresPerSplit: number;
}

interface GiniSplit {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
}

/** Numbers of a bin: bootstrap draws, draws of class 1, distinct rows. */
const CELL = 3;

/**
 * Grows classification trees on bootstrap samples by Gini impurity. A leaf holds the share of class 1 among its draws.
 * The smallest leaf is counted in distinct rows, not in draws.
 *
 * Source: Breiman, "Random Forests" (2001).
 */
export class GiniTreeGrower {
  private readonly bins: Bins;
  private readonly labels: Uint8Array;
  private readonly limits: ForestLimits;
  /** How often the bootstrap drew each row. */
  private readonly draws: Int32Array;
  private readonly order: Int32Array;
  private readonly aside: Int32Array;
  private readonly deck: Int32Array;
  private readonly cells: Float64Array = new Float64Array(CELL * 257);

  constructor(bins: Bins, labels: Uint8Array, limits: ForestLimits) {
    this.bins = bins;
    this.labels = labels;
    this.limits = limits;
    this.draws = new Int32Array(bins.rows);
    this.order = new Int32Array(bins.rows);
    this.aside = new Int32Array(bins.rows);
    this.deck = new Int32Array(bins.features.length);
  }

  grow(random: Random, writer: TreeWriter): void {
    const stack = [{ node: writer.root(), from: 0, to: this.bootstrap(random), depth: 0 }];
    for (let work = stack.pop(); work !== undefined; work = stack.pop()) {
      const { node, from, to, depth } = work;
      const [draws, hits] = this.count(from, to);
      const { minLeafRows, maxDepth } = this.limits;
      const mayNot =
        to - from < 2 * minLeafRows || depth >= maxDepth || hits === 0 || hits === draws;
      const split = mayNot ? undefined : this.bestSplit(random, from, to, draws, hits);
      if (split === undefined) {
        writer.leaf(node, hits / draws, draws);
        continue;
      }
      const { edges, hasMissing } = this.bins.features[split.feature]!;
      const middle = this.partition(from, to, split);
      // Missing values never seen in training go where most rows go.
      const missingLeft = hasMissing ? split.missingLeft : middle - from >= to - middle;
      const threshold = edges[split.bin] ?? Number.MAX_VALUE;
      const left = writer.split(node, split.feature, threshold, missingLeft, draws);
      stack.push(
        { node: left + 1, from: middle, to, depth: depth + 1 },
        { node: left, from, to: middle, depth: depth + 1 },
      );
    }
  }

  /** Draws as many rows as there are, with replacement; how many distinct ones there were. */
  private bootstrap(random: Random): number {
    const { draws, order } = this;
    draws.fill(0);
    for (let i = 0; i < draws.length; i++) draws[random.integer(draws.length)]!++;
    let distinct = 0;
    for (let i = 0; i < draws.length; i++) if (draws[i]! > 0) order[distinct++] = i;
    return distinct;
  }

  private count(from: number, to: number): readonly [number, number] {
    let draws = 0;
    let hits = 0;
    for (let q = from; q < to; q++) {
      const row = this.order[q]!;
      draws += this.draws[row]!;
      if (this.labels[row] === 1) hits += this.draws[row]!;
    }
    return [draws, hits];
  }

  private bestSplit(
    random: Random,
    from: number,
    to: number,
    draws: number,
    hits: number,
  ): GiniSplit | undefined {
    const { deck, bins, limits } = this;
    for (let k = 0; k < deck.length; k++) deck[k] = k;
    let best: GiniSplit | undefined;
    // Sum over both sides of Σ count² / draws: the higher, the purer.
    let bestPurity = (hits * hits + (draws - hits) * (draws - hits)) / draws + 1e-9;
    let drawn = 0;
    let tried = 0;
    for (let left = deck.length; left > 0; left--) {
      if (drawn >= limits.featuresPerSplit && tried > 0) break;
      const pick = random.integer(left);
      const feature = deck[pick]!;
      deck[pick] = deck[left - 1]!;
      const binned = bins.features[feature]!;
      drawn++;
      if (!this.fill(binned, from, to)) continue;
      tried++;
      for (const missingLeft of binned.hasMissing ? [false, true] : [false]) {
        const found = this.scan(binned, missingLeft, draws, hits, to - from, bestPurity);
        if (found === undefined) continue;
        bestPurity = found.purity;
        best = { feature, bin: found.bin, missingLeft };
      }
    }
    return best;
  }

  /** Counts the rows of each bin; false where all are in one. */
  private fill({ codes, edges }: BinnedFeature, from: number, to: number): boolean {
    const { cells, order, draws, labels } = this;
    cells.fill(0, 0, CELL * (edges.length + 2));
    const first = codes[order[from]!]!;
    let varies = false;
    for (let q = from; q < to; q++) {
      const row = order[q]!;
      const code = codes[row]!;
      const at = CELL * code;
      const weight = draws[row]!;
      cells[at]! += weight;
      if (labels[row] === 1) cells[at + 1]! += weight;
      cells[at + 2]!++;
      if (code !== first) varies = true;
    }
    return varies;
  }

  private scan(
    { edges, hasMissing }: BinnedFeature,
    missingLeft: boolean,
    draws: number,
    hits: number,
    rows: number,
    above: number,
  ): { readonly bin: number; readonly purity: number } | undefined {
    const { cells } = this;
    const { minLeafRows } = this.limits;
    const missing = CELL * (edges.length + 1);
    let n = missingLeft ? cells[missing]! : 0;
    let p = missingLeft ? cells[missing + 1]! : 0;
    let r = missingLeft ? cells[missing + 2]! : 0;
    let best: { bin: number; purity: number } | undefined;
    let purest = above;
    const bins = edges.length + (hasMissing && !missingLeft ? 1 : 0);
    for (let b = 0, at = 0; b < bins; b++, at += CELL) {
      n += cells[at]!;
      p += cells[at + 1]!;
      r += cells[at + 2]!;
      if (r < minLeafRows) continue;
      if (rows - r < minLeafRows) break;
      const q = hits - p;
      const m = draws - n;
      const purity = (p * p + (n - p) * (n - p)) / n + (q * q + (m - q) * (m - q)) / m;
      if (purity > purest) {
        purest = purity;
        best = { bin: b, purity };
      }
    }
    return best;
  }

  private partition(from: number, to: number, split: GiniSplit): number {
    const { order, aside } = this;
    const { codes, edges } = this.bins.features[split.feature]!;
    const missing = edges.length + 1;
    let left = from;
    let right = 0;
    for (let q = from; q < to; q++) {
      const row = order[q]!;
      const code = codes[row]!;
      if (code <= split.bin || (split.missingLeft && code === missing)) order[left++] = row;
      else aside[right++] = row;
    }
    order.set(aside.subarray(0, right), left);
    return left;
  }
}
