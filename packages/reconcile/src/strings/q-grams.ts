/** Options of the q-gram similarities. */
export interface QGramOptions {
  /** Code points of a gram. Default 2; 1 compares the sets of characters. */
  readonly q?: number | undefined;
}

/**
 * Shared q-grams over all q-grams, each counted once, 0 to 1. Texts are not padded, so one shorter than q has no gram;
 * equal texts are 1.
 */
export function jaccard(a: string, b: string, options: QGramOptions = {}): number {
  if (a === b) return 1;
  const [shared, sizeA, sizeB] = overlap(a, b, options.q ?? 2);
  return shared === 0 ? 0 : shared / (sizeA + sizeB - shared);
}

/** Twice the shared q-grams over the q-grams of both texts, each counted once, 0 to 1; otherwise as {@link jaccard}. */
export function dice(a: string, b: string, options: QGramOptions = {}): number {
  if (a === b) return 1;
  const [shared, sizeA, sizeB] = overlap(a, b, options.q ?? 2);
  return shared === 0 ? 0 : (2 * shared) / (sizeA + sizeB);
}

function overlap(a: string, b: string, q: number): readonly [number, number, number] {
  const gramsA = qGrams(a, q);
  const gramsB = qGrams(b, q);
  let shared = 0;
  for (const gram of gramsA) if (gramsB.has(gram)) shared++;
  return [shared, gramsA.size, gramsB.size];
}

/** The different runs of `q` code points of a text. */
export function qGrams(text: string, q: number): ReadonlySet<string> {
  const characters = [...text];
  const grams = new Set<string>();
  for (let i = 0; i + q <= characters.length; i++) grams.add(characters.slice(i, i + q).join(""));
  return grams;
}
