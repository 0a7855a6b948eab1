import { showValue, stringifyJson, toRows, warn } from "@lakewright/core";
import { id, joinSql, type SqlSession, sql } from "@lakewright/sql";
import { type RecordBatch, RecordBatchReader, RecordBatchStreamWriter } from "apache-arrow";
import type { Fact } from "../define/fact.ts";
import { assertSession, assertWarehouse } from "../given.ts";
import { assertKnown, invalid, isObject } from "../options.ts";
import { loadsTable } from "../schema/system-tables.ts";
import { sha256 } from "../sha256.ts";
import { typedBatch } from "../typed-batch.ts";
import type { Warehouse } from "../warehouse.ts";
import type { ResultCache } from "./cache/port.ts";
import { sealed } from "./cache/sealed.ts";
import { compileQuery, type CompiledQuery } from "./compile/compile.ts";
import type { AnswerRow } from "./define/answer-row.ts";
import type { Measures, Metrics } from "./define/metrics.ts";
import type { MetricsQuery, QuestionOf } from "./define/metrics-query.ts";
import type { Names } from "./define/names.ts";
import { SharedWork } from "./cache/shared-work.ts";

/** How questions are answered. */
export interface QueriesOptions {
  /** Where answers are kept. Default nowhere: each is asked of the engine. */
  readonly cache?: ResultCache | undefined;
}

/** The answer to a question, its rows typed by the definitions. */
export interface QueryAnswer<R = Record<string, unknown>> {
  /** The columns: what it is grouped by, then the measures. */
  readonly columns: readonly string[];
  readonly batches: readonly RecordBatch[];
  /** All rows as objects, values lossless and of their definition on every engine: int64 a bigint, decimals `Decimal`, dates text. */
  rows(): R[];
  /** Whether it came out of the cache. */
  readonly cached: boolean;
  /** Names the state of the tables the answer is of: it changes with every load. */
  readonly generation: string;
}

/** Answers questions to the metrics of a warehouse. Made by {@link openQueries}. */
export interface Queries {
  /**
   * Answers a question; the same question twice at once is asked once. The rows have the types of the definitions; of a
   * question that is made at run time nothing is known before: `run(of as Metrics, query)`.
   *
   * @throws WarehouseError WAREHOUSE_INVALID_OPTION where it asks for what is not there; SqlError of the engine.
   */
  run<
    F extends Fact,
    M extends Measures,
    const P extends keyof M & string,
    const B extends Names<F>["group"] = never,
  >(
    of: Metrics<F, M>,
    query: QuestionOf<F, M, P, B>,
    options?: RunOptions,
  ): Promise<QueryAnswer<AnswerRow<F, M, P, B>>>;

  /** The SQL of a question, and the tables it reads. */
  compile<
    F extends Fact,
    M extends Measures,
    const P extends keyof M & string,
    const B extends Names<F>["group"] = never,
  >(
    of: Metrics<F, M>,
    query: QuestionOf<F, M, P, B>,
  ): CompiledQuery;

  /**
   * Makes every answer given so far out of date: after a change the warehouse does not know of, such as SQL of your own.
   * Loads, deletions and retention of any process do that by themselves. Counts for this process.
   */
  invalidate(): void;
}

/**
 * Answers questions to the stars of a warehouse. With a cache, a question costs one look into the ledger of loads and one
 * into the cache, until one of its tables is loaded again.
 */
export function openQueries(warehouse: Warehouse, options: QueriesOptions = {}): Queries {
  assertKnown("openQueries", options, ["cache"]);
  assertWarehouse("openQueries", warehouse);
  if (options.cache !== undefined) assertCache(options.cache);
  return new WarehouseQueries(warehouse, options.cache);
}

function assertMetrics(given: unknown): void {
  if (isObject(given) && "measures" in given && "fact" in given) return;
  throw invalid(
    `The metrics of a question are ${showValue(given)}, which are none.`,
    "Give what metrics(fact, { measures }) made, then the question.",
  );
}

function assertCache(given: unknown): void {
  if (isObject(given) && "get" in given && "set" in given) return;
  throw invalid(
    `The cache of openQueries is ${showValue(given)}, which is none.`,
    "Give memoryCache(), or redisCache(client).",
  );
}

/** How one question is asked. */
export interface RunOptions {
  /** Gives the question up; the engine's work too, where nobody else waits for it. Default: it is never given up. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Asks on this session, such as that of a transaction, and not the cache: the answer is of what the session sees, with
   * what it has written itself. Default: a transaction of its own, a replica's where there are any.
   */
  readonly session?: SqlSession | undefined;
}

/** Something, and the generation of the tables it is of. */
interface Stated<V> {
  readonly value: V;
  readonly generation: string;
}

class WarehouseQueries implements Queries {
  private readonly warehouse: Warehouse;
  private readonly cache: ResultCache | undefined;
  private readonly running = new SharedWork<Stated<Uint8Array>>();
  private invalidations = 0;

  constructor(warehouse: Warehouse, cache: ResultCache | undefined) {
    this.warehouse = warehouse;
    this.cache = cache && sealed(cache);
  }

  compile(of: Metrics, query: MetricsQuery): CompiledQuery {
    assertMetrics(of);
    return compileQuery(this.warehouse.engine.dialect, (name) => this.path(of, name), of, query);
  }

