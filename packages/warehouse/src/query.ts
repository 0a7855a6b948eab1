// Measures and dimensions over a star
export { metrics } from "./query/define/metrics.ts";
export type { MeasureOf, Measures, Metrics, MetricsOptions } from "./query/define/metrics.ts";
export type { AnswerRow, GroupName, MeasureValue } from "./query/define/answer-row.ts";
export type { Names } from "./query/define/names.ts";
export type { DimensionValue } from "./query/define/stored-types.ts";
export {
  avg,
  count,
  countDistinct,
  expression,
  last,
  max,
  min,
  ratio,
  sum,
} from "./query/define/measures.ts";
export type {
  AggregateMeasure,
  ExpressionMeasure,
  LastMeasure,
  Measure,
  RatioMeasure,
} from "./query/define/measures.ts";
export type {
  Filter,
  FilterValue,
  Grain,
  MetricsQuery,
  QuestionOf,
  TimeGrain,
} from "./query/define/metrics-query.ts";

// Queries
export { openQueries } from "./query/queries.ts";
export type { Queries, QueriesOptions, QueryAnswer, RunOptions } from "./query/queries.ts";

// Caches of results
export { memoryCache } from "./query/cache/memory.ts";
export type { MemoryCacheOptions } from "./query/cache/memory.ts";
export { redisCache } from "./query/cache/redis.ts";
export type { RedisCacheOptions, RedisClient } from "./query/cache/redis.ts";
export type { ResultCache } from "./query/cache/port.ts";

// Over HTTP
export { endpoint, serve } from "./query/serve/endpoint.ts";
export type { Endpoint, EndpointOptions } from "./query/serve/endpoint.ts";
