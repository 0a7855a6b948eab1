// Linkers
export { defineLinker } from "./linker/linker.ts";
export type { BlockingPlan, Linker, LinkerInput } from "./linker/linker.ts";
export type { LinkerDefinition, LinkerPreset } from "./linker/definition.ts";
export { person } from "./person/person.ts";
export type { PersonColumns } from "./person/roles.ts";
export type { FieldDefinition } from "./records/fields.ts";
export type { RecordId } from "./records/order.ts";
export type { Records } from "./records/records.ts";

// Blocking
export { block } from "./blocking/rule.ts";
export type { BlockingRule } from "./blocking/rule.ts";
export { derive, phonetic, prefix, year } from "./blocking/key-part.ts";
export type { KeyPart } from "./blocking/key-part.ts";
export type { BlockingOptions, PlannedRule, SkippedBlock } from "./blocking/plan.ts";

// Comparisons
export { compare } from "./compare/comparison.ts";
export type { CompareOptions, Comparison } from "./compare/comparison.ts";
export { distance, exact, same, similarity, swapped, when, withinDays } from "./compare/level.ts";
export type {
  ComparisonLevel,
  DistanceMetric,
  SimilarityMetric,
  TermFrequency,
} from "./compare/level.ts";

// Models
export type { LinkModel, RowPair } from "./model/link-model.ts";
export type { TrainOptions } from "./model/train.ts";
export type {
  LinkParameters,
  TermFrequencies,
  TrainedComparison,
  TrainedLevel,
} from "./model/parameters.ts";
export type { ComparisonWeight, Explanation } from "./model/explain.ts";
export type { LinkModelJson } from "./model/json.ts";

// Clusters and golden records
export type { ClusterOptions } from "./cluster/cluster.ts";
export type { Clusters } from "./cluster/clusters.ts";
export type { GoldenRecords } from "./golden/merge.ts";
export type { MergeOptions } from "./golden/options.ts";
export type { MergeStrategy } from "./golden/strategy.ts";
export type { ReconcileWarning, ReconcileWarningCode } from "./warnings.ts";

// Strings
export { damerauLevenshtein, osa } from "./strings/transpositions.ts";
export { dice, jaccard } from "./strings/q-grams.ts";
export type { QGramOptions } from "./strings/q-grams.ts";
export { foldLatin } from "./strings/fold.ts";
export { jaro, jaroWinkler } from "./strings/jaro.ts";
export { levenshtein } from "./strings/levenshtein.ts";
export {
  normaliseCode,
  normaliseDay,
  normaliseEmail,
  normaliseName,
  normalisePhone,
} from "./person/normalise.ts";
export { soundex } from "./strings/soundex.ts";

// Errors
export { ReconcileError, reconcileErrorCodes } from "./errors.ts";
export type { ReconcileErrorCode } from "./errors.ts";
