/** The value below and above which half of the weight lies, read between the values on a straight line. */
export function weightedMedian(
  items: readonly (readonly [value: number, weight: number])[],
): number {
  const sorted = [...items].sort((a, b) => a[0] - b[0]);
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  // Each value stands at the middle of its weight.
  let before = 0;
  let last: readonly [value: number, at: number] | undefined;
  for (const [value, weight] of sorted) {
    const at = before + weight / 2;
    if (at >= half) {
      if (!last || at === half) return value;
      return last[0] + ((value - last[0]) * (half - last[1])) / (at - last[1]);
    }
    last = [value, at];
    before += weight;
  }
  return last?.[0] ?? NaN;
}
