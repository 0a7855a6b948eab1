/** Textbook implementations, written for clarity: the oracles of the bit-parallel ones. */
export function naiveEdits(a: string, b: string, swaps: "none" | "adjacent" = "none"): number {
  const p = [...a];
  const q = [...b];
  const cost = p.map(() => [] as number[]);
  cost.push([]);
  for (let i = 0; i <= p.length; i++) {
    for (let j = 0; j <= q.length; j++) {
      if (i === 0 || j === 0) {
        cost[i]![j] = i + j;
        continue;
      }
      const same = p[i - 1] === q[j - 1] ? 0 : 1;
      let best = Math.min(cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1, cost[i - 1]![j - 1]! + same);
      if (
        swaps === "adjacent" &&
        i > 1 &&
        j > 1 &&
        p[i - 1] === q[j - 2] &&
        p[i - 2] === q[j - 1]
      ) {
        best = Math.min(best, cost[i - 2]![j - 2]! + 1);
      }
      cost[i]![j] = best;
    }
  }
  return cost[p.length]![q.length]!;
}

/** Damerau's distance as a shortest path: edits that swap two characters may insert or delete between them. */
export function naiveDamerau(a: string, b: string): number {
  const p = [...a];
  const q = [...b];
  const memo = new Map<string, number>();
  const from = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i},${j}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    let best = Math.min(
      from(i - 1, j) + 1,
      from(i, j - 1) + 1,
      from(i - 1, j - 1) + (p[i - 1] === q[j - 1] ? 0 : 1),
    );
    for (let k = 1; k < i; k++) {
      for (let l = 1; l < j; l++) {
        if (p[k - 1] === q[j - 1] && p[i - 1] === q[l - 1]) {
          best = Math.min(best, from(k - 1, l - 1) + (i - k - 1) + 1 + (j - l - 1));
        }
      }
    }
    memo.set(key, best);
    return best;
  };
  return from(p.length, q.length);
}

export function naiveJaro(a: string, b: string): number {
  const p = [...a];
  const q = [...b];
  if (p.length === 0 && q.length === 0) return 1;
  const window = Math.max(0, Math.floor(Math.max(p.length, q.length) / 2) - 1);
  const taken = new Set<number>();
  const matched: string[] = [];
  p.forEach((character, i) => {
    for (let j = 0; j < q.length; j++) {
      if (Math.abs(i - j) <= window && !taken.has(j) && q[j] === character) {
        taken.add(j);
        matched.push(character);
        return;
      }
    }
  });
  if (matched.length === 0) return 0;
  const other = q.filter((_, j) => taken.has(j));
  const outOfOrder = matched.filter((character, k) => character !== other[k]).length;
  const m = matched.length;
  return (m / p.length + m / q.length + (m - Math.floor(outOfOrder / 2)) / m) / 3;
}
