import { bool, date, extendTable, nullable, timestamp } from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { gte, type LakeTable } from "@lakewright/lake";
import { attachTable } from "@lakewright/lake/duckdb";
import {
  createTable,
  duckdbDialect,
  id,
  joinSql,
  raw,
  type Sql,
  type SqlEngine,
  sql,
} from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { sourceTables } from "../../source/schema/index.ts";
import { bronzeName, type SourceTable } from "../../source/schema/source-table.ts";
import type { BronzeReader } from "../bronze-reader.ts";
import { ErpError } from "../../failure.ts";
import { macros } from "../clean/macros.ts";

/**
 * Where silver is worked out, whatever engine the warehouse is on: a DuckDB in this process that reads bronze's Parquet
 * files itself. A table of the source has its current rows: `SELECT * FROM sale_document`; the view
 * `bronze_sale_document` has every version, with bronze's own columns.
 */
export interface Workbench extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** The time of the run before, in microseconds; undefined where everything is read. */
  readonly since: bigint | undefined;
  /** Makes these tables: views, or tables that are held in memory. */
  see(names: Iterable<string>): Promise<void>;
  /**
   * Whether bronze has recorded anything about the table since the run before; true where there was none. The table
   * `changed_<name>` then has what was recorded: versions and tombstones. Only files written since are opened.
   */
  changed(name: string): Promise<boolean>;
  /**
   * Makes the table `stood_<name>`: the rows that changed as they are `now`, and as they were at the run before; without
   * those that were not there then, or are gone now.
   */
  compare(name: string): Promise<void>;
  /**
   * A select of the ids of rows that came, went, or have another value of one of these expressions than at the run
   * before; undefined where there are none.
   */
  affected(name: string, expressions: readonly string[]): Promise<Sql | undefined>;
  /** Makes a temporary table, in the place of one of that name, and counts its rows. */
  make(name: string, rows: Sql): Promise<number>;
  /** What the function gave the first time. */
  once<R>(what: string, make: () => Promise<R>): Promise<R>;
}

/** A day's changes are few: a second thread costs more than it saves. */
const settings = { memory_limit: "256MB" } as const;
const threads = { whole: "2", changes: "1" } as const;

/** Rows of a table, at most, that are held in memory on a day. */
const MOST_HELD = 50_000;

