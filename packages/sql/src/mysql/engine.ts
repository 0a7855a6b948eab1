import type { Capabilities } from "../dialect.ts";
import { mysqlCapabilities } from "../dialects/mysql.ts";
import { ServerEngine } from "../shared/server/engine.ts";
import type { Connection } from "./connection.ts";
import type { Pool } from "./driver.ts";
import { PoolLease } from "./lease.ts";
import { sessionLocks } from "./lock.ts";
import { isPool, type MysqlSource, openPool } from "./source.ts";
import { transactions } from "./transactions.ts";

/** A MySQL or MariaDB server. */
export class MysqlEngine extends ServerEngine<Connection, Pool> {
  override readonly capabilities: Capabilities = mysqlCapabilities;
  protected override readonly server: string = "MySQL";
  private readonly source: MysqlSource;

  constructor(source: MysqlSource) {
    super(transactions, sessionLocks);
    this.source = source;
  }

  protected override openPool(): Promise<Pool> {
    return openPool(this.source);
  }

  protected override async closePool(pool: Pool): Promise<void> {
    if (isPool(this.source)) return;
    await new Promise<void>((resolve) => pool.end(() => resolve()));
  }

  protected override lease(pool: Pool, signal: AbortSignal | undefined): Promise<PoolLease> {
    return PoolLease.take(pool, isPool(this.source), signal);
  }
}
