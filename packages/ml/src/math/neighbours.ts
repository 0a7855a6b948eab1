const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** The largest single-precision number below x, itself one. */
export function singleBelow(x: number): number {
  if (x === 0) return -(2 ** -149);
  single[0] = x;
  singleBits[0]! += x > 0 ? -1 : 1;
  return single[0]!;
}

/** The largest double below x. */
export function doubleBelow(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  double[0] = x;
  doubleBits[0]! += x > 0 ? -1n : 1n;
  return double[0]!;
}

/** The largest double that is below `limit`, a single-precision number, once it is rounded to single precision. */
export function largestRoundedBelow(limit: number): number {
  const middle = (singleBelow(limit) + limit) / 2;
  return Math.fround(middle) < limit ? middle : doubleBelow(middle);
}
