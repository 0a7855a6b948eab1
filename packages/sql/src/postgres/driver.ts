import type * as Pg from "pg";
import { SqlError } from "../errors.ts";

export type PgModule = typeof Pg;

/** A value of a row as the text protocol has it. */
export type Text = string | null;

export interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
  /** What stands in brackets after the type, encoded; -1 where nothing does. */
  readonly dataTypeModifier: number;
}

export interface DataRow {
  readonly fields: Text[];
  /** Of the message, in bytes. */
  readonly length: number;
}

/** The server waits for the next request: outside a transaction (I), in one (T), or in one that has failed (E). */
export interface ReadyForQuery {
  readonly status: "I" | "T" | "E";
}

/** What is used of pg's connection, which speaks the protocol message by message. */
export interface Wire {
  readonly stream: {
    write(bytes: Uint8Array): boolean;
    pause(): void;
    resume(): void;
    once(event: "drain" | "close", listener: () => void): void;
    off(event: "drain" | "close", listener: () => void): void;
  };
  query(text: string): void;
  parse(message: { text: string; name: string; types: readonly number[] }): void;
  bind(message: { portal: string; statement: string; values: readonly (Text | Buffer)[] }): void;
  describe(message: { type: "S" | "P"; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: "S" | "P"; name: string }): void;
  flush(): void;
  sync(): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  once(event: "noData" | "end", listener: () => void): void;
  off(event: "noData" | "end", listener: () => void): void;
  once(event: "readyForQuery", listener: (message: ReadyForQuery) => void): void;
  off(event: "readyForQuery", listener: (message: ReadyForQuery) => void): void;
}

/** What pg's client calls as answers come: its own queries and those of pg-cursor have the same shape. */
export interface Submittable {
  submit(wire: Wire): void;
  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void;
  handleDataRow(message: DataRow): void;
  handlePortalSuspended(): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handleCopyInResponse(wire: Wire): void;
  handleCopyData(): void;
  handleReadyForQuery(): void;
  handleError(error: Error, wire: Wire): void;
}

export interface Client {
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly host: string;
  readonly port: number;
  readonly ssl: unknown;
  query(query: Submittable): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  release(error?: Error): void;
}

export interface Pool {
  connect(): Promise<Client>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * The `pg` module, loaded when it is first needed.
 *
 * @throws SqlError SQL_MISSING_DRIVER where it is not installed.
 */
export async function loadPg(): Promise<PgModule> {
  try {
    const module = (await import("pg")) as { readonly default?: PgModule } & PgModule;
    return module.default ?? module;
  } catch (cause) {
    throw new SqlError(
      "SQL_MISSING_DRIVER",
      `pg could not be loaded: ${(cause as Error).message}`,
      { hint: "Install it: npm install pg", cause },
    );
  }
}
