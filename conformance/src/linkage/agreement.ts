/** Groups by record id. */
export type Grouping = ReadonlyMap<string, string>;

/** How well clusters agree with the truth. */
export interface Agreement {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Means over the records, Bagga and Baldwin (1998). */
  readonly bcubedPrecision: number;
  readonly bcubedRecall: number;
  readonly bcubedF1: number;
}

/** Agreement over pairs and over records, counted from the sizes of what the groupings share. */
export function agreementOf(found: Grouping, truth: Grouping): Agreement {
  const sizeFound = sizes(found.values());
  const sizeTruth = sizes(truth.values());
  const shared = new Map<string, { found: string; truth: string; size: number }>();
  for (const [id, cluster] of found) {
    const entity = truth.get(id)!;
    const key = JSON.stringify([cluster, entity]);
    const cell = shared.get(key);
    if (cell) cell.size++;
    else shared.set(key, { found: cluster, truth: entity, size: 1 });
  }
  let pairs = 0;
  let ofFound = 0;
  let ofTruth = 0;
  for (const cell of shared.values()) {
    pairs += pairsOf(cell.size);
    ofFound += cell.size ** 2 / sizeFound.get(cell.found)!;
    ofTruth += cell.size ** 2 / sizeTruth.get(cell.truth)!;
  }
  const precision = share(pairs, total(sizeFound));
  const recall = share(pairs, total(sizeTruth));
  const bcubedPrecision = share(ofFound, found.size);
  const bcubedRecall = share(ofTruth, found.size);
  return {
    precision,
    recall,
    f1: harmonic(precision, recall),
    bcubedPrecision,
    bcubedRecall,
    bcubedF1: harmonic(bcubedPrecision, bcubedRecall),
  };
}

/** The groups that pairs make of ids: all that are linked, directly or not. */
export function groupsOf(
  ids: Iterable<string>,
  pairs: Iterable<readonly [string, string]>,
): Grouping {
  const parent = new Map<string, string>();
  for (const id of ids) parent.set(id, id);
  const rootOf = (id: string): string => {
    let root = id;
    while (parent.get(root) !== root) root = parent.get(root)!;
    for (let at = id; at !== root;) {
      const next = parent.get(at)!;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (const [a, b] of pairs) parent.set(rootOf(a), rootOf(b));
  return new Map([...parent.keys()].map((id) => [id, rootOf(id)]));
}

function sizes(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function total(groups: ReadonlyMap<string, number>): number {
  return [...groups.values()].reduce((sum, size) => sum + pairsOf(size), 0);
}

function pairsOf(size: number): number {
  return (size * (size - 1)) / 2;
}

/** Nothing of nothing is all of it. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function harmonic(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}
