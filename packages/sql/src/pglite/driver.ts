import type * as Api from "@electric-sql/pglite";
import { SqlError } from "../errors.ts";

/** What is used of a PGlite. */
export interface Instance {
  readonly waitReady: Promise<void>;
  readonly closed: boolean;
  execProtocol(
    message: Uint8Array,
    options: { readonly throwOnError: boolean; readonly syncToFs: boolean },
  ): Promise<{ readonly messages: readonly Message[] }>;
  /** While nobody else queries. */
  runExclusive<R>(work: () => Promise<R>): Promise<R>;
  /** While nobody else has a transaction. */
  _runExclusiveTransaction<R>(work: () => Promise<R>): Promise<R>;
  syncToFs(): Promise<void>;
  close(): Promise<void>;
  /** The file that COPY … FROM '/dev/blob' reads. */
  _handleBlob(blob?: Blob): Promise<void>;
  _cleanupBlob(): Promise<void>;
}

/** An answer of the server, parsed. */
export interface Message {
  readonly name: string;
}

/** What writes messages to the server. */
export interface Serializer {
  query(text: string): Uint8Array;
  parse(message: {
    readonly text: string;
    readonly name: string;
    readonly types: readonly number[];
  }): Uint8Array;
  bind(message: {
    readonly portal: string;
    readonly statement: string;
    readonly values: readonly (string | Uint8Array | null)[];
  }): Uint8Array;
  describe(message: { readonly type: "S" | "P"; readonly name: string }): Uint8Array;
  execute(message: { readonly portal: string; readonly rows: number }): Uint8Array;
  close(message: { readonly type: "S" | "P"; readonly name: string }): Uint8Array;
  flush(): Uint8Array;
  sync(): Uint8Array;
}

export interface Driver {
  create(dataDir: string | undefined): Promise<Instance>;
  readonly serialize: Serializer;
}

/**
 * The PGlite driver, loaded when it is first needed.
 *
 * @throws SqlError SQL_MISSING_DRIVER where it is not installed.
 */
export async function loadDriver(): Promise<Driver> {
  let module: typeof Api;
  try {
    module = await import("@electric-sql/pglite");
  } catch (cause) {
    throw new SqlError(
      "SQL_MISSING_DRIVER",
      `@electric-sql/pglite could not be loaded: ${(cause as Error).message}`,
      { hint: "Install it: npm install @electric-sql/pglite", cause },
    );
  }
  const { PGlite, protocol } = module;
  return {
    create: async (dataDir) => (await PGlite.create(dataDir)) as unknown as Instance,
    serialize: protocol.serialize as unknown as Serializer,
  };
}
