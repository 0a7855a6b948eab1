import { columnOf, type Table } from "@lakewright/core";
import { and, eq, gte, lt, lte, type Where } from "@lakewright/lake";

/** The rows wanted, as the page asks for them. */
export interface Filter {
  /** Days, the last one included; "" where open. */
  readonly from: string;
  readonly to: string;
  /** A column of text and the value it must have; "" for any. */
  readonly column: string;
  readonly value: string;
}

export const everything: Filter = { from: "", to: "", column: "", value: "" };

const DAY_US = 86_400_000_000n;

/** The column of time: a date, else a timestamp. Undefined where there is none. */
export function timeColumn(table: Table): string | undefined {
  const named = (kind: string): string | undefined =>
    table.fields.find(({ column }) => column.type.kind === kind)?.name;
  return named("date") ?? named("timestamp");
}

export function textColumns(table: Table): string[] {
  return table.fields
    .filter(({ column }) => column.type.kind === "utf8" || column.type.kind === "oneOf")
    .map(({ name }) => name);
}

export function numberColumns(table: Table): string[] {
  return table.fields
    .filter(({ column }) => /^(decimal|float|u?int)/.test(column.type.kind))
    .map(({ name }) => name);
}

/** The condition; undefined for all rows. A column that a version does not have asks for nothing. */
export function whereOf(table: Table, { from, to, column, value }: Filter): Where | undefined {
  const terms: Where[] = [];
  const time = timeColumn(table);
  if (time !== undefined) {
    const isDate = columnOf(table, time).type.kind === "date";
    if (from) terms.push(gte(time, isDate ? from : startOf(table, time, from, 0n)));
    if (to) terms.push(isDate ? lte(time, to) : lt(time, startOf(table, time, to, 1n)));
  }
  if (value && textColumns(table).includes(column)) terms.push(eq(column, value));
  return terms.length > 1 ? and(...terms) : terms[0];
}

/** Midnight of a day, or of one after it, in the values of a timestamp column. */
function startOf(table: Table, name: string, day: string, later: bigint): bigint | Date | string {
  const { type } = columnOf(table, name);
  const micros = BigInt(Date.parse(`${day}T00:00:00Z`)) * 1000n + later * DAY_US;
  const date = new Date(Number(micros / 1000n));
  if (type.kind === "timestamp" && !type.utc) return date.toISOString().slice(0, -1);
  return type.kind === "timestamp" && type.unit === "us" ? micros : date;
}
