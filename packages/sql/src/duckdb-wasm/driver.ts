/** What is used of the bindings of duckdb-wasm: those of a worker give promises, those of Node the values themselves. */
export interface Bindings {
  tokenize(text: string): MaybePromise<{
    readonly offsets: readonly number[];
    readonly types: readonly number[];
  }>;
  /** Begins the last statement of a text and runs those before it; the schema where it is done. */
  startPendingQuery(
    connection: number,
    text: string,
    allowStreamResult: boolean,
  ): MaybePromise<Uint8Array | null>;
  pollPendingQuery(connection: number): MaybePromise<Uint8Array | null>;
  cancelPendingQuery(connection: number): MaybePromise<boolean>;
  /** The next batch of the result; null where it is not there yet, empty at the end. */
  fetchQueryResults(connection: number): MaybePromise<Uint8Array | null>;
  runQuery(connection: number, text: string): MaybePromise<Uint8Array>;
  insertArrowFromIPCStream(
    connection: number,
    buffer: Uint8Array,
    options: { readonly name: string; readonly create: boolean },
  ): MaybePromise<void>;
}

export type MaybePromise<R> = R | Promise<R>;

/** A connection of duckdb-wasm, sync or async. */
export interface WasmConnection {
  useUnsafe<R>(work: (bindings: Bindings, connection: number) => R): R;
  close(): MaybePromise<void>;
}

/** A database of duckdb-wasm, sync or async. */
export interface WasmDatabase {
  connect(): MaybePromise<WasmConnection>;
  terminate?(): Promise<void>;
}
