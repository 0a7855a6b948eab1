import { showValue, type Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { invalidOption } from "../../options.ts";
import type { LakeTable, Scan } from "../../table/types.ts";
import { batchBytes, schemaBytes } from "./ipc.ts";
import { type Reading, type Source, sourceOf } from "./source.ts";
import type { AttachedTable, AttachOptions, DuckDBWasmConnection } from "./types.ts";

/**
 * Loads rows of a Delta table, or of a scan, into a table of a duckdb-wasm connection. Batches cross one at a time, as
 * Arrow IPC streams; values stay exact. A table of that name is replaced once all rows are there.
 *
 * Needs no extension and no network; see {@link offline}.
 *
 * @throws LakeError LAKE_INVALID_OPTION, also for a scan without rows, whose columns nobody knows; the errors of reading,
 * and those of DuckDB as they are.
 */
export async function attachTable<T extends Table>(
  connection: DuckDBWasmConnection,
  name: string,
  table: LakeTable<T> | Scan | AsyncIterable<RecordBatch>,
  options: AttachOptions = {},
): Promise<AttachedTable> {
  if (typeof name !== "string" || name === "") {
    throw invalidOption(`attachTable: the name is ${showValue(name)}; it must be a text.`);
  }
  const source = sourceOf(table, options);
  return new LoadedTable(connection, name, source, options.signal).load();
}

let loadings = 0;

class LoadedTable implements AttachedTable {
  readonly name: string;
  version: bigint | undefined;
  rows = 0;
  files = 0;
  filesSkipped = 0;
  private readonly connection: DuckDBWasmConnection;
  private readonly source: Source;
  private readonly signal: AbortSignal | undefined;

  constructor(
    connection: DuckDBWasmConnection,
    name: string,
    source: Source,
    signal: AbortSignal | undefined,
  ) {
    this.connection = connection;
    this.name = name;
    this.source = source;
    this.signal = signal;
  }

  async load(): Promise<this> {
    const reading = await this.source.open();
    const loading = `${this.name} loading ${++loadings}`;
    try {
      const rows = await this.insert(loading, reading);
      await this.replaceBy(loading);
      const { filesRead = 0, filesSkipped = 0 } = reading.metrics();
      Object.assign(this, { version: reading.version, rows, files: filesRead, filesSkipped });
      return this;
    } catch (error) {
      // What went wrong first is what the caller must hear.
      await Promise.resolve(this.connection.query(`DROP TABLE IF EXISTS ${quoted(loading)}`)).catch(
        () => {},
      );
      throw error;
    }
  }

  async refresh(): Promise<this> {
    await this.source.refresh();
    return this.load();
  }

  async detach(): Promise<void> {
    await this.connection.query(`DROP TABLE IF EXISTS ${quoted(this.name)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.detach();
  }

  private async insert(name: string, { schema, batches }: Reading): Promise<number> {
    let create = true;
    const send = async (bytes: Uint8Array): Promise<void> => {
      await this.connection.insertArrowFromIPCStream(bytes, { name, create });
      create = false;
    };
    if (schema) await send(schemaBytes(schema));
    let rows = 0;
    for await (const batch of batches) {
      this.signal?.throwIfAborted();
      if (batch.numRows === 0 && !create) continue;
      await send(batchBytes(batch));
      rows += batch.numRows;
    }
    this.signal?.throwIfAborted();
    if (create) {
      throw invalidOption(
        `attachTable: the scan for "${this.name}" has no rows, and so no columns are known.`,
        "Give the table, with columns and where: a table without rows has columns.",
      );
    }
    return rows;
  }

  private async replaceBy(loading: string): Promise<void> {
    const name = quoted(this.name);
    await this.connection.query("BEGIN TRANSACTION");
    try {
      await this.connection.query(`DROP TABLE IF EXISTS ${name}`);
      await this.connection.query(`ALTER TABLE ${quoted(loading)} RENAME TO ${name}`);
      await this.connection.query("COMMIT");
    } catch (error) {
      await Promise.resolve(this.connection.query("ROLLBACK")).catch(() => {});
      throw error;
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
