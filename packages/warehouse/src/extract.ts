// Describing a source
export { introspect } from "./extract/introspect/introspect.ts";
export type { IntrospectOptions } from "./extract/introspect/introspect.ts";
export type {
  SourceColumn,
  SourceForeignKey,
  SourceTable,
  TableSource,
  UnsupportedColumn,
} from "./extract/introspect/source-table.ts";
export { toTypeScript } from "./extract/introspect/typescript.ts";

// Reading it
export { extract } from "./extract/extract.ts";
export type {
  Extraction,
  ExtractionRange,
  ExtractionSummary,
  ExtractOptions,
} from "./extract/extraction.ts";
export { full, fullCompare, watermark } from "./extract/strategy.ts";
export type {
  FullCompareOptions,
  FullCompareStrategy,
  FullOptions,
  FullStrategy,
  Strategy,
  WatermarkOptions,
  WatermarkStrategy,
} from "./extract/strategy.ts";

// Into a target
export { extractInto } from "./extract/extract-into.ts";
export type {
  DriftOptions,
  ExtractIntoOptions,
  ExtractRun,
  TableRun,
} from "./extract/extract-into.ts";
export type { ExtractTarget, WriteRequest, WriteResult } from "./extract/target/target.ts";
export { toTables } from "./extract/target/to-tables.ts";
export type { ToTablesOptions } from "./extract/target/to-tables.ts";
export { toWarehouse } from "./extract/target/to-warehouse.ts";
export type { WarehouseRoute } from "./extract/target/to-warehouse.ts";

// Remembering how far it got
export type { ExtractionState, StateRecord } from "./extract/state/state.ts";
export { memoryState } from "./extract/state/memory-state.ts";
export { jsonState } from "./extract/state/json-state.ts";
export type { TextPlace } from "./extract/state/json-state.ts";
export { sqlState } from "./extract/state/sql-state.ts";
export type { SqlStateOptions } from "./extract/state/sql-state.ts";

// Sources that change their schema
export { compareSchemas } from "./extract/drift/compare-schemas.ts";
export type { SchemaDiff } from "./extract/drift/compare-schemas.ts";
export type { SchemaChange } from "./extract/drift/schema-change.ts";
export type { DriftMode, SchemaPolicy } from "./extract/drift/policy.ts";
export type { QuarantinedRow } from "./extract/read/reading.ts";
export { memorySchemas, sqlSchemas } from "./extract/drift/schema-versions.ts";
export type { SchemaVersion, SchemaVersions } from "./extract/drift/schema-versions.ts";
