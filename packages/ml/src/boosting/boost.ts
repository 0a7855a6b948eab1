import type { Matrix } from "../data/matrix.ts";
import { splitRows } from "../evaluate/folds.ts";
import type { Job } from "../job.ts";
import { log, logit, powerOfTwo, sigmoid } from "../math/portable.ts";
import { binFeatures } from "../trees/bins.ts";
import { sumLeaves } from "../trees/traverse.ts";
import { type Trees, TreeWriter } from "../trees/trees.ts";
import { BoostedTreeGrower } from "./grow.ts";
import { quantum } from "./histogram.ts";

export interface BoostSettings {
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly minLeafRows: number;
  readonly l2: number;
  readonly patience: number;
  readonly holdout: number;
  readonly seed: number;
}

/** Trees on the log-odds that begin at `start`. */
export interface BoostedTrees {
  readonly start: number;
  readonly trees: Trees;
}

/** Smallest sum of hessians of a leaf, so that a leaf of rows already certain takes no huge step. */
const MIN_HESSIAN = 1e-3;
const MIN_GAIN = 1e-10;

export async function boost(
  matrix: Matrix,
  labels: Uint8Array,
  settings: BoostSettings,
  job: Job,
): Promise<BoostedTrees> {
  const { patience, rounds } = settings;
  const held =
    patience > 0 ? splitRows(matrix, labels, settings.holdout, settings.seed) : undefined;
  const train = held?.rest ?? { matrix, labels };
  const rows = train.labels.length;
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  const start = logit(train.labels.reduce((a, b) => a + b, 0) / rows);
  const margins = new Float64Array(rows).fill(start);
  const grower = new BoostedTreeGrower(binFeatures(train.matrix), {
    ...settings,
    minHessian: MIN_HESSIAN,
    minGain: MIN_GAIN,
  });
  const writer = new TreeWriter();
  const judge = held && new HoldoutJudge(held.part.matrix, held.part.labels, start);
  for (let round = 0; round < rounds; round++) {
    takeGradients(train.labels, margins, gradients, hessians);
    grower.grow(gradients, hessians, margins, writer);
    if (judge && judge.roundsSinceBest(writer) >= patience) break;
    const pause = job.step("boost", round + 1, rounds);
    if (pause) await pause;
  }
  if (judge) writer.truncate(judge.bestRounds);
  return { start, trees: writer.finish() };
}

/** First and second derivatives of the log-loss, rounded so that their sums are exact. */
function takeGradients(
  labels: Uint8Array,
  margins: Float64Array,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  // Adding and taking away 1.5 · 2^52 units leaves whole units.
  const rounder = 1.5 * powerOfTwo(52) * quantum(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const p = sigmoid(margins[i]!);
    gradients[i] = p - labels[i]! + rounder - rounder;
    hessians[i] = p * (1 - p) + rounder - rounder;
  }
}

/** Follows the log-loss on rows that no tree was grown on. */
class HoldoutJudge {
  /** Trees up to which the loss was lowest; at least one. */
  bestRounds = 1;
  private lowest = Infinity;
  private readonly matrix: Matrix;
  private readonly labels: Uint8Array;
  private readonly margins: Float64Array;

  constructor(matrix: Matrix, labels: Uint8Array, start: number) {
    this.matrix = matrix;
    this.labels = labels;
    this.margins = new Float64Array(labels.length).fill(start);
  }

  roundsSinceBest(writer: TreeWriter): number {
    const last = sumLeaves(writer.tree(writer.count - 1), this.matrix);
    let loss = 0;
    for (let i = 0; i < last.length; i++) {
      this.margins[i]! += last[i]!;
      const p = sigmoid(this.labels[i] === 1 ? this.margins[i]! : -this.margins[i]!);
      loss -= log(Math.max(p, 1e-300));
    }
    if (loss < this.lowest) {
      this.lowest = loss;
      this.bestRounds = writer.count;
    }
    return writer.count - this.bestRounds;
  }
}
