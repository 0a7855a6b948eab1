import { toBase64 } from "../model/base64.ts";
import type { PartReader } from "../model/model-json.ts";
import { depthsOf } from "./ranks.ts";
import type { Trees } from "./trees.ts";

/** Deeper trees are refused: walking them takes a stack. */
const MAX_DEPTH = 256;

export function treesToJson(trees: Trees): Record<string, unknown> {
  return {
    nodes: trees.feature.length,
    roots: toBase64(trees.roots),
    feature: toBase64(trees.feature),
    threshold: toBase64(trees.threshold),
    left: toBase64(trees.left),
    missingLeft: toBase64(trees.missingLeft),
    value: toBase64(trees.value),
    cover: toBase64(trees.cover),
  };
}

/**
 * Trees that anyone may have written, checked so that every walk ends in a leaf.
 *
 * @throws MlError ML_INVALID_MODEL naming the array and the node.
 */
export function treesFromJson(reader: PartReader, features: number): Trees {
  const nodes = reader.wholeNumber("nodes", 1, 0x1000_0000);
  const trees: Trees = {
    roots: reader.int32s("roots"),
    feature: reader.int32s("feature", nodes),
    threshold: reader.float64s("threshold", nodes),
    left: reader.int32s("left", nodes),
    missingLeft: reader.uint8s("missingLeft", nodes),
    value: reader.float64s("value", nodes),
    cover: reader.float64s("cover", nodes),
  };
  checkTrees(trees, features, (array, problem) => reader.invalid(array, problem));
  return trees;
}

/** Throws what `invalid` makes unless the arrays are trees: each node but the roots the child of one node before it. */
export function checkTrees(
  trees: Trees,
  features: number,
  invalid: (array: keyof Trees, problem: string) => Error,
): void {
  const { roots, feature, left, missingLeft, cover } = trees;
  const nodes = feature.length;
  if (roots.length === 0 || roots[0] !== 0) throw invalid("roots", "must begin with 0");
  const parents = new Uint8Array(nodes);
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    const end = roots[t + 1] ?? nodes;
    if (root >= end || end > nodes) throw invalid("roots", "must ascend within the nodes");
    parents[root] = 1;
    for (let n = root; n < end; n++) {
      const f = feature[n]!;
      if (f < -1 || f >= features) throw invalid("feature", `has no feature at node ${n}`);
      if (missingLeft[n]! > 1) throw invalid("missingLeft", `must be 0 or 1 at node ${n}`);
      if (!(cover[n]! >= 0)) throw invalid("cover", `must not be negative at node ${n}`);
      if (f < 0) continue;
      const child = left[n]!;
      if (child <= n || child + 1 >= end) throw invalid("left", `leaves the tree at node ${n}`);
      parents[child]!++;
      parents[child + 1]!++;
    }
  }
  const stray = parents.findIndex((count) => count !== 1);
  if (stray >= 0) throw invalid("left", `must lead to node ${stray} once`);
  if (depthsOf(trees).some((depth) => depth > MAX_DEPTH)) {
    throw invalid("left", `makes a tree deeper than ${MAX_DEPTH}`);
  }
}
