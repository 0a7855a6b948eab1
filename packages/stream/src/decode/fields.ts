import { type CoreError, parseJson, type Row, stringifyJson, type Table } from "@lakewright/core";
import type { CsvLayout, SourceRecord } from "../source.ts";
import { ragged } from "./csv.ts";
import { csvFields } from "./csv-fields.ts";
import { type Decoder, type Drop, drop, reject, Rejection } from "./decoder.ts";
import { atPath, isContainer } from "./json-path.ts";
import { payloadText } from "./text.ts";

/**
 * The fields of one record by name, whether it is JSON or CSV: what an application needs that maps files of many
 * shapes to one table.
 */
export interface RecordFields {
  readonly format: "json" | "csv";
  /** Names of the record as it stands there: the header of the CSV file, the members of the JSON object. */
  readonly names: readonly string[];
  /**
   * The value of a field: text in CSV, any JSON value in JSON (long numbers as bigint or Decimal, nothing rounded).
   * undefined where there is no such field. A name with dots leads into nested objects and arrays
   * ("customer.address.city", "lines.0.sku") where no field has that very name.
   */
  value(path: string): unknown;
  /**
   * The field as text: scalars as they are written, objects and arrays as JSON; undefined where there is no such field,
   * or it is null.
   */
  text(path: string): string | undefined;
}

/**
 * A reader of records of either file format; one that cannot be parted is a {@link Rejection}. Keep one a pipeline.
 * A record with a CSV layout is CSV, any other is one JSON object.
 */
export function fieldReader(): (record: SourceRecord) => RecordFields | Rejection {
  let layout: CsvLayout | undefined;
  let index = new Map<string, number>();
  return (record) => {
    const text = record.value === null ? undefined : payloadText(record.value);
    if (text === undefined) return reject("INVALID_ENCODING", "The record is no UTF-8 text.");
    if (record.csv === undefined) return jsonFields(text);
    if (record.csv !== layout) {
      layout = record.csv;
      index = new Map(layout.columns?.map((name, k) => [name, k]));
    }
    return partedFields(text, layout, index);
  };
}

/**
 * A decoder for records of either file format by a mapping of one's own. The mapping gives a row, `drop(…)` or
 * `reject(…)`; an error it throws makes the record a dead letter.
 *
 * @example decodeFields(orders, (field) => ({ id: field.text("order.id") ?? reject(…), … }))
 */
export function decodeFields<T extends Table>(
  table: T,
  map: (fields: RecordFields, record: SourceRecord) => Row<T> | Drop | Rejection,
): Decoder<Row<T>> {
  const read = fieldReader();
  return {
    table,
    decode: (record) => {
      if (record.value === null) return tombstone;
      const fields = read(record);
      return fields instanceof Rejection ? fields : map(fields, record);
    },
  };
}

const tombstone = drop("tombstone");

function partedFields(
  text: string,
  layout: CsvLayout,
  index: ReadonlyMap<string, number>,
): RecordFields | Rejection {
  const parted = csvFields(text, layout.delimiter, layout.quote);
  if (typeof parted === "string") return reject("INVALID_QUOTE", parted);
  const { fields } = parted;
  const names = layout.columns ?? fields.map((_, k) => String(k));
  if (fields.length !== names.length) return ragged(fields.length, names.length);
  const value = (name: string): string | undefined =>
    fields[index.get(name) ?? names.indexOf(name)];
  return { format: "csv", names, value, text: value };
}

function jsonFields(text: string): RecordFields | Rejection {
  let root: unknown;
  try {
    root = parseJson(text);
  } catch (error) {
    return reject("INVALID_JSON", (error as CoreError).message);
  }
  if (!isContainer(root) || Array.isArray(root)) {
    return reject("INVALID_JSON", "The record is no JSON object.");
  }
  const value = (path: string): unknown => atPath(root, path);
  return {
    format: "json",
    names: Object.keys(root),
    value,
    text: (path) => asText(value(path)),
  };
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return isContainer(value) ? stringifyJson(value) : String(value as string);
}
