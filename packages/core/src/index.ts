// Tables
export { columnOf, defineTable, extendTable, selectColumns, tableFromFields } from "./table.ts";
export type { Field, Row, RowInput, Table } from "./table.ts";
export {
  binary,
  bool,
  date,
  decimal,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from "./types/constructors.ts";
export type {
  Column,
  ColumnInput,
  ColumnKind,
  Columns,
  ColumnValue,
  RowInputOf,
  RowOf,
} from "./types/column.ts";
export { bigintRange, describeType, integerRange, sameType } from "./types/logical.ts";
export type {
  FloatKind,
  IntegerKind,
  LogicalKind,
  LogicalType,
  TimestampUnit,
} from "./types/logical.ts";
export { fromStandardSchema, fromZod } from "./schema/standard.ts";
export type { ColumnsOfSchema, StoredValue } from "./schema/standard.ts";

// Values
export { Decimal } from "./values/decimal.ts";
export type { Rounding } from "./values/decimal.ts";
export { floorDiv, formatDate, formatMicros, parseDate, parseTimestamp } from "./values/time.ts";
export type { ParsedTimestamp } from "./values/time.ts";
export { parseText } from "./values/parse-text.ts";
export type { ParsedText } from "./values/parse-text.ts";
export { showValue } from "./values/show.ts";
export { parseJson, stringifyJson } from "./json.ts";

// Batches
export { ipcBatches, toBatches } from "./arrow/batches.ts";
export type { RowsOrBatches, ToBatchesOptions } from "./arrow/batches.ts";
export { batchBuilder, batchOf, toBatch } from "./arrow/build.ts";
export { columnData } from "./arrow/column-data.ts";
export type { BatchBuilder, BuildOptions, InvalidValue, ValidRows } from "./arrow/build.ts";
export { columnReader, validityOf } from "./arrow/column-reader.ts";
export type { ColumnReader } from "./arrow/column-reader.ts";
export { readColumn, rowReader, rowsOf, toRows } from "./arrow/read.ts";
export { conformBatch } from "./arrow/conform.ts";
export { conformValid } from "./arrow/conform-valid.ts";
export { plainValues, rowsExcept, selectRows, selectValues } from "./arrow/select.ts";
export { assertBatch, isBatch, looksLikeBatch } from "./arrow/foreign.ts";
export { fromArrowSchema, toArrowField, toArrowSchema, toArrowType } from "./arrow/schema.ts";

// Running
export type { PositionRange, Positions, Sink, SinkWrite } from "./sink.ts";
export { progressReporter } from "./runtime/progress.ts";
export type { JobOptions, Progress } from "./runtime/progress.ts";
export { jittered, pause } from "./runtime/pause.ts";
export { retrying } from "./runtime/retrying.ts";
export type { RetryOptions } from "./runtime/retrying.ts";
export { untilAborted } from "./runtime/until-aborted.ts";
export { publish, trace, warn } from "./runtime/telemetry.ts";
export { parseOptions } from "./runtime/options.ts";
export { seededRandom } from "./runtime/random.ts";
export type { Random } from "./runtime/random.ts";

// Errors
export { CoreError, coreErrorCodes, isLakewrightError, LakewrightError } from "./errors.ts";
export type { CoreErrorCode, ErrorContext } from "./errors.ts";
