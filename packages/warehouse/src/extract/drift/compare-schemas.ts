import {
  type Column,
  describeType,
  integerRange,
  type LogicalType,
  sameType,
} from "@lakewright/core";
import { assertSources } from "../given.ts";
import type { TableSource } from "../introspect/source-table.ts";
import type { SchemaChange } from "./schema-change.ts";

/** What differs between two introspections of a source. */
export interface SchemaDiff {
  readonly changes: readonly SchemaChange[];
  /** The changes, one a line. */
  toString(): string;
}

/**
 * Compares two introspections of a source: tables and columns that came, went, or changed their type, nullability or key.
 * A table is known by its name; a column that was renamed is one that went and one that came.
 */
export function compareSchemas(
  before: readonly TableSource[],
  now: readonly TableSource[],
): SchemaDiff {
  assertSources("compareSchemas", before);
  assertSources("compareSchemas", now);
  const there = new Map(before.map((source) => [source.table.name, source]));
  const changes: SchemaChange[] = [];
  for (const source of now) {
    const old = there.get(source.table.name);
    there.delete(source.table.name);
    if (old) changes.push(...compareTables(old, source));
    else changes.push(...addedTable(source));
  }
  for (const name of there.keys()) changes.push(ofTable(name, "tableRemoved"));
  return { changes, toString: () => changes.map(describeChange).join("\n") };
}

/** What differs between two schemas of one table. */
export function compareTables(before: TableSource, now: TableSource): readonly SchemaChange[] {
  const table = now.table.name;
  const changes: SchemaChange[] = [];
  const old = new Map(before.table.fields.map(({ name, column }) => [name, column]));
  for (const { name, column } of now.table.fields) {
    const was = old.get(name);
    old.delete(name);
    if (!was) {
      changes.push({
        table,
        column: name,
        kind: "columnAdded",
        before: undefined,
        now: shown(column),
      });
      continue;
    }
    const said = { table, column: name, before: shown(was), now: shown(column) };
    if (!sameType(was.type, column.type)) {
      const widened = holds(column.type, was.type);
      const narrowed = holds(was.type, column.type);
      changes.push({
        ...said,
        kind: widened ? "typeWidened" : narrowed ? "typeNarrowed" : "typeChanged",
      });
    }
    if (was.nullable !== column.nullable) {
      changes.push({ ...said, kind: column.nullable ? "nullAllowed" : "nullForbidden" });
    }
  }
  for (const [name, column] of old) {
    changes.push({
      table,
      column: name,
      kind: "columnRemoved",
      before: shown(column),
      now: undefined,
    });
  }
  const keys = [before, now].map(({ primaryKey }) => (primaryKey ?? []).join(", "));
  if (keys[0] !== keys[1]) {
    changes.push({ table, column: undefined, kind: "keyChanged", before: keys[0], now: keys[1] });
  }
  return changes;
}

/** The change a new table is. */
export function addedTable({ table }: TableSource): readonly SchemaChange[] {
  return [ofTable(table.name, "tableAdded")];
}

/** A change as a line of text: `SaleDocument.amount: decimal(12, 2) is now decimal(14, 2) (wider)`. */
export function describeChange({ table, column, kind, before, now }: SchemaChange): string {
  const what = column === undefined ? table : `${table}.${column}`;
  switch (kind) {
    case "tableAdded":
      return `${what}: new table`;
    case "tableRemoved":
      return `${what}: the table is gone`;
    case "columnAdded":
      return `${what}: new column, ${now}`;
    case "columnRemoved":
      return `${what}: the column is gone, it was ${before}`;
    case "keyChanged":
      return `${what}: the primary key was (${before}) and is (${now})`;
    case "typeWidened":
      return `${what}: was ${before} and is ${now} (wider)`;
    case "typeNarrowed":
      return `${what}: was ${before} and is ${now} (narrower)`;
    default:
      return `${what}: was ${before} and is ${now}`;
  }
}

const ofTable = (table: string, kind: "tableAdded" | "tableRemoved"): SchemaChange => ({
  table,
  column: undefined,
  kind,
  before: undefined,
  now: undefined,
});

const shown = ({ type, nullable }: Column): string =>
  nullable ? `nullable ${describeType(type)}` : describeType(type);

/** Whether every value of `narrow` is one of `wide`, without a change of what it means. */
export function holds(wide: LogicalType, narrow: LogicalType): boolean {
  if (sameType(wide, narrow)) return true;
  const [low, high] = rangeOf(narrow) ?? [];
  const range = rangeOf(wide);
  if (range && low !== undefined && high !== undefined) return range[0] <= low && high <= range[1];
  switch (wide.kind) {
    case "float64":
      return narrow.kind === "float32" || FITS_DOUBLE.includes(narrow.kind);
    case "decimal": {
      if (narrow.kind === "decimal") {
        const whole = narrow.precision - narrow.scale;
        return wide.scale >= narrow.scale && wide.precision - wide.scale >= whole;
      }
      if (low === undefined || high === undefined) return false;
      const most = 10n ** BigInt(wide.precision - wide.scale);
      return -most < low && high < most;
    }
    case "utf8":
      return narrow.kind === "oneOf";
    case "oneOf":
      return narrow.kind === "oneOf" && narrow.values.every((value) => wide.values.includes(value));
    case "timestamp":
      return narrow.kind === "timestamp" && narrow.utc === wide.utc && wide.unit === "us";
    case "list":
      return narrow.kind === "list" && holdsColumn(wide.item, narrow.item);
    default:
      return false;
  }
}

const FITS_DOUBLE: readonly string[] = ["int8", "int16", "int32", "uint8", "uint16", "uint32"];

function holdsColumn(wide: Column, narrow: Column): boolean {
  return (wide.nullable || !narrow.nullable) && holds(wide.type, narrow.type);
}

function rangeOf({ kind }: LogicalType): readonly [bigint, bigint] | undefined {
  if (kind === "int64") return [-(2n ** 63n), 2n ** 63n - 1n];
  if (kind === "uint64") return [0n, 2n ** 64n - 1n];
  if (!Object.hasOwn(integerRange, kind)) return undefined;
  const [low, high] = integerRange[kind as keyof typeof integerRange];
  return [BigInt(low), BigInt(high)];
}
