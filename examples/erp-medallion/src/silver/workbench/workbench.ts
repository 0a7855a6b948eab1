import { bool, date, extendTable, nullable, timestamp } from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { attachTable } from "@lakewright/lake/duckdb";
import {
  createTable,
  duckdbDialect,
  id,
  raw,
  type Sql,
  type SqlEngine,
  sql,
} from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { sourceTables } from "../../source/schema/index.ts";
import { bronzeName } from "../../source/schema/source-table.ts";
import type { BronzeReader } from "../bronze-reader.ts";
import { ErpError } from "../../failure.ts";
import { macros } from "../clean/macros.ts";

/**
 * Where silver is worked out, whatever engine the warehouse is on: a DuckDB in this process that reads bronze's Parquet
 * files itself. A table of the source is a view of its current rows: `SELECT * FROM sale_document`.
 */
export interface Workbench extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** Makes the views of these tables; `changed_<name>` has the keys of rows that came, changed or went lately. */
  see(names: Iterable<string>): Promise<void>;
  /** Whether bronze has recorded anything about one of these tables since the run before; true where there was none. */
  changed(names: Iterable<string>): Promise<boolean>;
}

const settings = { threads: "2", memory_limit: "256MB" } as const;

/** Opens a workbench over bronze. What bronze recorded after `since` counts as changed; undefined means everything. */
export async function openWorkbench(
  bronze: BronzeReader,
  since: bigint | undefined,
): Promise<Workbench> {
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  const engine = duckdb({ connection });
  await engine.execute(macros);
  const seen = new Set<string>();
  const hasChanged = new Map<string, boolean>();

  const seeOne = async (name: string): Promise<void> => {
    const table = await bronze.table(name);
    if (table) await attachTable(connection, `bronze_${name}`, table);
    else await engine.execute(emptyBronze(name));
    await engine.execute(sql`CREATE TEMP VIEW ${id(name)} AS SELECT * FROM ${id(`bronze_${name}`)}
WHERE _bronze_valid_to IS NULL AND NOT _bronze_is_deleted`);
    const lately = raw(
      since === undefined
        ? "TRUE"
        : // The day is the partition: files of earlier days are not opened.
          `_bronze_ingestion_date >= DATE '${dayOf(since)}' AND epoch_us(_bronze_ingestion_timestamp) > ${since}`,
    );
    await engine.execute(sql`CREATE TEMP VIEW ${id(`changed_${name}`)} AS
SELECT * FROM ${id(`bronze_${name}`)} WHERE ${lately}`);
  };

  const see = async (names: Iterable<string>): Promise<void> => {
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      await seeOne(name);
    }
  };

  return {
    engine,
    see,
    changed: async (names) => {
      if (since === undefined) return true;
      for (const name of names) {
        if (!hasChanged.has(name)) {
          await see([name]);
          const { any } = await engine
            .query(sql`SELECT EXISTS (FROM ${id(`changed_${name}`)}) AS any`)
            .row();
          hasChanged.set(name, any as boolean);
        }
        if (hasChanged.get(name)) return true;
      }
      return false;
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The day in UTC of an instant in microseconds. */
function dayOf(instant: bigint): string {
  return new Date(Number(instant / 1000n)).toISOString().slice(0, 10);
}

/** A table of which bronze has no row yet: nothing was ever written of it. */
function emptyBronze(name: string): Sql {
  const source = sourceTables.find((one) => bronzeName(one) === name);
  if (source === undefined) {
    throw new ErpError("ERP_MISSING_TABLE", `Bronze has no table "${name}", nor has the source.`, {
      hint: "Name a table of the source as bronze does: sale_document_line.",
    });
  }
  const table = extendTable(source.table, {
    _bronze_ingestion_timestamp: timestamp("us"),
    _bronze_is_deleted: bool(),
    _bronze_valid_to: nullable(timestamp("us")),
    _bronze_ingestion_date: date(),
  });
  return createTable(duckdbDialect, `bronze_${name}`, table, { temporary: true });
}
