import {
  type Column,
  type JobOptions,
  type LogicalType,
  progressReporter,
  type RowsOrBatches,
  type Table,
  tableFromFields,
  toBatches,
  warn,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { postgresDialect } from "../dialects/postgres.ts";
import type { LoadResult } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { grouped, isStream } from "../shared/columns/grouped.ts";
import { assertStorable } from "../shared/columns/storable.ts";
import { WatchedSource } from "../shared/columns/watched-source.ts";
import { id, joinSql, raw, sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import { CopyBuffer } from "./copy/buffer.ts";
import { writerOf } from "./copy/writer-of.ts";
import type { FieldDescription } from "./driver.ts";
import { toSqlError } from "./error.ts";
import { numericDigits, type Shape, type TypeCatalog } from "./read/types.ts";

/** What COPY BINARY begins and ends with: https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4 */
const SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
const END = -1;

/** Rows of one COPY, about, where it cannot run while its source is asked. */
const COPY_ROWS = 65_536;
/** Rows made at a time while a COPY runs: so few that the server has something to do meanwhile. */
const STREAMED_ROWS = 4096;

/** Appends the data to the table by COPY BINARY. The caller has opened the transaction that makes it all or nothing. */
export async function load(
  connection: Connection,
  path: readonly string[],
  table: Table,
  data: RowsOrBatches,
  options: JobOptions,
): Promise<LoadResult> {
  const { signal } = options;
  const columns = joinSql(table.fields.map((field) => id(field.name)));
  const probe = sql`SELECT ${columns} FROM ${id(...path)} ${raw("LIMIT 0")}`.render(
    postgresDialect,
  );
  const targets = await connection.describe(probe.text, signal);
  assertStorable(path, table, storedTable(connection.catalog, table, targets));
  const { host } = connection;
  const { text } =
    sql`COPY ${id(...path)} (${columns}) FROM ${raw(host.copySource)} (FORMAT binary)`.render(
      postgresDialect,
    );
  const report = progressReporter(options.onProgress, listenerFailed);
  const types = targets.map((target) => connection.catalog.base(target.dataTypeID));
  let rows = 0;
  const counted = async function* (
    batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  ): AsyncGenerator<RecordBatch> {
    for await (const batch of batches) {
      yield batch;
      rows += batch.numRows;
      report({ phase: "load", done: rows, unit: "rows" });
    }
  };
  const copy = (batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>): Promise<void> => {
    const source = new WatchedSource();
    const chunks = source.watch(encode(connection.catalog, table, counted(batches), types, rows));
    return source.during(() =>
      connection.exclusive(text, signal, () =>
        host.copyIn(connection.client, text, chunks).catch((error: unknown) => {
          throw toSqlError(error, text, signal, "SQL_LOAD_FAILED");
        }),
      ),
    );
  };
  if (host.copyStreams && !isStream(data)) {
    // The server stores what has come while the next batch is made.
    await copy(toBatches(table, data, { signal, batchRows: STREAMED_ROWS }));
  } else {
    // The source is asked while no COPY runs: it may be a query of the same transaction.
    for await (const group of grouped(toBatches(table, data, { signal }), COPY_ROWS)) {
      await copy(group);
    }
  }
  report({ phase: "load", done: rows, total: rows, unit: "rows" });
  return { rows };
}

async function* encode(
  catalog: TypeCatalog,
  table: Table,
  batches: AsyncIterable<RecordBatch>,
  types: readonly number[],
  firstRow: number,
): AsyncGenerator<Uint8Array> {
  const out = new CopyBuffer();
  out.push(Uint8Array.from(SIGNATURE), 0, SIGNATURE.length);
  out.int32(0);
  out.int32(0);
  let before = firstRow;
  for await (const batch of batches) {
    const writers = table.fields.map(({ name, column }, k) =>
      writerOf(catalog, column, batch.data.children[k]!, types[k]!, name),
    );
    for (let i = 0; i < batch.numRows; i++) {
      out.int16(writers.length);
      try {
        for (const write of writers) write(out, i);
      } catch (error) {
        throw atRow(error, before + i);
      }
      if (out.isFull) yield out.take();
    }
    before += batch.numRows;
  }
  out.int16(END);
  yield out.take();
}

/** The error of a value with its row, counted from the first of the data, and its column at the top. */
function atRow(error: unknown, row: number): unknown {
  if (!(error instanceof SqlError)) return error;
  const { code, message, hint, details, cause } = error;
  const column = String(details["column"]).replace(/(?:\[\])+$/, "");
  return new SqlError(code, `Row ${row}: ${message}`, {
    hint,
    details: { ...details, column, row },
    cause,
  });
}

/** The table as its columns are in the database, as far as what they can keep goes. */
function storedTable(
  catalog: TypeCatalog,
  table: Table,
  targets: readonly FieldDescription[],
): Table {
  return tableFromFields(
    table.name,
    table.fields.map(({ name, column }, k) => ({
      name,
      column: storedColumn(catalog.shapeOf(targets[k]!), targets[k]!, column),
    })),
  );
}

function storedColumn(shape: Shape, target: FieldDescription, column: Column): Column {
  return { type: storedType(shape, target, column.type), nullable: true };
}

function storedType(shape: Shape, target: FieldDescription, given: LogicalType): LogicalType {
  switch (shape.kind) {
    case "list": {
      const item = given.kind === "list" ? given.item : { type: given, nullable: true };
      return { kind: "list", item: storedColumn(shape.item, target, item) };
    }
    case "numeric":
      return numericType(target, given);
    case "scalar":
      return shape.type.kind === "timestamp"
        ? timestampType(shape.type, target, given)
        : shape.type;
  }
}

/** A numeric without digits keeps any. */
function numericType(target: FieldDescription, given: LogicalType): LogicalType {
  const digits = numericDigits(target.dataTypeModifier);
  if (digits !== undefined && given.kind === "decimal" && digits.scale < given.scale) {
    return { kind: "decimal", precision: 38, scale: Math.max(0, digits.scale) };
  }
  return given.kind === "decimal" ? given : { kind: "decimal", precision: 38, scale: 0 };
}

/** A timestamp of so few digits that it would round what is given cannot have it. */
function timestampType(
  type: LogicalType & { readonly kind: "timestamp" },
  { name, dataTypeModifier: digits }: FieldDescription,
  given: LogicalType,
): LogicalType {
  if (digits < 0 || digits >= 6) return type;
  if (digits >= 3) return { ...type, unit: "ms" };
  if (given.kind !== "timestamp") return type;
  throw new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${name}" keeps ${digits} digits of a second, and the data may have more: values would be rounded.`,
    { hint: "Give it at least 3 digits: timestamptz(3).", details: { column: name } },
  );
}

function listenerFailed(error: unknown): void {
  warn("SQL_PROGRESS_LISTENER", "A progress listener threw.", { error });
}
