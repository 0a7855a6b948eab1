export { bind, id, joinSql, raw, Sql, sql } from "./text.ts";
export type { Parameter } from "./text.ts";
export type {
  EngineTable,
  LoadResult,
  QueryOptions,
  QueryResult,
  SqlEngine,
  SqlSession,
} from "./engine.ts";
export type { Capabilities, Dialect, DialectName } from "./dialect.ts";
export { SqlError, sqlErrorCodes } from "./errors.ts";
export type { SqlErrorCode } from "./errors.ts";
