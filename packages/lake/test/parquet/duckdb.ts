import { Decimal, formatDate, formatMicros, type LogicalType, type Table } from "@lakewright/core";
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from "@duckdb/node-api";
import type { AnyRow } from "./tables.ts";

type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;

export async function connectDuckDB(): Promise<Connection> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  // Tests write one path again and again, faster than the clock of the file system tells.
  await connection.run("SET enable_external_file_cache = false");
  return connection;
}

/** The rows of a query, its columns in the order of the table, in the values our rows have. */
export async function queryRows(
  connection: Connection,
  table: Table,
  sql: string,
): Promise<AnyRow[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRows()
    .map((values) =>
      Object.fromEntries(
        table.fields.map(({ name, column }, k) => [name, fromDuckDB(column.type, values[k])]),
      ),
    );
}

/** Name and type of every column of a query. */
export async function queryTypes(connection: Connection, sql: string): Promise<[string, string][]> {
  const reader = await connection.runAndReadAll(`DESCRIBE ${sql}`);
  return reader.getRows().map(([name, type]) => [String(name), String(type)]);
}

function fromDuckDB(type: LogicalType, value: unknown): unknown {
  if (value === null) return null;
  if (value instanceof DuckDBDecimalValue) return new Decimal(value.value, value.scale);
  if (value instanceof DuckDBBlobValue) return Uint8Array.from(value.bytes);
  if (value instanceof DuckDBDateValue) return formatDate(value.days);
  if (value instanceof DuckDBTimestampMillisecondsValue) return instant(type, value.millis * 1000n);
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) {
    return instant(type, value.micros);
  }
  if (value instanceof DuckDBListValue && type.kind === "list") {
    return value.items.map((item) => fromDuckDB(type.item.type, item));
  }
  if (value instanceof DuckDBStructValue && type.kind === "struct") {
    return Object.fromEntries(
      Object.entries(type.fields).map(([name, field]) => [
        name,
        fromDuckDB(field.type, value.entries[name]),
      ]),
    );
  }
  if (value instanceof DuckDBMapValue && type.kind === "map") {
    return value.entries.map((entry) => [
      fromDuckDB(type.key.type, entry.key),
      fromDuckDB(type.value.type, entry.value),
    ]);
  }
  return value;
}

function instant(type: LogicalType, micros: bigint): unknown {
  if (type.kind !== "timestamp") throw new TypeError(`A timestamp came for ${type.kind}.`);
  if (!type.utc) return formatMicros(micros);
  return type.unit === "us" ? micros : new Date(Number(micros / 1000n));
}