/** Opens a workbench over bronze. What bronze recorded after `since` counts as changed; undefined means everything. */
export async function openWorkbench(
  bronze: BronzeReader,
  since: bigint | undefined,
): Promise<Workbench> {
  const instance = await DuckDBInstance.create(":memory:", {
    ...settings,
    threads: since === undefined ? threads.whole : threads.changes,
  });
  const connection = await instance.connect();
  const engine = duckdb({ connection });
  await engine.execute(macros);
  const made = new Map<string, Promise<unknown>>();
  const once = <R>(what: string, make: () => Promise<R>): Promise<R> => {
    if (!made.has(what)) made.set(what, make());
    return made.get(what) as Promise<R>;
  };
  const tableOf = (name: string): Promise<LakeTable | undefined> =>
    once(`table ${name}`, () => bronze.table(name));

  const seeOne = async (name: string): Promise<void> => {
    const table = await tableOf(name);
    if (table) await attachTable(connection, `bronze_${name}`, table);
    else await engine.execute(emptyBronze(name));
    // From empty a table is read once or twice; on a day it is asked for a few rows again and again.
    const isHeld = since !== undefined && rowsOf(table) <= MOST_HELD;
    const kind = raw(isHeld ? "TABLE" : "VIEW");
    await engine.execute(sql`CREATE TEMP ${kind} ${id(name)} AS SELECT ${columnsOf(name)} FROM ${id(`bronze_${name}`)}
WHERE _bronze_valid_to IS NULL AND NOT _bronze_is_deleted`);
  };
  const see = async (names: Iterable<string>): Promise<void> => {
    for (const name of names) await once(`view ${name}`, () => seeOne(name));
  };

  const make = async (name: string, rows: Sql): Promise<number> => {
    const made = await engine.query(sql`CREATE OR REPLACE TEMP TABLE ${id(name)} AS ${rows}`).row();
    return Number(made["Count"]);
  };

  const takeChanges = async (name: string, after: bigint): Promise<boolean> => {
    const table = await tableOf(name);
    if (table === undefined) return false;
    const where = gte(INGESTED_AT, after);
    const lately = await attachTable(connection, `lately_${name}`, table, { where });
    if (lately.files === 0) return false;
    const rows = sql`SELECT * FROM ${id(`lately_${name}`)} WHERE ${isNew(after)}`;
    return (await make(`changed_${name}`, rows)) > 0;
  };

  const takeStood = async (name: string, after: bigint): Promise<void> => {
    await see([name]);
    const stood = sql`WITH versions AS (
  SELECT b.* FROM ${id(`bronze_${name}`)} b SEMI JOIN ${id(`changed_${name}`)} c ON c.id = b.id
), stood AS (
  SELECT TRUE AS now, * FROM versions WHERE _bronze_valid_to IS NULL
  UNION ALL SELECT FALSE, * FROM versions WHERE NOT ${isNew(after)}
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY _bronze_valid_from DESC) = 1
)
SELECT now, ${columnsOf(name)} FROM stood WHERE NOT _bronze_is_deleted`;
    await make(`stood_${name}`, stood);
  };

  const takeAffected = async (
    name: string,
    expressions: readonly string[],
  ): Promise<Sql | undefined> => {
    await compare(name);
    const table = `affected_${name}_${expressions.join(" ")}`;
    const rows = sql`SELECT DISTINCT id FROM (SELECT id FROM ${id(`stood_${name}`)} GROUP BY ${raw(["id", ...expressions].join(", "))} HAVING count(*) = 1)`;
    return (await make(table, rows)) > 0 ? sql`SELECT id FROM ${id(table)}` : undefined;
  };

  const changed = (name: string): Promise<boolean> =>
    once(`changes ${name}`, () =>
      since === undefined ? Promise.resolve(true) : takeChanges(name, nextTick(since)),
    );
  const compare = (name: string): Promise<void> =>
    once(`stood ${name}`, () => takeStood(name, nextTick(since!)));
  return {
    engine,
    since,
    see,
    make,
    once,
    changed,
    compare,
    affected: async (name, expressions) => {
      if (since === undefined || !(await changed(name))) return undefined;
      return once(`affected ${name} ${expressions.join(" ")}`, () =>
        takeAffected(name, expressions),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const INGESTED_AT = "_bronze_ingestion_timestamp";

/** Bronze dates what it records by the millisecond: the first that is after an instant, in microseconds. */
function nextTick(instant: bigint): bigint {
  return (instant / 1000n + 1n) * 1000n;
}

function isNew(after: bigint): Sql {
  return raw(`epoch_us(${INGESTED_AT}) >= ${after}`);
}

/** All versions. */
function rowsOf(table: LakeTable | undefined): number {
  return (table?.files() ?? []).reduce((sum, { rows }) => sum + (rows ?? Infinity), 0);
}

/** The day in UTC of an instant in microseconds. */
export function dayOf(instant: bigint): string {
  return new Date(Number(instant / 1000n)).toISOString().slice(0, 10);
}

/** The columns the source has. */
function columnsOf(name: string): Sql {
  return joinSql(sourceOf(name).table.fields.map((field) => id(field.name)));
}

function sourceOf(name: string): SourceTable {
  const source = sourceTables.find((one) => bronzeName(one) === name);
  if (source === undefined) {
    throw new ErpError("ERP_MISSING_TABLE", `Bronze has no table "${name}", nor has the source.`, {
      hint: "Name a table of the source as bronze does: sale_document_line.",
    });
  }
  return source;
}

/** A table of which bronze has no row yet: nothing was ever written of it. */
function emptyBronze(name: string): Sql {
  const table = extendTable(sourceOf(name).table, {
    _bronze_ingestion_timestamp: timestamp("us"),
    _bronze_is_deleted: bool(),
    _bronze_valid_from: timestamp("us"),
    _bronze_valid_to: nullable(timestamp("us")),
    _bronze_ingestion_date: date(),
  });
  return createTable(duckdbDialect, `bronze_${name}`, table, { temporary: true });
}
