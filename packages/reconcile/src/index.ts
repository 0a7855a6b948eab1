// Strings
export { damerauLevenshtein, osa } from "./strings/transpositions.ts";
export { dice, jaccard } from "./strings/q-grams.ts";
export type { QGramOptions } from "./strings/q-grams.ts";
export { jaro, jaroWinkler } from "./strings/jaro.ts";
export { levenshtein } from "./strings/levenshtein.ts";
export { soundex } from "./strings/soundex.ts";

// Errors
export { ReconcileError, reconcileErrorCodes } from "./errors.ts";
export type { ReconcileErrorCode } from "./errors.ts";
