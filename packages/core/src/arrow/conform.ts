import { type Data, DataType, makeData, Null, type RecordBatch, TimeUnit } from "apache-arrow";
import { CoreError } from "../errors.ts";
import type { Field, Table } from "../table.ts";
import type { Column } from "../types/column.ts";
import { bigintRange, describeType, integerRange, type LogicalType } from "../types/logical.ts";
import { Decimal } from "../values/decimal.ts";
import { showValue } from "../values/show.ts";
import { formatMicros } from "../values/time.ts";
import { batchOf } from "./build.ts";
import { columnReader } from "./column-reader.ts";
import type { Report } from "./encode/encoder.ts";
import { encoderOf } from "./encode/encoder-of.ts";
import { assertBatch } from "./foreign.ts";
import { toArrowSchema, toArrowType } from "./schema.ts";

/**
 * The batch as one of the table: its columns in order, in the table's Arrow types (text may stay a dictionary).
 * Columns that are already so are taken as they are; others are converted value by value, never losing any.
 *
 * @throws CoreError CORE_SCHEMA_MISMATCH for a missing or unknown column or a null in a column that takes none;
 * CORE_INVALID_VALUE for a value the column cannot hold.
 */
export function conformBatch(table: Table, batch: RecordBatch): RecordBatch {
  return conformColumns(table, batch, (field, data) => {
    const { name, column } = field;
    if (!column.nullable && data.nullCount > 0) {
      throw mismatch(
        table,
        name,
        `Column "${name}" has ${data.nullCount} nulls, and it is not nullable.`,
      );
    }
    return fitsAsIs(column, data) ? data : encoded(column, data, refusal(table, field));
  });
}

/** A batch of the columns of the table, each made of the one of its name. */
export function conformColumns(
  table: Table,
  batch: RecordBatch,
  conform: (field: Field, data: Data) => Data,
): RecordBatch {
  assertBatch(batch);
  const given = new Map(
    batch.schema.fields.map((field, k) => [field.name, batch.data.children[k]!]),
  );
  const absent = table.fields.find(({ name, column }) => !column.nullable && !given.has(name));
  if (absent) {
    const { name } = absent;
    throw mismatch(table, name, `The batch has no column "${name}", and it is not nullable.`);
  }
  const columns = table.fields.map((field) => {
    const nulls = makeData({ type: new Null(), length: batch.numRows });
    return conform(field, given.get(field.name) ?? nulls);
  });
  for (const name of given.keys()) {
    if (Object.hasOwn(table.columns, name)) continue;
    throw mismatch(
      table,
      name,
      `The batch has a column "${name}" that table "${table.name}" does not have.`,
    );
  }
  return batchOf(toArrowSchema(table), batch.numRows, columns);
}

/** Whether column data has the layout of the column, and no value the column does not know. */
export function fitsAsIs({ type }: Column, data: Data): boolean {
  const wanted = toArrowType(type);
  const plain = DataType.isDictionary(data.type) ? data.type.dictionary : data.type;
  const textual = type.kind === "utf8" || type.kind === "oneOf";
  const sameLayout = sameArrowType(plain, wanted) && (plain === data.type || textual);
  // A dictionary may have a null among its values, which no null count of the column tells.
  const hidden = (data.dictionary?.nullCount ?? 0) > 0;
  return sameLayout && !hidden && (type.kind !== "oneOf" || hasOnly(data, type.values));
}

/** The values of a column as another one takes them. */
function valuesFor({ type }: Column, data: Data): unknown[] {
  const read = columnReader(data);
  const given = DataType.isDictionary(data.type) ? data.type.dictionary : data.type;
  const convert = conversionOf(given, type) ?? ((value: unknown) => value);
  return Array.from({ length: data.length }, (_, i) => convert(read(i)));
}

/** Whether a column is a dictionary of some of these values, so that none of its rows has to be looked at. */
function hasOnly(data: Data, values: readonly string[]): boolean {
  const dictionary = data.dictionary as Iterable<unknown> | undefined;
  return (
    dictionary !== undefined && [...dictionary].every((value) => values.includes(value as string))
  );
}

