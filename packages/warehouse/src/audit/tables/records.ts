import {
  float64,
  int64,
  nullable,
  type Table,
  timestamp,
  utf8,
  defineTable,
} from "@lakewright/core";

/** Where data comes from. */
export interface DataSourceRecord {
  readonly name: string;
  /** "crm", "erp", "billing", "cdr", "file", … */
  readonly type: string;
  readonly configuration?: unknown;
}

/** A transformation that ran. */
export interface TransformationRecord {
  readonly serviceName: string;
  readonly transformationType: string;
  readonly inputData?: unknown;
  readonly outputData?: unknown;
  readonly metrics?: unknown;
  /** Seconds. */
  readonly executionTime: number;
}

/** A check of data: a run of `quality`, or another. */
export interface QualityCheckRecord {
  readonly checkType: string;
  readonly dataSource?: string | undefined;
  /** From 0 to 1. */
  readonly qualityScore: number;
  readonly issuesFound?: unknown;
  readonly recommendations?: unknown;
}

/** What a reconciliation came to. */
export interface ReconciliationRecord {
  readonly totalRecords: number | bigint;
  readonly matchesFound: number | bigint;
  readonly duplicatesRemoved: number | bigint;
  readonly confidenceScores?: unknown;
}

/** A search for causes. */
export interface RootCauseRecord {
  readonly analysisType: string;
  readonly rootCauses?: unknown;
  readonly correlations?: unknown;
  readonly trends?: unknown;
  readonly recommendations?: unknown;
  /** From 0 to 1. */
  readonly confidenceScore: number;
}

const json = nullable(utf8());
const common = { id: utf8(), created_at: timestamp("us") };

/** The five tables; JSON is kept as text, which every engine has. */
export const auditTables: Readonly<Record<AuditTableName, Table>> = {
  data_sources: defineTable("data_sources", {
    ...common,
    name: utf8(),
    type: utf8(),
    configuration: json,
  }),
  transformations: defineTable("transformations", {
    ...common,
    service_name: utf8(),
    transformation_type: utf8(),
    input_data: json,
    output_data: json,
    metrics: json,
    execution_time: float64(),
  }),
  quality_checks: defineTable("quality_checks", {
    ...common,
    check_type: utf8(),
    data_source: nullable(utf8()),
    quality_score: float64(),
    issues_found: json,
    recommendations: json,
  }),
  reconciliation_results: defineTable("reconciliation_results", {
    ...common,
    total_records: int64(),
    matches_found: int64(),
    duplicates_removed: int64(),
    confidence_scores: json,
  }),
  rca_analyses: defineTable("rca_analyses", {
    ...common,
    analysis_type: utf8(),
    root_causes: json,
    correlations: json,
    trends: json,
    recommendations: json,
    confidence_score: float64(),
  }),
};

export type AuditTableName =
  "data_sources" | "transformations" | "quality_checks" | "reconciliation_results" | "rca_analyses";
