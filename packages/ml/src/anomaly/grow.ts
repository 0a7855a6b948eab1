import type { Random } from "@lakewright/core";
import type { Matrix } from "../data/matrix.ts";
import type { TreeWriter } from "../trees/trees.ts";
import { meanPathLength } from "./path-length.ts";

/**
 * Grows isolation trees: a random sub-sample without replacement, split at a random point of a random feature among
 * those that are not constant in the node, down to single rows or the depth limit. A leaf holds its path length, with
 * c(n) for the n rows left in it. Missing values go the way most rows go, so that they isolate nothing by themselves.
 *
 * Source: Liu, Ting and Zhou (2012), algorithms 1 and 2; constant features are passed over as in scikit-learn.
 */
export class IsolationTreeGrower {
  private readonly matrix: Matrix;
  private readonly samples: number;
  private readonly maxDepth: number;
  /** The sub-sample, row by row. */
  private readonly values: Float64Array;
  /** Positions in the sub-sample, ordered so that the rows of a node are neighbours. */
  private readonly order: Int32Array;
  /** Every row number; identity between two trees. */
  private readonly deck: Int32Array;
  private readonly candidates: Int32Array;
  private readonly stack: Int32Array;
  private low = 0;
  private high = 0;

  constructor(matrix: Matrix, samples: number, maxDepth: number) {
    this.matrix = matrix;
    this.samples = samples;
    this.maxDepth = maxDepth;
    this.values = new Float64Array(samples * matrix.columns.length);
    this.order = new Int32Array(samples);
    this.deck = Int32Array.from({ length: matrix.rows }, (_, i) => i);
    this.candidates = new Int32Array(matrix.columns.length);
    this.stack = new Int32Array(4 * (maxDepth + 2));
  }

  grow(random: Random, writer: TreeWriter): void {
    this.drawSample(random);
    const { order, stack } = this;
    let top = 0;
    const push = (node: number, from: number, to: number, depth: number): void => {
      stack[top++] = node;
      stack[top++] = from;
      stack[top++] = to;
      stack[top++] = depth;
    };
    for (let i = 0; i < this.samples; i++) order[i] = i;
    push(writer.root(), 0, this.samples, 0);
    while (top > 0) {
      const depth = stack[--top]!;
      const to = stack[--top]!;
      const from = stack[--top]!;
      const node = stack[--top]!;
      const count = to - from;
      const feature = count > 1 && depth < this.maxDepth ? this.pickFeature(random, from, to) : -1;
      if (feature < 0) {
        writer.leaf(node, depth + meanPathLength(count), count);
        continue;
      }
      const threshold = this.pickThreshold(random);
      const missingLeft = this.mostGoLeft(from, to, feature, threshold);
      const middle = this.partition(from, to, feature, threshold, missingLeft);
      const left = writer.split(node, feature, threshold, missingLeft, count);
      push(left + 1, middle, to, depth + 1);
      push(left, from, middle, depth + 1);
    }
  }

  /** A partial Fisher–Yates shuffle, taken back afterwards: a tree depends on its own random source only. */
  private drawSample(random: Random): void {
    const { deck, samples, values } = this;
    const { columns, rows } = this.matrix;
    const width = columns.length;
    const swapped = new Int32Array(samples);
    for (let i = 0; i < samples; i++) {
      const j = i + random.integer(rows - i);
      const row = deck[j]!;
      deck[j] = deck[i]!;
      deck[i] = row;
      swapped[i] = j;
      for (let k = 0; k < width; k++) values[i * width + k] = columns[k]![row]!;
    }
    for (let i = 0; i < samples; i++) {
      deck[i] = i;
      deck[swapped[i]!] = swapped[i]!;
    }
  }

  /** A feature that is not constant in the node, each with the same chance; -1 where there is none. */
  private pickFeature(random: Random, from: number, to: number): number {
    const { candidates, order, values } = this;
    const width = candidates.length;
    for (let k = 0; k < width; k++) candidates[k] = k;
    for (let left = width; left > 0; left--) {
      const pick = random.integer(left);
      const feature = candidates[pick]!;
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < to; i++) {
        const value = values[order[i]! * width + feature]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high > low) {
        this.low = low;
        this.high = high;
        return feature;
      }
      candidates[pick] = candidates[left - 1]!;
    }
    return -1;
  }

  /** Uniform over [low, high) of the feature picked: never high, so that both sides get rows. */
  private pickThreshold(random: Random): number {
    const { low, high } = this;
    const u = random.next();
    const range = high - low;
    const threshold = range < Infinity ? low + u * range : low * (1 - u) + high * u;
    return threshold >= low && threshold < high ? threshold : low;
  }

  private mostGoLeft(from: number, to: number, feature: number, threshold: number): boolean {
    const { order, values, candidates } = this;
    let difference = 0;
    for (let i = from; i < to; i++) {
      const value = values[order[i]! * candidates.length + feature]!;
      if (value <= threshold) difference++;
      else if (value > threshold) difference--;
    }
    return difference >= 0;
  }

  private partition(
    from: number,
    to: number,
    feature: number,
    threshold: number,
    missingLeft: boolean,
  ): number {
    const { order, values, candidates } = this;
    let i = from;
    let j = to - 1;
    while (i <= j) {
      const row = order[i]!;
      const value = values[row * candidates.length + feature]!;
      if (value <= threshold || (missingLeft && value !== value)) {
        i++;
      } else {
        order[i] = order[j]!;
        order[j] = row;
        j--;
      }
    }
    return i;
  }
}
