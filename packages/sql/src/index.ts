// Statements
export { bind, id, joinSql, raw, Sql, sql } from "./text.ts";
export type { Parameter } from "./text.ts";
export { createTable } from "./create-table.ts";
export type { CreateTableOptions } from "./create-table.ts";

// Engines
export type {
  EngineTable,
  Isolation,
  LoadResult,
  LockOptions,
  QueryOptions,
  QueryResult,
  SqlEngine,
  SqlSession,
  TransactionOptions,
} from "./engine.ts";

export { readReplicas } from "./replicas/read-replicas.ts";
export type { ReadReplicasOptions } from "./replicas/read-replicas.ts";

// Sinks
export { sqlSink } from "./sink/sql-sink.ts";
export type { SqlSinkOptions } from "./sink/sql-sink.ts";

// Dialects
export type {
  Capabilities,
  DeleteUsing,
  Dialect,
  DialectName,
  Overwrite,
  UpdateFrom,
} from "./dialect.ts";
export { duckdbCapabilities, duckdbDialect } from "./dialects/duckdb.ts";
export { mysqlCapabilities, mysqlDialect } from "./dialects/mysql.ts";
export { postgresCapabilities, postgresDialect } from "./dialects/postgres.ts";

// Errors
export { SqlError, sqlErrorCodes } from "./errors.ts";
export type { SqlErrorCode } from "./errors.ts";
