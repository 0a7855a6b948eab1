import {
  damerauLevenshtein,
  dice,
  jaccard,
  jaro,
  jaroWinkler,
  levenshtein,
  osa,
  soundex,
} from "@lakewright/reconcile";

/** What compares two texts, by the name the metric has in the vectors. */
export const metrics: Readonly<Record<string, (a: string, b: string) => number>> = {
  damerau_levenshtein: damerauLevenshtein,
  dice_bigram_set: (a, b) => dice(a, b, { q: 2 }),
  jaccard_charset: (a, b) => jaccard(a, b, { q: 1 }),
  jaro,
  jaro_winkler: jaroWinkler,
  levenshtein,
  osa,
};

/** What codes one text. */
export const codes: Readonly<Record<string, (text: string) => string>> = { soundex };
