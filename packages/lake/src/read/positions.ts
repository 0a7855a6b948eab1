/** The index of the first of some ascending numbers that is not below a limit. */
export function firstNotBelow(numbers: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those of some ascending numbers that are from `from` to before `to`. */
export function within(numbers: Uint32Array, from: number, to: number): Uint32Array {
  return numbers.subarray(firstNotBelow(numbers, from), firstNotBelow(numbers, to));
}
