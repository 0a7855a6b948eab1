import {
  type JobOptions,
  progressReporter,
  type RowsOrBatches,
  type Table,
  toBatches,
  warn,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { mysqlDialect } from "../dialects/mysql.ts";
import type { LoadResult } from "../engine.ts";
import { grouped, isStream } from "../shared/columns/grouped.ts";
import { assertStorable } from "../shared/columns/storable.ts";
import { WatchedSource } from "../shared/columns/watched-source.ts";
import { id, joinSql, raw, type Sql, sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import { toSqlError } from "./error.ts";
import { assertArrived } from "./load/arrived.ts";
import { LoadBuffer } from "./load/buffer.ts";
import { InsertedRows } from "./load/insert.ts";
import { ownBatches } from "./load/own-batches.ts";
import { encodeRows } from "./load/rows.ts";
import { isDirect, stagingOf } from "./load/staging.ts";
import { storedTable, type TargetColumn, targetColumns } from "./load/target.ts";
import type { Ok } from "./wire/exchange.ts";
import { SendFile } from "./wire/send-file.ts";
import { ServerError } from "./wire/server-error.ts";

/** Rows of one statement, about, where it cannot run while its source is asked. */
const LOAD_ROWS = 65_536;
/** Rows made at a time while a statement runs: so few that the server has something to do meanwhile. */
const STREAMED_ROWS = 4096;
/** LOAD DATA LOCAL is not allowed, by the server (MySQL 5 and MariaDB, MySQL 8) or by either side (MariaDB). */
const NOT_ALLOWED = [1148, 3948, 4166];

type Batches = AsyncIterable<RecordBatch> | Iterable<RecordBatch>;

/**
 * Appends the data to the table by LOAD DATA LOCAL, or by INSERT where the server does not allow it. The caller has opened
 * the transaction that makes it all or nothing.
 */
export async function load(
  connection: Connection,
  path: readonly string[],
  table: Table,
  data: RowsOrBatches,
  options: JobOptions,
): Promise<LoadResult> {
  const { signal } = options;
  const targets = await targetColumns(connection, path, table, signal);
  assertStorable(path, table, storedTable(table, targets));
  const staging = (await isDirect(connection, path, signal))
    ? undefined
    : await stagingOf(connection, path, targets, signal);
  const statement = loadStatement(staging?.path ?? path, targets);
  const report = progressReporter(options.onProgress, listenerFailed);
  let inserted: InsertedRows | undefined;
  let rows = 0;
  const counted = async function* (batches: Batches): AsyncGenerator<RecordBatch> {
    for await (const batch of batches) {
      yield batch;
      rows += batch.numRows;
      report({ phase: "load", done: rows, unit: "rows" });
    }
  };
  const write = async (batches: Batches): Promise<void> => {
    if (inserted === undefined) {
      const before = rows;
      const out = new LoadBuffer(true);
      const source = new WatchedSource();
      const chunks = source.watch(encodeRows(table, counted(batches), targets, out));
      const exchange = new SendFile(statement, chunks, () => out.giveBack());
      try {
        await source.during(() =>
          sendFile(connection, statement, exchange, signal, (ok) =>
            assertArrived(connection, statement, ok, rows - before, before),
          ),
        );
        return;
      } catch (error) {
        if (!isNotAllowed(error)) throw error;
        inserted = new InsertedRows(connection, path, table, targets);
      }
    }
    await inserted.add(counted(batches), signal);
  };
  try {
    if (isStream(data)) {
      // The source is asked while no statement runs: it may be a query of the same transaction.
      for await (const group of grouped(toBatches(table, data, { signal }), LOAD_ROWS)) {
        await write(group);
      }
    } else {
      // The server stores what has come while the next batch is made.
      await write(ownBatches(table, data, { signal, batchRows: STREAMED_ROWS }));
    }
    if (inserted === undefined) await staging?.move(rows);
  } finally {
    await inserted?.end();
    await staging?.drop();
  }
  report({ phase: "load", done: rows, total: rows, unit: "rows" });
  return { rows };
}

/** Runs the statement with its file; `check` says whether all of it has arrived. */
async function sendFile(
  connection: Connection,
  statement: string,
  exchange: SendFile,
  signal: AbortSignal | undefined,
  check: (ok: Ok) => Promise<void>,
): Promise<void> {
  const stop = (): void => exchange.stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await connection.exclusive(statement, signal, async () => {
      const ok = await connection.run(exchange).catch((error: unknown) => {
        throw isNotAllowed(error) ? error : toSqlError(error, statement, signal, "SQL_LOAD_FAILED");
      });
      // A source that was stopped is a file that ends early.
      signal?.throwIfAborted();
      await check(ok);
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    await exchange.sourceLeft;
  }
}

/**
 * All bytes stand for themselves; what the server would read as something else (JSON, bits, texts in another character
 * set) is converted from a variable.
 */
function loadStatement(path: readonly string[], targets: readonly TargetColumn[]): string {
  const places: Sql[] = [];
  const conversions: Sql[] = [];
  targets.forEach((target, k) => {
    const conversion = conversionOf(target, raw(`@lakewright_${k}`));
    places.push(conversion === undefined ? id(target.name) : raw(`@lakewright_${k}`));
    if (conversion !== undefined) conversions.push(sql`${id(target.name)} = ${conversion}`);
  });
  const set = conversions.length === 0 ? raw("") : sql` SET ${joinSql(conversions)}`;
  return sql`LOAD DATA LOCAL INFILE 'lakewright' INTO TABLE ${id(...path)} CHARACTER SET binary
FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${joinSql(places)})${set}`.render(
    mysqlDialect,
  ).text;
}

function conversionOf({ type, charset }: TargetColumn, value: Sql): Sql | undefined {
  if (type === "bit") return sql`CAST(${value} AS UNSIGNED)`;
  if (["json", "enum", "set", "uuid", "inet4", "inet6"].includes(type)) {
    return sql`CONVERT(${value} USING utf8mb4)`;
  }
  if (charset === undefined || charset === "utf8mb4" || charset === "binary") return undefined;
  return sql`CONVERT(${value} USING utf8mb4)`;
}

function isNotAllowed(error: unknown): boolean {
  const cause = error instanceof ServerError ? error : (error as Error | undefined)?.cause;
  return cause instanceof ServerError && NOT_ALLOWED.includes(cause.number);
}

function listenerFailed(error: unknown): void {
  warn("SQL_PROGRESS_LISTENER", "A progress listener threw.", { error });
}