  async run(
    of: Metrics,
    query: MetricsQuery,
    options: RunOptions = {},
  ): Promise<QueryAnswer<never>> {
    assertKnown("run", options, ["signal", "session"]);
    const { signal, session } = options;
    const compiled = this.compile(of, query);
    const ask = (all: AbortSignal | undefined): Promise<Stated<readonly RecordBatch[]>> =>
      this.ask(of, compiled, all);
    if (session !== undefined) {
      assertSession("run", session);
      const { generation, value } = await this.read(session, of, compiled, signal);
      return answerOf(compiled, value, false, generation);
    }
    if (this.cache === undefined) {
      const { generation, value } = await ask(signal);
      return answerOf(compiled, value, false, generation);
    }
    const generation = await this.generation(this.warehouse.engine, of, compiled.tables, signal);
    const key = await this.keyOf(of, compiled, generation);
    const found = await this.cache.get(key).catch((error: unknown) => cacheFailed("read", error));
    const known = found && readable(found);
    if (known !== undefined) return answerOf(compiled, known, true, generation);
    let first = false;
    const asked = await this.running.join(key, signal, async (all) => {
      first = true;
      return this.keep(of, compiled, await ask(all));
    });
    return answerOf(compiled, batchesOf(asked.value), !first, asked.generation);
  }

  invalidate(): void {
    this.invalidations++;
  }

  /** Reads an answer and what it is of in one snapshot: of two replicas, either may be behind the other. */
  private ask(
    of: Metrics,
    compiled: CompiledQuery,
    signal: AbortSignal | undefined,
  ): Promise<Stated<readonly RecordBatch[]>> {
    return this.warehouse.engine.transaction(
      (session) => this.read(session, of, compiled, signal),
      { signal, readOnly: true, mayLag: true, isolation: "repeatable read" },
    );
  }

  private async read(
    session: SqlSession,
    of: Metrics,
    { sql: statement, columns, tables }: CompiledQuery,
    signal: AbortSignal | undefined,
  ): Promise<Stated<readonly RecordBatch[]>> {
    return {
      generation: await this.generation(session, of, tables, signal),
      value: await session
        .query(statement, { signal })
        .mapBatches((batch) => typedBatch(batch, columns))
        .batches(),
    };
  }

  /** Puts an answer into the cache, under the generation it is of. */
  private async keep(
    of: Metrics,
    compiled: CompiledQuery,
    { generation, value: batches }: Stated<readonly RecordBatch[]>,
  ): Promise<Stated<Uint8Array>> {
    const value =
      batches.length === 0
        ? new Uint8Array()
        : RecordBatchStreamWriter.writeAll(batches).toUint8Array(true);
    const key = await this.keyOf(of, compiled, generation);
    await this.cache!.set(key, value).catch((error: unknown) => cacheFailed("written", error));
    return { generation, value };
  }

  /** How often the tables were loaded, and when last. */
  private async generation(
    session: SqlSession,
    of: Metrics,
    tables: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const path = [...this.warehouse.table(of.fact).path.slice(0, -1), loadsTable.name];
    const names = joinSql(tables.map((name) => sql`${name}`));
    const { loads, newest } = await session
      .query(
        sql`SELECT count(*) AS loads, max(loaded_at) AS newest FROM ${id(...path)} WHERE table_name IN (${names})`,
        { signal },
      )
      .row();
    return `${String(loads)}-${String(newest ?? 0)}-${this.invalidations}`;
  }

  /** Names an answer: its question, the types it is given in, and the state of what it is of. */
  private async keyOf(
    { fact }: Metrics,
    { sql: statement, columns }: CompiledQuery,
    generation: string,
  ): Promise<string> {
    const { text, parameters } = statement.render(this.warehouse.engine.dialect);
    const values = parameters.map(({ value, type }) => [typeof value, textOf(value), type]);
    // Labels change when a warehouse is opened, without a load.
    const labels = fact.roles.map(({ dimension }) => dimension.specialMembers);
    return sha256(stringifyJson([text, values, columns, generation, labels]));
  }

  private path(of: Metrics, name: string): readonly string[] {
    return [...this.warehouse.table(of.fact).path.slice(0, -1), name];
  }
}

function answerOf(
  { columns }: CompiledQuery,
  batches: readonly RecordBatch[],
  cached: boolean,
  generation: string,
): QueryAnswer<never> {
  return {
    columns: columns.map(({ name }) => name),
    batches,
    cached,
    generation,
    rows: () => batches.flatMap((batch) => toRows(batch) as never[]),
  };
}

function batchesOf(bytes: Uint8Array): RecordBatch[] {
  return bytes.length === 0 ? [] : [...RecordBatchReader.from(bytes)];
}

/** The batches in an entry of the cache; undefined where it is something else. */
function readable(bytes: Uint8Array): RecordBatch[] | undefined {
  try {
    return batchesOf(bytes);
  } catch (error) {
    return cacheFailed("read", error);
  }
}

function cacheFailed(verb: string, error: unknown): undefined {
  warn("WAREHOUSE_CACHE", `The cache of results could not be ${verb}: ${String(error)}`);
}

/** All of a value: as text alone, a date would lose its milliseconds. */
function textOf(value: unknown): string {
  return typeof value === "object" ? stringifyJson(value) : String(value);
}
