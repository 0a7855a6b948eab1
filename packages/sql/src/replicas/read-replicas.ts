import {
  CoreError,
  type JobOptions,
  type RowsOrBatches,
  showValue,
  type Table,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "../dialect.ts";
import type {
  EngineTable,
  LoadResult,
  LockOptions,
  QueryOptions,
  QueryResult,
  SqlEngine,
  SqlSession,
  TransactionOptions,
} from "../engine.ts";
import { SqlError } from "../errors.ts";
import { assertEngine } from "../shared/given.ts";
import {
  assertKnownOptions,
  checkQueryOptions,
  checkTransactionOptions,
} from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";

export interface ReadReplicasOptions {
  /**
   * Milliseconds after something was written through this engine in which its queries go to the primary, so that it
   * reads its own writes as long as the replicas lag no more than that. How far they lag is not measured, and what
   * others write is seen when a replica has it. Default 0: what goes to a replica does so right after a write, too.
   */
  readonly readYourWritesMs?: number | undefined;
  /** Milliseconds in which a replica that could not be reached is passed over. Default 5000. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * An engine whose queries outside a transaction, and transactions with `mayLag`, go to replicas, one after the other, and
 * everything else to the primary. So do all of its queries while a function of its `withLock` runs, that this one sees
 * what the holder before it wrote. Anything else that must not be behind is read in a transaction.
 *
 * A replica that cannot be reached, or has no answer because of a conflict with what it replays, is passed over; where
 * none is left, the primary answers. A query that had given a batch before its replica failed fails.
 *
 * `close()` closes all of them.
 *
 * @throws CoreError CORE_INVALID_OPTION for an unknown option, no replica, or one of another dialect.
 */
export function readReplicas(
  primary: SqlEngine,
  replicas: readonly SqlEngine[],
  options: ReadReplicasOptions = {},
): SqlEngine {
  if (!Array.isArray(replicas)) {
    throw new CoreError(
      "CORE_INVALID_OPTION",
      `The replicas of readReplicas() are ${showValue(replicas)}, which is no list.`,
      { hint: "Give the primary, then the replicas: readReplicas(primary, [replica])." },
    );
  }
  for (const engine of [primary, ...replicas]) assertEngine("readReplicas()", engine);
  assertKnownOptions("readReplicas()", options, ["readYourWritesMs", "retryAfterMs"]);
  const { readYourWritesMs = 0, retryAfterMs = 5000 } = options;
  for (const [option, value] of Object.entries({ readYourWritesMs, retryAfterMs })) {
    if (value >= 0) continue;
    throw new CoreError("CORE_INVALID_OPTION", `readReplicas(): ${option} is ${value}.`, {
      hint: "Give milliseconds, from 0.",
      details: { option },
    });
  }
  const other = replicas.find(({ dialect }) => dialect.name !== primary.dialect.name);
  if (replicas.length === 0 || other !== undefined) {
    throw new CoreError(
      "CORE_INVALID_OPTION",
      other === undefined
        ? "readReplicas() was given no replica."
        : `The primary is ${primary.dialect.name}, and a replica ${other.dialect.name}.`,
      { hint: "Give engines on copies of the primary's database." },
    );
  }
  return new ReplicatedEngine(primary, replicas, readYourWritesMs, retryAfterMs);
}

interface Replica {
  readonly engine: SqlEngine;
  /** On the clock of `performance.now()`. */
  downUntil: number;
}

class ReplicatedEngine implements SqlEngine {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  private readonly primary: SqlEngine;
  private readonly replicas: readonly Replica[];
  private readonly readYourWritesMs: number;
  private readonly retryAfterMs: number;
  private turn = 0;
  private writing = 0;
  private locked = 0;
  private lastWrite = -Infinity;

  constructor(
    primary: SqlEngine,
    replicas: readonly SqlEngine[],
    readYourWritesMs: number,
    retryAfterMs: number,
  ) {
    this.dialect = primary.dialect;
    this.capabilities = primary.capabilities;
    this.primary = primary;
    this.replicas = replicas.map((engine) => ({ engine, downUntil: -Infinity }));
    this.readYourWritesMs = readYourWritesMs;
    this.retryAfterMs = retryAfterMs;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const { text } = render(this.dialect, statement);
    return queryResult(text, () => this.read(statement, options));
  }

  execute(statement: Sql | string, options?: QueryOptions): Promise<number> {
    return this.write(() => this.primary.execute(statement, options));
  }

  load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options?: JobOptions,
  ): Promise<LoadResult> {
    return this.write(() => this.primary.load(target, table, data, options));
  }

  async transaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    checkTransactionOptions(options);
    if (options.mayLag) return this.readTransaction(run, options);
    const work = (): Promise<R> => this.primary.transaction(run, options);
    return options.readOnly ? work() : this.write(work);
  }

  savepoint<R>(run: (session: SqlSession) => Promise<R>): Promise<R> {
    return this.primary.savepoint(run);
  }

  withLock<R>(name: string, run: () => Promise<R>, options?: LockOptions): Promise<R> {
    const work = async (): Promise<R> => {
      this.locked++;
      try {
        return await run();
      } finally {
        this.locked--;
      }
    };
    return this.primary.withLock(name, typeof run === "function" ? work : run, options);
  }

  table(name: string | readonly string[]): EngineTable {
    return { engine: this, path: toPath(name) };
  }

  async close(): Promise<void> {
    const engines = [this.primary, ...this.replicas.map(({ engine }) => engine)];
    const results = await Promise.allSettled(engines.map((engine) => engine.close()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async *read(statement: Sql | string, options: QueryOptions): AsyncGenerator<RecordBatch> {
    for (const replica of this.candidates()) {
      let given = false;
      try {
        for await (const batch of replica.engine.query(statement, options)) {
          given = true;
          yield batch;
        }
        return;
      } catch (error) {
        if (given || !this.passOver(replica, error)) throw error;
      }
    }
    yield* this.primary.query(statement, options);
  }

  private async readTransaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options: TransactionOptions,
  ): Promise<R> {
    for (const replica of this.candidates()) {
      try {
        return await replica.engine.transaction(run, options);
      } catch (error) {
        if (!this.passOver(replica, error)) throw error;
      }
    }
    return this.primary.transaction(run, options);
  }

  /** The replicas to ask, in turn; none where what was written before may not be there yet, and is needed. */
  private candidates(): readonly Replica[] {
    const now = performance.now();
    const recent = this.writing > 0 || now - this.lastWrite < this.readYourWritesMs;
    if (this.locked > 0 || (this.readYourWritesMs > 0 && recent)) return [];
    const { replicas } = this;
    const first = this.turn++ % replicas.length;
    const inTurn = [...replicas.slice(first), ...replicas.slice(0, first)];
    return inTurn.filter(({ downUntil }) => downUntil <= now);
  }

  /** Whether another may have the answer that this replica has not. */
  private passOver(replica: Replica, error: unknown): boolean {
    if (!(error instanceof SqlError)) return false;
    if (error.code === "SQL_CONFLICT" || isReadOnly(error)) return true;
    if (error.code !== "SQL_CONNECTION") return false;
    replica.downUntil = performance.now() + this.retryAfterMs;
    return true;
  }

  private async write<R>(work: () => Promise<R>): Promise<R> {
    this.writing++;
    try {
      return await work();
    } finally {
      this.writing--;
      this.lastWrite = performance.now();
    }
  }
}

/** What a server that only follows answers to a query that would write, or take a lock of rows: Postgres; MySQL. */
function isReadOnly({ details, message }: SqlError): boolean {
  return (
    details["sqlState"] === "25006" || (details["number"] === 1290 && /read[-_]only/.test(message))
  );
}
