import type { ColumnReader } from "@lakewright/core";
import type { Check } from "../checks/definition.ts";
import { plain } from "../values/plain.ts";
import type { FailedRow } from "./result.ts";

/** Reads the value of a column at a row. */
export type ReaderOf = (column: string) => ColumnReader;

/** The failing row at an index of a batch. */
export function failedRow(
  check: Check,
  key: readonly string[],
  reader: ReaderOf,
  index: number,
  row: number | undefined,
): FailedRow {
  const values = check.columns.map((column) => reader(column)(index));
  const concerned =
    (check.rule.kind === "row" ? check.rule.concerned?.(values) : undefined) ?? check.columns;
  const pick = (columns: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(columns.map((column) => [column, reader(column)(index)]));
  return {
    check: check.id,
    column: concerned.length === 1 ? concerned[0] : undefined,
    row,
    key: pick(key),
    values: pick(concerned),
    reason: reasonOf(check, values),
  };
}

/** Why a row with these values of the check's columns fails. */
export function reasonOf(check: Check, values: readonly unknown[]): string {
  if (check.rule.kind !== "row") {
    return `${values.map((value) => plain(value)).join(", ")} comes more than once`;
  }
  const missing = check.columns.filter((_, k) => values[k] === null);
  const nullFails = check.rule.judgesNulls !== true && missing.length > 0;
  return nullFails ? `${missing.join(", ")} is null` : check.rule.reason(values);
}
