// Definitions
export { model } from "./models/model.ts";
export type { HandWritten, Model, ModelOptions } from "./models/model.ts";
export { source } from "./models/relation.ts";
export type { Relation, Source, SourceOptions, StoredRow } from "./models/relation.ts";
export { incremental, materializedView, snapshot, table, view } from "./models/materialization.ts";
export type {
  IncrementalOptions,
  Materialization,
  SnapshotOptions,
} from "./models/materialization.ts";
export type { Readable, SelectContext } from "./models/context.ts";

// Queries
export type { From } from "./models/build/from.ts";
export type { AnyQuery, Query } from "./models/build/query.ts";
export type { AnyScope, ScopeOf, TableScope } from "./models/build/scope.ts";
export type { ColumnUse, Expr, Numeric, Operand } from "./models/build/expr.ts";
export {
  add,
  and,
  between,
  caseWhen,
  cast,
  coalesce,
  eq,
  expr,
  gt,
  gte,
  inList,
  isNotNull,
  isNull,
  literal,
  lt,
  lte,
  multiply,
  ne,
  not,
  or,
  ratio,
  subtract,
} from "./models/build/functions.ts";
export {
  asc,
  avg,
  count,
  countDistinct,
  denseRank,
  desc,
  lag,
  lead,
  max,
  min,
  ntile,
  rank,
  rowNumber,
  sum,
} from "./models/build/aggregates.ts";
export type { Call, Order, Window } from "./models/build/aggregates.ts";
export { cube } from "./models/build/cube.ts";
export type { CubeOptions } from "./models/build/cube.ts";
export { cubeOf, grouping, groupingSets, rollup } from "./models/build/grouping.ts";
export type { GroupingSets } from "./models/build/grouping.ts";

// Tests
export {
  acceptedValues,
  expression,
  notNull,
  relationships,
  rowCount,
  unique,
} from "./models/model-test.ts";
export type { ModelTest, RowCountBounds, TestOptions } from "./models/model-test.ts";
export { unitTest } from "./models/unit/unit-test.ts";
export type { GivenRow, UnitTest, UnitTestOptions } from "./models/unit/unit-test.ts";
export { runUnitTests } from "./models/unit/run-unit-tests.ts";
export type { UnitTestResult } from "./models/unit/run-unit-tests.ts";

// Projects
export { defineProject } from "./models/project.ts";
export type { Project, ProjectOptions } from "./models/project.ts";
export type { ModelRun, ModelsRun, TestResult } from "./models/outcome.ts";
export { planModels } from "./models/plan-models.ts";
export type { ModelPlan, PlanModelsOptions } from "./models/plan-models.ts";
export { runModels } from "./models/run/run-models.ts";
export type { RunModelsOptions } from "./models/run/run-models.ts";

// Lineage
export { columnLineage } from "./models/lineage/columns.ts";
export type { ColumnLineage, ColumnLineageOptions } from "./models/lineage/columns.ts";
export type { LineageSink } from "./models/run/lineage.ts";
export type { Facet, LineageDataset, LineageEvent } from "./models/lineage/event.ts";

// Documentation
export { modelsPage } from "./models/page/page.ts";
export type { ModelsPageOptions } from "./models/page/page.ts";
