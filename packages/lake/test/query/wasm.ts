import * as duckdb from "@duckdb/duckdb-wasm/blocking";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { offline } from "../../src/duckdb-wasm.ts";

export type WasmConnection = duckdb.DuckDBConnection;

/** A connection of duckdb-wasm in this process, off the network. */
export async function connectWasm(): Promise<WasmConnection> {
  const dist = dirname(
    fileURLToPath(import.meta.resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm")),
  );
  const bundle = (kind: string): { mainModule: string; mainWorker: string } => ({
    mainModule: join(dist, `duckdb-${kind}.wasm`),
    mainWorker: "",
  });
  const db = await duckdb.createDuckDB(
    { mvp: bundle("mvp"), eh: bundle("eh") },
    new duckdb.VoidLogger(),
    duckdb.NODE_RUNTIME,
  );
  await db.instantiate(() => {});
  const connection = db.connect();
  await offline(connection);
  return connection;
}

/** Rows of texts: what DuckDB itself takes the values for. */
export function wasmTexts(connection: WasmConnection, sql: string): (string | null)[][] {
  const table = connection.query(sql);
  const names = table.schema.fields.map(({ name }) => name);
  return table.toArray().map((row) => names.map((name) => row[name] as string | null));
}
