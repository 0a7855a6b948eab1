import type { Capabilities } from "../dialect.ts";
import { postgresCapabilities } from "../dialects/postgres.ts";
import type { NamedLocks } from "../shared/waiting/named-locks.ts";
import type { Readers } from "../shared/waiting/readers.ts";
import { cancelRequest } from "./cancel.ts";
import { copyIn } from "./copy/copy-in.ts";
import type { Client, Pool } from "./driver.ts";
import { isPool, openPool, type PostgresSource } from "./source.ts";

/** Where an engine of Postgres gets its connections from: a server, or the process itself. */
export interface Host {
  /** As it is called in messages. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** There is one session only, and these are the locks of those who share it. */
  readonly lone?: { readonly locks: NamedLocks; readonly readers: Readers } | undefined;
  /** What COPY … FROM reads. */
  readonly copySource: string;
  /** It is read while it is written; else all of it is in memory first. */
  readonly copyStreams: boolean;
  /** @throws SqlError SQL_UNSUPPORTED for a statement it could not survive. */
  assertRunnable?(text: string): void;
  open(): Promise<Pool>;
  close(pool: Pool): Promise<void>;
  /** Asks for the end of what the connection runs. */
  cancel(client: Client): Promise<void>;
  /** Runs COPY … FROM {@link copySource} with these messages of data. */
  copyIn(client: Client, text: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}

/** A server, through pg. */
export function serverHost(source: PostgresSource): Host {
  return {
    name: "Postgres",
    capabilities: postgresCapabilities,
    copySource: "STDIN",
    copyStreams: true,
    open: () => openPool(source),
    close: async (pool) => {
      if (!isPool(source)) await pool.end();
    },
    cancel: cancelRequest,
    copyIn,
  };
}
