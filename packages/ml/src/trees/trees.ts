/**
 * Trees in flat arrays, the one form all tree models share. Node n is a leaf where `feature[n]` is -1. The children of
 * a split are `left[n]` and `left[n] + 1`, both behind n. A row goes left where its value is at most `threshold[n]`;
 * where the value is missing, it goes left if `missingLeft[n]` is 1.
 */
export interface Trees {
  /** The first node of each tree, ascending. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
  /** What a leaf gives; 0 in splits. */
  readonly value: Float64Array;
  /** The training rows (or their weight) that came through the node. */
  readonly cover: Float64Array;
}

/** Collects the nodes of trees one after the other. */
export class TreeWriter {
  private readonly roots: number[] = [];
  private feature: Int32Array;
  private threshold: Float64Array;
  private left: Int32Array;
  private missingLeft: Uint8Array;
  private value: Float64Array;
  private cover: Float64Array;
  private size = 0;

  constructor(capacity: number = 1024) {
    this.feature = new Int32Array(capacity);
    this.threshold = new Float64Array(capacity);
    this.left = new Int32Array(capacity);
    this.missingLeft = new Uint8Array(capacity);
    this.value = new Float64Array(capacity);
    this.cover = new Float64Array(capacity);
  }

  /** Begins a tree; its root. */
  root(): number {
    const node = this.allocate(1);
    this.roots.push(node);
    return node;
  }

  /** Makes the node a split; its left child, with the right one behind it. */
  split(
    node: number,
    feature: number,
    threshold: number,
    missingLeft: boolean,
    cover: number,
  ): number {
    const left = this.allocate(2);
    this.feature[node] = feature;
    this.threshold[node] = threshold;
    this.left[node] = left;
    this.missingLeft[node] = missingLeft ? 1 : 0;
    this.cover[node] = cover;
    return left;
  }

  /** Makes the node a leaf. */
  leaf(node: number, value: number, cover: number): void {
    this.feature[node] = -1;
    this.value[node] = value;
    this.cover[node] = cover;
  }

  /** How many trees were begun. */
  get count(): number {
    return this.roots.length;
  }

  /** One tree on its own; a finished one. */
  tree(index: number): Trees {
    const from = this.roots[index]!;
    const to = this.roots[index + 1] ?? this.size;
    return {
      roots: new Int32Array(1),
      feature: this.feature.slice(from, to),
      threshold: this.threshold.slice(from, to),
      left: this.left.slice(from, to).map((child) => child - from),
      missingLeft: this.missingLeft.slice(from, to),
      value: this.value.slice(from, to),
      cover: this.cover.slice(from, to),
    };
  }

  /** Undoes every tree from the given one on. */
  truncate(trees: number): void {
    if (trees >= this.roots.length) return;
    this.size = this.roots[trees]!;
    this.roots.length = trees;
  }

  finish(): Trees {
    const { size } = this;
    return {
      roots: Int32Array.from(this.roots),
      feature: this.feature.slice(0, size),
      threshold: this.threshold.slice(0, size),
      left: this.left.slice(0, size),
      missingLeft: this.missingLeft.slice(0, size),
      value: this.value.slice(0, size),
      cover: this.cover.slice(0, size),
    };
  }

  private allocate(nodes: number): number {
    const first = this.size;
    this.size += nodes;
    if (this.size > this.feature.length) this.grow(2 * this.size);
    this.feature.fill(-1, first, this.size);
    this.left.fill(0, first, this.size);
    return first;
  }

  private grow(capacity: number): void {
    const larger = <A extends { set(from: A): void }>(
      make: new (length: number) => A,
      from: A,
    ): A => {
      const to = new make(capacity);
      to.set(from);
      return to;
    };
    this.feature = larger(Int32Array, this.feature);
    this.threshold = larger(Float64Array, this.threshold);
    this.left = larger(Int32Array, this.left);
    this.missingLeft = larger(Uint8Array, this.missingLeft);
    this.value = larger(Float64Array, this.value);
    this.cover = larger(Float64Array, this.cover);
  }
}
