import { SqlError } from "../errors.ts";

/** A packet as mysql2 hands it out: it is used again for the next one. */
export interface Packet {
  readonly buffer: Buffer;
  /** Where its content begins, after the header. */
  readonly offset: number;
  readonly end: number;
}

/** What mysql2 takes for a command: its own are of the same shape. */
export interface Command {
  /** Called without a packet when it is its turn, then with each packet; true says that it is over. */
  execute(packet: Packet | undefined, client: Client): boolean;
  /** The connection broke. */
  onResult(error: Error): void;
  stateName(): string;
}

/** A packet to send: mysql2 writes the header into its first four bytes. */
export interface Outgoing {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequence: number): void;
}

/** What is used of a connection of mysql2, which runs commands packet by packet. */
export interface Client {
  readonly threadId: number | null;
  readonly config: ClientConfig;
  readonly serverCapabilityFlags: number;
  readonly _handshakePacket: { readonly serverVersion: string } | null;
  readonly _mariadbExtendedMetadata: boolean;
  readonly stream: {
    destroy(): void;
    readonly writableNeedDrain?: boolean;
    once(event: "drain" | "close", listener: () => void): void;
    off(event: "drain" | "close", listener: () => void): void;
  };
  addCommand(command: Command): void;
  writePacket(packet: Outgoing): void;
  _resetSequenceId(): void;
  pause(): void;
  resume(): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  release(): void;
  destroy(): void;
}

export interface ClientConfig {
  readonly clientFlags: number;
  readonly compress?: boolean | undefined;
}

export interface Pool {
  getConnection(callback: (error: Error | null, client: Client) => void): void;
  end(callback: (error?: Error) => void): void;
}

/** What is used of the module. */
export interface MysqlModule {
  createPool(options: object): unknown;
  /** Of a connection beside the pool, as the pool makes its own. */
  readonly Connection: new (options: { readonly config: ClientConfig }) => Client & {
    connect(callback: (error: Error | null) => void): void;
  };
}

/**
 * The `mysql2` module, loaded when it is first needed.
 *
 * @throws SqlError SQL_MISSING_DRIVER where it is not installed.
 */
export async function loadMysql2(): Promise<MysqlModule> {
  try {
    const module: unknown = await import("mysql2");
    return ((module as { default?: unknown }).default ?? module) as MysqlModule;
  } catch (cause) {
    throw new SqlError(
      "SQL_MISSING_DRIVER",
      `mysql2 could not be loaded: ${(cause as Error).message}`,
      { hint: "Install it: npm install mysql2", cause },
    );
  }
}
