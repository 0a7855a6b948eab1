import * as duckdb from "@duckdb/duckdb-wasm";
import ehWorker from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import mvpWorker from "@duckdb/duckdb-wasm/dist/duckdb-browser-mvp.worker.js?url";
import ehModule from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import mvpModule from "@duckdb/duckdb-wasm/dist/duckdb-mvp.wasm?url";
import { ipcBatches, stringifyJson } from "@lakewright/core";
import type { LakeTable, Where } from "@lakewright/lake";
import { attachTable, offline } from "@lakewright/lake/duckdb-wasm";
import type { RecordBatch } from "apache-arrow";

/** DuckDB has broken down, and is to be started anew. */
export class BrokenEngine extends Error {
  override readonly name = "BrokenEngine";
  readonly hint =
    "Functions of timestamps with a zone need DuckDB's extension icu, which is not here: cast them, CAST(t AS TIMESTAMP). Run again to start DuckDB anew.";

  constructor(cause: Error) {
    super(`DuckDB broke down: ${cause.message}.`, { cause });
  }
}

/** DuckDB in a worker, from this page's own origin. */
export class SqlEngine {
  private readonly database: duckdb.AsyncDuckDB;
  private readonly connection: duckdb.AsyncDuckDBConnection;
  private attached: { readonly table: LakeTable; readonly where: string } | undefined;

  private constructor(database: duckdb.AsyncDuckDB, connection: duckdb.AsyncDuckDBConnection) {
    this.database = database;
    this.connection = connection;
  }

  static async start(): Promise<SqlEngine> {
    const bundle = await duckdb.selectBundle({
      mvp: { mainModule: mvpModule, mainWorker: mvpWorker },
      eh: { mainModule: ehModule, mainWorker: ehWorker },
    });
    const worker = new Worker(bundle.mainWorker!);
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
    await database.instantiate(bundle.mainModule);
    const connection = await database.connect();
    await offline(connection);
    return new SqlEngine(database, connection);
  }

  /** Whether the rows wanted are those of the last {@link attach}. */
  has(table: LakeTable, where: Where | undefined): boolean {
    return this.attached?.table === table && this.attached.where === textOf(where);
  }

  /** Makes the rows wanted a table of DuckDB. */
  async attach(name: string, table: LakeTable, where: Where | undefined): Promise<void> {
    this.attached = undefined;
    await attachTable(this.connection, name, table, { where });
    this.attached = { table, where: textOf(where) };
  }

  /** The batches of a query. DuckDB has an Arrow of its own: bytes cross. */
  async query(sql: string): Promise<RecordBatch[]> {
    try {
      const bytes = await this.connection.useUnsafe((database, connection) =>
        database.runQuery(connection, sql),
      );
      return [...ipcBatches(bytes)];
    } catch (error) {
      // After an error of WebAssembly itself nothing can be asked any more.
      if (!(error instanceof Error) || error.name !== "RuntimeError") throw error;
      await this.database.terminate();
      throw new BrokenEngine(error);
    }
  }
}

function textOf(where: Where | undefined): string {
  return stringifyJson(where ?? null);
}
