import type { Matrix } from "../data/matrix.ts";
import { gaussLegendre } from "../math/quadrature.ts";
import { depthsOf } from "./ranks.ts";
import type { Trees } from "./trees.ts";

/**
 * Exact SHAP values of the sum of trees: what each feature adds to the expectation over the training rows, where a
 * feature that is not known sends a row both ways in proportion to the cover ("path-dependent" TreeSHAP).
 *
 * For one leaf the game is a product: v(S) = value · Π_{i∈S} oᵢ · Π_{i∉S} zᵢ, where oᵢ says whether the row agrees with
 * the splits on feature i that lead there and zᵢ is the share of cover that does. Its Shapley value is
 * ∫₀¹ (oᵢ - zᵢ) Π_{j≠i} (t oⱼ + (1 - t) zⱼ) dt, a polynomial in t that Gauss–Legendre integrates exactly. The factors are
 * positive, so nothing cancels, and one walk over the tree serves all leaves.
 *
 * Sources: Lundberg et al., "From local explanations to global understanding with explainable AI for trees" (2020);
 * Owen, "Multilinear extensions of games" (1972) for the integral.
 */
export class TreeExplainer {
  /** The expectation of the sum over the training rows, which the contributions start from. */
  readonly base: number;
  private readonly trees: Trees;
  private readonly depths: Int32Array;
  /** Share of its parent's cover that each node has. */
  private readonly share: Float64Array;
  /** By feature: does the row agree with the splits above (1 or 0), their share of cover, and the factor at each t. */
  private readonly agrees: Float64Array;
  private readonly cover: Float64Array;
  private readonly factor: Float64Array;
  /** By depth: product of factors above, sum over the leaves below, and the factors replaced on the way down. */
  private readonly product: Float64Array;
  private readonly below: Float64Array;
  private readonly replaced: Float64Array;
  private readonly row: Float64Array;
  private points = 0;
  private nodes: Float64Array = new Float64Array(0);
  private weights: Float64Array = new Float64Array(0);
  private phi: Float64Array = new Float64Array(0);

  constructor(trees: Trees, features: number) {
    this.trees = trees;
    this.depths = depthsOf(trees);
    const depth = this.depths.reduce((a, b) => Math.max(a, b), 0);
    const points = pointsFor(depth, features);
    this.share = sharesOf(trees);
    this.base = expectationOf(trees, this.share);
    this.row = new Float64Array(features);
    this.agrees = new Float64Array(features).fill(1);
    this.cover = new Float64Array(features).fill(1);
    this.factor = new Float64Array(features * points).fill(1);
    this.product = new Float64Array((depth + 1) * points).fill(1);
    this.below = new Float64Array((depth + 1) * points);
    this.replaced = new Float64Array((depth + 1) * points);
  }

  /** Adds the contributions for a row of the matrix to `phi`, one value a feature. */
  addRow(matrix: Matrix, row: number, phi: Float64Array): void {
    const features = matrix.columns.length;
    for (let k = 0; k < features; k++) this.row[k] = matrix.columns[k]![row]!;
    this.phi = phi;
    for (let t = 0; t < this.depths.length; t++) {
      if (this.depths[t] === 0) continue;
      this.points = pointsFor(this.depths[t]!, features);
      const rule = gaussLegendre(this.points);
      this.nodes = rule.nodes;
      this.weights = rule.weights;
      this.product.fill(1, 0, this.points);
      this.factor.fill(1);
      this.visit(this.trees.roots[t]!, 0);
    }
  }

  private visit(node: number, depth: number): void {
    const { points, product, below } = this;
    const { feature, threshold, left, missingLeft, value } = this.trees;
    const at = depth * points;
    const f = feature[node]!;
    if (f < 0) {
      const leaf = value[node]!;
      for (let k = 0; k < points; k++) below[at + k] = leaf * product[at + k]!;
      return;
    }
    for (let k = 0; k < points; k++) below[at + k] = 0;
    const x = this.row[f]!;
    const goesLeft = x <= threshold[node]! || (x !== x && missingLeft[node] === 1);
    this.visitChild(left[node]!, f, goesLeft ? 1 : 0, depth);
    this.visitChild(left[node]! + 1, f, goesLeft ? 0 : 1, depth);
  }

  private visitChild(child: number, f: number, taken: number, depth: number): void {
    const { points, nodes, weights, product, below, factor, replaced } = this;
    const agreedBefore = this.agrees[f]!;
    const coverBefore = this.cover[f]!;
    const agrees = agreedBefore * taken;
    const cover = coverBefore * this.share[child]!;
    // Neither the row nor any training row comes here: no subset of features gives these leaves anything.
    if (agrees === 0 && cover === 0) return;
    const at = depth * points;
    const next = at + points;
    const own = f * points;
    for (let k = 0; k < points; k++) {
      const t = nodes[k]!;
      const before = factor[own + k]!;
      const now = t * agrees + (1 - t) * cover;
      replaced[next + k] = before;
      factor[own + k] = now;
      product[next + k] = (product[at + k]! * now) / before;
    }
    this.agrees[f] = agrees;
    this.cover[f] = cover;
    this.visit(child, depth + 1);
    const gain = agrees - cover;
    const gainBefore = agreedBefore - coverBefore;
    let sum = 0;
    for (let k = 0; k < points; k++) {
      const before = replaced[next + k]!;
      const leaves = below[next + k]!;
      sum += weights[k]! * leaves * (gain / factor[own + k]! - gainBefore / before);
      below[at + k]! += leaves;
      factor[own + k] = before;
    }
    this.phi[f]! += sum;
    this.agrees[f] = agreedBefore;
    this.cover[f] = coverBefore;
  }
}

/** The integrand has degree below the number of features on the path, and n points are exact up to degree 2n - 1. */
function pointsFor(depth: number, features: number): number {
  return Math.max(1, Math.ceil(Math.min(depth, features) / 2));
}

function sharesOf(trees: Trees): Float64Array {
  const { feature, left, cover } = trees;
  const shares = new Float64Array(feature.length).fill(1);
  for (let n = 0; n < feature.length; n++) {
    if (feature[n]! < 0) continue;
    const l = left[n]!;
    const total = cover[l]! + cover[l + 1]!;
    shares[l] = total > 0 ? cover[l]! / total : 0.5;
    shares[l + 1] = 1 - shares[l]!;
  }
  return shares;
}

function expectationOf(trees: Trees, share: Float64Array): number {
  const { roots, feature, left, value } = trees;
  const reach = new Float64Array(feature.length);
  let sum = 0;
  for (const root of roots) reach[root] = 1;
  for (let n = 0; n < feature.length; n++) {
    if (feature[n]! < 0) {
      sum += reach[n]! * value[n]!;
      continue;
    }
    const l = left[n]!;
    reach[l] = reach[n]! * share[l]!;
    reach[l + 1] = reach[n]! * share[l + 1]!;
  }
  return sum;
}