/**
 * What has to be done to values as they are read before the column takes them for the same; undefined for nothing, at
 * any depth. Microseconds are read as a bigint, which a column of milliseconds takes for its own unit: as text those
 * that are no whole millisecond are refused. A whole decimal, such as a sum of integers, is an integer.
 */
function conversionOf(
  type: DataType,
  wanted: LogicalType,
): ((value: unknown) => unknown) | undefined {
  if (wanted.kind === "timestamp") {
    const micros = DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND;
    if (!micros || wanted.unit !== "ms") return undefined;
    const zone = wanted.utc ? "Z" : "";
    return (value) => (typeof value === "bigint" ? formatMicros(value) + zone : value);
  }
  if (DataType.isDecimal(type) && (wanted.kind in integerRange || wanted.kind in bigintRange)) {
    return (value) => (value instanceof Decimal && value.scale === 0 ? value.unscaled : value);
  }
  const children = (type.children ?? []) as { name: string; type: DataType }[];
  if (wanted.kind === "list" && children.length === 1) {
    const item = conversionOf(children[0]!.type, wanted.item.type);
    return item && ((value) => (value as unknown[] | null)?.map(item) ?? null);
  }
  if (wanted.kind === "map" && children.length === 1) {
    const [key, item] = (children[0]!.type.children as { type: DataType }[]).map((child, k) =>
      conversionOf(child.type, (k === 0 ? wanted.key : wanted.value).type),
    );
    if (!key && !item) return undefined;
    return (value) =>
      (value as [unknown, unknown][] | null)?.map(([k, v]) => [
        key ? key(k) : k,
        item ? item(v) : v,
      ]) ?? null;
  }
  if (wanted.kind !== "struct") return undefined;
  const fields = children.flatMap(({ name, type }) => {
    const field = Object.hasOwn(wanted.fields, name) ? wanted.fields[name] : undefined;
    const convert = field && conversionOf(type, field.type);
    return convert ? [[name, convert] as const] : [];
  });
  if (fields.length === 0) return undefined;
  return (value) =>
    value && {
      ...value,
      ...Object.fromEntries(
        fields.map(([name, convert]) => [name, convert((value as Record<string, unknown>)[name])]),
      ),
    };
}

/** The values of column data in the layout of a column; those that do not fit are reported. */
export function encoded(column: Column, data: Data, report: Report): Data {
  const encoder = encoderOf(column, { dictionaries: false, compile: true });
  const values = valuesFor(column, data);
  encoder.append(values, values.length, report);
  return encoder.finish();
}

function refusal(table: Table, { name, column }: Field): Report {
  return (row, value, problem, path = "") => {
    throw new CoreError(
      "CORE_INVALID_VALUE",
      `Row ${row} of a batch for table "${table.name}", column "${name}${path}": ${showValue(value)} ${problem}.`,
      {
        hint: `The column is ${describeType(column.type)}.`,
        details: { table: table.name, row, column: name + path },
      },
    );
  };
}

/** Whether two Arrow types have the same buffers and meaning; names of list and map children do not matter. */
function sameArrowType(a: DataType, b: DataType): boolean {
  if (a.typeId !== b.typeId) return false;
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  for (const key of [
    "bitWidth",
    "isSigned",
    "precision",
    "scale",
    "unit",
    "byteWidth",
    "listSize",
  ]) {
    if (left[key] !== right[key]) return false;
  }
  if (DataType.isTimestamp(a) && DataType.isTimestamp(b)) return !a.timezone === !b.timezone;
  const ours = (a.children ?? []) as { name: string; type: DataType; nullable: boolean }[];
  const theirs = (b.children ?? []) as typeof ours;
  const named = DataType.isStruct(a);
  return (
    ours.length === theirs.length &&
    ours.every((child, k) => {
      const other = theirs[k]!;
      return (
        (!named || child.name === other.name) &&
        (other.nullable || !child.nullable) &&
        sameArrowType(child.type, other.type)
      );
    })
  );
}

function mismatch(table: Table, column: string, message: string): CoreError {
  return new CoreError("CORE_SCHEMA_MISMATCH", message, {
    hint: `The columns of table "${table.name}" are ${table.fields
      .map(
        (field) =>
          `${field.name}: ${describeType(field.column.type)}${field.column.nullable ? " or null" : ""}`,
      )
      .join(", ")}.`,
    details: { table: table.name, column },
  });
}
