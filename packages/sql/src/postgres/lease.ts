import type { Lease } from "../shared/server/connection.ts";
import { Connection } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { Client, Pool } from "./driver.ts";
import { toConnectError } from "./error.ts";
import type { Host } from "./host.ts";
import type { TypeCatalog } from "./read/types.ts";
import { prepared, SESSION_SETTINGS } from "./source.ts";

/** A connection taken from the pool; one that has broken is not given back. */
export class PoolLease implements Lease<Connection> {
  readonly connection: Connection;
  private readonly client: Client;
  private ended = false;

  private constructor(client: Client, connection: Connection) {
    this.client = client;
    this.connection = connection;
    client.on("error", this.onError);
  }

  /** A connection of the pool with the settings of our sessions, unless the signal aborts while none is free. */
  static async take(
    pool: Pool,
    host: Host,
    catalog: TypeCatalog,
    signal: AbortSignal | undefined,
  ): Promise<PoolLease> {
    const client = await connectedBefore(pool, signal).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : toConnectError(error);
    });
    const lease = new PoolLease(client, new Connection(client, host, catalog));
    try {
      if (!prepared.has(client)) await Conversation.text(client, SESSION_SETTINGS);
      prepared.add(client);
      return lease;
    } catch (error) {
      lease.end(error as Error);
      throw toConnectError(error);
    }
  }

  end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.connection.released = true;
    this.connection.broken ??= error;
    this.client.release(this.connection.broken);
    // A client that is being thrown away may still report its end.
    if (this.connection.broken === undefined) this.client.off("error", this.onError);
  }

  private readonly onError = (error: Error): void => {
    this.connection.broken ??= error;
  };
}

function connectedBefore(pool: Pool, signal: AbortSignal | undefined): Promise<Client> {
  if (signal === undefined) return pool.connect();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    void pool
      .connect()
      .then((client) => {
        if (signal.aborted) client.release();
        resolve(client);
      }, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
