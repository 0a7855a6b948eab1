import { AsyncLocalStorage } from "node:async_hooks";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities } from "../dialect.ts";
import type { LockOptions, QueryOptions } from "../engine.ts";
import { assertFunction } from "../shared/given.ts";
import { checkLockOptions } from "../shared/options.ts";
import type { Statement } from "../shared/server/connection.ts";
import { ServerEngine } from "../shared/server/engine.ts";
import type { Connection } from "./connection.ts";
import type { Pool } from "./driver.ts";
import type { Host } from "./host.ts";
import { PoolLease } from "./lease.ts";
import { sessionLocks } from "./lock.ts";
import { TypeCatalog } from "./read/types.ts";
import { transactions } from "./transactions.ts";

/** A Postgres server, or Postgres in this process, which has one session that all calls share. */
export class PostgresEngine extends ServerEngine<Connection, Pool> {
  override readonly capabilities: Capabilities;
  protected override readonly server: string;
  private readonly host: Host;
  private readonly catalog = new TypeCatalog();
  /** On the only session there is, what the source of a load asks is part of the load. */
  private readonly loading = new AsyncLocalStorage<Connection>();

  constructor(host: Host) {
    super(transactions, sessionLocks);
    this.host = host;
    this.server = host.name;
    this.capabilities = host.capabilities;
  }

  override async withLock<R>(
    name: string,
    run: () => Promise<R>,
    options: LockOptions = {},
  ): Promise<R> {
    if (this.host.lone === undefined) return super.withLock(name, run, options);
    checkLockOptions(name, options);
    assertFunction("withLock()", run);
    this.scope.assertOutside("withLock()");
    return this.host.lone.locks.run(name, options, run);
  }

  protected override openPool(): Promise<Pool> {
    return this.host.open();
  }

  protected override closePool(pool: Pool): Promise<void> {
    return this.host.close(pool);
  }

  protected override lease(pool: Pool, signal: AbortSignal | undefined): Promise<PoolLease> {
    return PoolLease.take(pool, this.host, this.catalog, signal);
  }

  protected override stream(
    statement: Statement,
    options: QueryOptions,
  ): AsyncGenerator<RecordBatch> {
    if (this.host.lone === undefined) return super.stream(statement, options);
    const loading = this.loading.getStore();
    if (loading !== undefined && !loading.released) return loading.stream(statement, options, true);
    this.scope.assertOutside("query()");
    return this.host.lone.readers.read(super.stream(statement, options));
  }

  protected override use<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<R>,
  ): Promise<R> {
    this.scope.assertOutside(`${call}()`);
    this.host.lone?.readers.detach();
    return super.use(call, signal, work);
  }

  protected override duringLoad<R>(connection: Connection, work: () => Promise<R>): Promise<R> {
    return this.loading.run(connection, work);
  }
}
