import type { Lease } from "../shared/server/connection.ts";
import { Connection } from "./connection.ts";
import type { Client, Pool } from "./driver.ts";
import { toConnectError } from "./error.ts";
import { KEEP_SETTINGS, prepared, RESTORE_SETTINGS, sessionSettings } from "./source.ts";
import { queryPacket, RunStatements } from "./wire/statements.ts";

/** A connection taken from the pool; one that has broken is not given back. */
export class PoolLease implements Lease<Connection> {
  readonly connection: Connection;
  private readonly client: Client;
  /** Of a pool of the caller's, who gets it back as it was. */
  private readonly foreign: boolean;
  private ended = false;

  private constructor(client: Client, foreign: boolean) {
    this.client = client;
    this.foreign = foreign;
    this.connection = new Connection(client);
    client.on("error", this.onError);
  }

  /** A connection of the pool with the settings of our sessions, unless the signal aborts while none is free. */
  static async take(
    pool: Pool,
    foreign: boolean,
    signal: AbortSignal | undefined,
  ): Promise<PoolLease> {
    const client = await connectedBefore(pool, signal).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : toConnectError(error);
    });
    const lease = new PoolLease(client, foreign);
    try {
      await lease.prepare();
      return lease;
    } catch (error) {
      await lease.end(error as Error);
      throw toConnectError(error);
    }
  }

  async end(error?: Error): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    if (error !== undefined) this.connection.abandon(error);
    if (this.foreign && this.connection.broken === undefined) {
      await this.run(RESTORE_SETTINGS).catch((failure: unknown) => {
        this.connection.broken ??= failure as Error;
      });
    }
    this.connection.released = true;
    if (this.connection.broken === undefined) {
      this.client.off("error", this.onError);
      this.client.release();
    } else {
      // It may still report its end: the listener stays.
      this.client.destroy();
      this.client.stream.destroy();
    }
  }

  private async prepare(): Promise<void> {
    if (prepared.has(this.client)) return;
    if (this.foreign) await this.run(KEEP_SETTINGS);
    for (const text of sessionSettings(this.client)) await this.run(text);
    if (!this.foreign) prepared.add(this.client);
  }

  private async run(text: string): Promise<void> {
    await this.connection.run(new RunStatements((client) => queryPacket(client, text)));
  }

  private readonly onError = (error: Error): void => {
    this.connection.broken ??= error;
  };
}

function connectedBefore(pool: Pool, signal: AbortSignal | undefined): Promise<Client> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal!.reason as Error);
    signal?.addEventListener("abort", stop, { once: true });
    pool.getConnection((error, client) => {
      signal?.removeEventListener("abort", stop);
      if (error !== null && error !== undefined) return reject(error);
      if (signal?.aborted) client.release();
      resolve(client);
    });
  });
}
