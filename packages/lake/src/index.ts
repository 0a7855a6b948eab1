// Delta tables
export { createTable } from "./table/create.ts";
export { openTable } from "./table/open.ts";
export type {
  AppendOptions,
  AsOf,
  Change,
  ChangesOptions,
  CommitInfo,
  CreateTableOptions,
  LakeFile,
  LakeTable,
  MergeSource,
  OpenTableOptions,
  OverwriteOptions,
  Scan,
  ScanMetrics,
  ScanOptions,
  TableProtocol,
  WriteResult,
} from "./table/types.ts";

export type {
  ChangeOptions,
  ChangePlan,
  ChangeResult,
  IsolationLevel,
  UpdateOptions,
} from "./change/types.ts";
export type {
  MatchedClause,
  MergeOptions,
  MergePlan,
  MergeResult,
  NotMatchedBySourceClause,
  NotMatchedClause,
} from "./merge/types.ts";
export type { AlterOptions, AlterTable } from "./alter/types.ts";
export type { IdentityOptions, TableRuleOptions } from "./rules/types.ts";
export type {
  Finding,
  LogCleanupPlan,
  LogCleanupResult,
  OptimizeOptions,
  OptimizePlan,
  OptimizeResult,
  RestorePlan,
  RestoreResult,
  VacuumOptions,
  VacuumPlan,
  VacuumResult,
  VerifyOptions,
  VerifyResult,
} from "./upkeep/types.ts";

// Expressions
export { call, col, source, sql } from "./expression/expression.ts";
export type { Call, Expression, Value } from "./expression/expression.ts";

export { convertToDelta } from "./convert/convert.ts";
export type { ConvertOptions } from "./convert/types.ts";

// Parquet datasets
export { openDataset } from "./dataset/open.ts";
export { writeDataset } from "./dataset/write.ts";
export type {
  Dataset,
  DatasetPartition,
  DatasetResult,
  DatasetScanOptions,
  OpenDatasetOptions,
  WriteDatasetOptions,
} from "./dataset/types.ts";

// Conditions
export {
  and,
  between,
  eq,
  gt,
  gte,
  inList,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  not,
  or,
  startsWith,
} from "./where/expression.ts";
export type { Comparison, Operand, Where, WhereValue } from "./where/expression.ts";

// Stores
export { memoryStore } from "./store/memory.ts";
export type { MemoryStoreOptions } from "./store/memory.ts";
export type { Clock } from "./store/clock.ts";
export { httpStore } from "./store/http/http-store.ts";
export type { HttpStoreOptions, TransportOptions } from "./store/http/options.ts";
export type {
  ObjectAddress,
  ObjectInfo,
  ReadOptions,
  Store,
  StoreCapabilities,
} from "./store/store.ts";

// Errors
export { isLakeError, LakeError, lakeErrorCodes } from "./errors.ts";
export type { LakeErrorCode } from "./errors.ts";
export type { ParquetCodec } from "./parquet/types.ts";

// Layouts and governance
export { openFeeds } from "./layouts/feeds/open.ts";
export type {
  Feed,
  FeedDefinition,
  FeedDescription,
  FeedKind,
  Feeds,
  OpenFeedsOptions,
} from "./layouts/feeds/types.ts";
export { listSnapshots, openSnapshot } from "./layouts/snapshots/open.ts";
export { planSnapshotRetention } from "./layouts/snapshots/retention.ts";
export type {
  Snapshot,
  SnapshotInfo,
  SnapshotRetentionOptions,
  SnapshotRetentionPlan,
  WriteSnapshotOptions,
} from "./layouts/snapshots/types.ts";
export { writeSnapshot } from "./layouts/snapshots/write.ts";
export { openBronzeHistory } from "./layouts/bronze/open.ts";
export type {
  BronzeColumns,
  BronzeHistory,
  BronzeHistoryOptions,
  RecordOptions,
  RecordResult,
} from "./layouts/bronze/types.ts";
export { maskedView } from "./governance/masked-view/masked-view.ts";
export type {
  Mask,
  MaskedRead,
  MaskedScanOptions,
  MaskedView,
  MaskedViewOptions,
} from "./governance/masked-view/types.ts";
export { planErasure } from "./governance/retention/plan-erasure.ts";
export { planRetention } from "./governance/retention/plan-retention.ts";
export type {
  ErasureOptions,
  ErasurePlan,
  ErasureResult,
  HoldingFile,
  RetentionOptions,
  RetentionPlan,
} from "./governance/retention/types.ts";
