import { type Bins } from "../trees/bins.ts";
import type { TreeWriter } from "../trees/trees.ts";
import { type CellTable, cellTable, fillHistogram, subtractHistogram } from "./histogram.ts";
import { bestSplit, type Split, type SplitLimits, type Sums } from "./split.ts";

export interface GrowLimits extends SplitLimits {
  readonly maxLeaves: number;
  readonly learningRate: number;
}

interface Leaf {
  readonly node: number;
  /** Its rows are order[from, to). */
  readonly from: number;
  readonly to: number;
  readonly sums: Sums;
  readonly histogram: Float64Array;
  readonly split: Split | undefined;
}

/**
 * Grows regression trees on gradients, the leaf with the largest gain first. A child's histogram is filled from the
 * smaller side and had by subtraction for the other.
 */
export class BoostedTreeGrower {
  private readonly bins: Bins;
  private readonly table: CellTable;
  private readonly limits: GrowLimits;
  private readonly order: Int32Array;
  private readonly aside: Int32Array;
  private readonly spare: Float64Array[] = [];

  constructor(bins: Bins, limits: GrowLimits) {
    this.bins = bins;
    this.table = cellTable(bins);
    this.limits = limits;
    this.order = new Int32Array(bins.rows);
    this.aside = new Int32Array(bins.rows);
  }

  /** Grows a tree over all rows and adds what its leaves give to the margins. */
  grow(
    gradients: Float64Array,
    hessians: Float64Array,
    margins: Float64Array,
    writer: TreeWriter,
  ): void {
    const { order, limits } = this;
    let leaves = [this.rootLeaf(gradients, hessians, writer)];
    while (leaves.length < limits.maxLeaves) {
      const best = mostGain(leaves);
      if (best?.split === undefined) break;
      const children = this.splitLeaf(best, best.split, gradients, hessians, writer);
      leaves = [...leaves.filter((leaf) => leaf !== best), ...children];
    }
    for (const { node, from, to, sums, histogram } of leaves) {
      const value = (-limits.learningRate * sums.gradient) / (sums.hessian + limits.l2);
      writer.leaf(node, value, sums.rows);
      for (let q = from; q < to; q++) margins[order[q]!]! += value;
      this.spare.push(histogram);
    }
  }

  private rootLeaf(gradients: Float64Array, hessians: Float64Array, writer: TreeWriter): Leaf {
    const { order, table } = this;
    let gradient = 0;
    let hessian = 0;
    for (let i = 0; i < order.length; i++) {
      order[i] = i;
      gradient += gradients[i]!;
      hessian += hessians[i]!;
    }
    const histogram = this.emptyHistogram();
    fillHistogram(histogram, table, order, 0, order.length, gradients, hessians);
    const sums = { gradient, hessian, rows: order.length };
    return this.leaf(writer.root(), 0, order.length, sums, histogram);
  }

  private splitLeaf(
    parent: Leaf,
    split: Split,
    gradients: Float64Array,
    hessians: Float64Array,
    writer: TreeWriter,
  ): [Leaf, Leaf] {
    const { node, from, to, sums, histogram } = parent;
    const { edges, hasMissing } = this.bins.features[split.feature]!;
    const right: Sums = {
      gradient: sums.gradient - split.left.gradient,
      hessian: sums.hessian - split.left.hessian,
      rows: sums.rows - split.left.rows,
    };
    // Missing values never seen in training go where most rows go.
    const missingLeft = hasMissing ? split.missingLeft : split.left.rows >= right.rows;
    const threshold = edges[split.bin] ?? Number.MAX_VALUE;
    const child = writer.split(node, split.feature, threshold, missingLeft, sums.rows);
    const middle = this.partition(from, to, split);
    const smaller = this.emptyHistogram();
    const leftIsSmaller = split.left.rows <= right.rows;
    const [low, high] = leftIsSmaller ? [from, middle] : [middle, to];
    fillHistogram(smaller, this.table, this.order, low, high, gradients, hessians);
    subtractHistogram(histogram, smaller);
    const [ofLeft, ofRight] = leftIsSmaller ? [smaller, histogram] : [histogram, smaller];
    return [
      this.leaf(child, from, middle, split.left, ofLeft),
      this.leaf(child + 1, middle, to, right, ofRight),
    ];
  }

  private leaf(node: number, from: number, to: number, sums: Sums, histogram: Float64Array): Leaf {
    const split =
      sums.rows >= 2 * this.limits.minLeafRows
        ? bestSplit(histogram, this.bins, this.table, sums, this.limits)
        : undefined;
    return { node, from, to, sums, histogram, split };
  }

  /** Brings the rows that go left to the front, both sides in their order; where the right side begins. */
  private partition(from: number, to: number, split: Split): number {
    const { order, aside } = this;
    const { codes, edges } = this.bins.features[split.feature]!;
    const missing = edges.length + 1;
    const { bin, missingLeft } = split;
    let left = from;
    let right = 0;
    for (let q = from; q < to; q++) {
      const row = order[q]!;
      const code = codes[row]!;
      if (code <= bin || (missingLeft && code === missing)) order[left++] = row;
      else aside[right++] = row;
    }
    order.set(aside.subarray(0, right), left);
    return left;
  }

  private emptyHistogram(): Float64Array {
    return this.spare.pop() ?? new Float64Array(3 * this.table.offsets.at(-1)!);
  }
}

function mostGain(leaves: readonly Leaf[]): Leaf | undefined {
  let best: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.split && leaf.split.gain > (best?.split?.gain ?? 0)) best = leaf;
  }
  return best;
}
