/** Pairs of records with their match weight. */
export class EdgeList {
  left: Int32Array = new Int32Array(1024);
  right: Int32Array = new Int32Array(1024);
  weight: Float64Array = new Float64Array(1024);
  length = 0;

  add(left: number, right: number, weight: number): void {
    if (this.length === this.left.length) {
      const size = 2 * this.length;
      this.left = enlarge(this.left, new Int32Array(size));
      this.right = enlarge(this.right, new Int32Array(size));
      this.weight = enlarge(this.weight, new Float64Array(size));
    }
    this.left[this.length] = left;
    this.right[this.length] = right;
    this.weight[this.length++] = weight;
  }

  /** Positions by weight, greatest first; equal weights by record number. */
  strongestFirst(): Int32Array {
    const { left, right, weight } = this;
    return Int32Array.from({ length: this.length }, (_, k) => k).sort(
      (a, b) => weight[b]! - weight[a]! || left[a]! - left[b]! || right[a]! - right[b]!,
    );
  }
}

function enlarge<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
