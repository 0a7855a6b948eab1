import type { Row, RowInput, Table } from "@lakewright/core";
import { Drop, type Rejection } from "../decode/decoder.ts";
import type { SourceRecord } from "../source.ts";

/**
 * One step between decoding and writing: keeps a row (undefined), replaces it, drops it or refuses it.
 *
 * A record may be delivered again after a crash, so a transform answers the same for the same row; it is a function of
 * the row, not of time or chance. An error it throws makes the record a dead letter, a StreamError stops the pipeline.
 */
export interface Transform<In extends object, Out extends object = In> {
  /** For dead letters and telemetry, with a version where rules change: "dropWhen:blacklisted", "rates@3". */
  readonly name: string;
  readonly apply: (row: In, record: SourceRecord) => Out | Drop | Rejection | undefined;
}

/** Drops the rows for which the predicate holds. */
export function dropWhen<In extends object>(
  predicate: (row: In, record: SourceRecord) => boolean,
  reason: string,
): Transform<In, never> {
  const dropped = new Drop(reason);
  return {
    name: `dropWhen:${reason}`,
    apply: (row, record) => (predicate(row, record) ? dropped : undefined),
  };
}

/** Drops the rows for which the predicate does not hold. */
export function keepWhen<In extends object>(
  predicate: (row: In, record: SourceRecord) => boolean,
  reason: string,
): Transform<In, never> {
  const dropped = new Drop(reason);
  return {
    name: `keepWhen:${reason}`,
    apply: (row, record) => (predicate(row, record) ? undefined : dropped),
  };
}

/** Replaces each row by what the function gives: a row of the same table, {@link Drop} or {@link Rejection}. */
export function mapRows<R extends object>(
  name: string,
  map: (row: R, record: SourceRecord) => R | Drop | Rejection,
): Transform<R> {
  return { name, apply: (row, record) => replaced(name, map(row, record)) };
}

/** The last step to an output with a table of its own. */
export interface RowMapping<In extends object> {
  readonly name: string;
  readonly table: Table;
  readonly apply: (row: In, record: SourceRecord) => object;
}

/** Rows of another table: flattened, enriched, with fewer columns. */
export function mapTo<T extends Table, In extends object>(
  table: T,
  map: (row: In, record: SourceRecord) => RowInput<T> | Drop | Rejection,
): RowMapping<In> {
  const name = `mapTo:${table.name}`;
  return { name, table, apply: (row, record) => replaced(name, map(row, record)) };
}

function replaced<R extends object>(name: string, row: R): R {
  if (typeof row === "object" && row !== null) return row;
  throw new TypeError(`${name} gave ${String(row)}; it must give a row, drop(…) or reject(…).`);
}

/** The steps, for rows of one table: their functions need no annotation. */
export interface Steps<R extends object> {
  dropWhen(
    predicate: (row: R, record: SourceRecord) => boolean,
    reason: string,
  ): Transform<R, never>;
  keepWhen(
    predicate: (row: R, record: SourceRecord) => boolean,
    reason: string,
  ): Transform<R, never>;
  mapRows(name: string, map: (row: R, record: SourceRecord) => R | Drop | Rejection): Transform<R>;
  mapTo<T extends Table>(
    table: T,
    map: (row: R, record: SourceRecord) => RowInput<T> | Drop | Rejection,
  ): RowMapping<R>;
}

/**
 * The steps with the columns of a table typed: `const step = stepsFor(orders);` and then
 * `step.dropWhen((row) => row.amount.isZero(), "empty")`.
 */
export function stepsFor<T extends Table>(_table: T): Steps<Row<T>> {
  return { dropWhen, keepWhen, mapRows, mapTo };
}
