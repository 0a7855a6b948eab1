import { type ParsedText, type Row, showValue, type Table } from "@lakewright/core";
import { StreamError } from "../errors.ts";
import { checkOneOf, checkOptions, invalidOption } from "../options.ts";
import type { CsvLayout, SourceRecord } from "../source.ts";
import { csvFields } from "./csv-fields.ts";
import { type Decoder, drop, reject, type Rejection } from "./decoder.ts";
import { payloadText } from "./text.ts";
import { type TextFormats, textReader } from "./text-reader.ts";

export interface CsvOptions<Name extends string = string> extends TextFormats {
  /** The name in the header by column, where they differ: `{ amount: "Betrag" }`. */
  readonly columns?: { readonly [N in Name]?: string | undefined } | undefined;
  /** What stands for null, unquoted, in a nullable column. Default `[""]`. */
  readonly nullValues?: readonly string[] | undefined;
  /** A name in the header that is no column: stops the pipeline (the default), or is left out. */
  readonly extraColumns?: "reject" | "ignore" | undefined;
}

const KNOWN = ["columns", "nullValues", "extraColumns", "dateFormats", "decimalSeparator"];

/** Options of a file's CSV that are looked for here. */
const OF_FILE = ["delimiter", "quote", "header"];

interface FieldPlan {
  readonly name: string;
  /** Position of the field in a record; -1 where the file has none. */
  readonly index: number;
  readonly nullable: boolean;
  readonly isText: boolean;
  readonly read: (text: string) => ParsedText;
}

const tombstone = drop("tombstone");

/**
 * Reads CSV records by the names in the header of their file, in any order; where there is no header (or the records
 * are messages) the columns of the table stand in order. Fields are parted by RFC 4180, with the delimiter and quote
 * the source was told. An empty unquoted field is null in a nullable column and empty text in a text column.
 *
 * @throws StreamError STREAM_INVALID_OPTION; while it runs STREAM_CSV_HEADER where a header lacks a column that is not
 * nullable, or has one more.
 */
export function csv<T extends Table>(
  table: T,
  options: CsvOptions<Extract<keyof T["columns"], string>> = {},
): Decoder<Row<T>> {
  const ofFile = OF_FILE.find((name) => Object.hasOwn(options, name));
  if (ofFile !== undefined) {
    throw invalidOption(
      `csv has no option "${ofFile}": how fields are parted belongs to the file.`,
      `Give it to the source: fileSource(path, { csv: { ${ofFile}: … } }).`,
    );
  }
  checkOptions("csv", options, KNOWN);
  checkOneOf("csv extraColumns", options.extraColumns, ["reject", "ignore"]);
  const { nullValues = [""], extraColumns = "reject" } = options;
  const names = options.columns as Readonly<Record<string, string | undefined>> | undefined;
  for (const name of Object.keys(names ?? {})) {
    if (Object.hasOwn(table.columns, name)) continue;
    throw invalidOption(`csv columns: table "${table.name}" has no column "${name}".`);
  }
  const fields = table.fields.map(({ name, column }) => ({
    name,
    theirs: names?.[name] ?? name,
    nullable: column.nullable,
    isText: column.type.kind === "utf8",
    read: textReader(column.type, options),
  }));
  const unnamed = layoutOf(fields.map(({ theirs }) => theirs));
  let planned: CsvLayout | undefined;
  let plan: readonly FieldPlan[] = [];
  const planFor = (layout: CsvLayout): void => {
    const columns = layout.columns ?? unnamed.columns!;
    const theirs = new Set(fields.map((field) => field.theirs));
    const extra = columns.filter((name) => !theirs.has(name));
    if (extra.length > 0 && extraColumns === "reject") throw extraInHeader(layout, table, extra);
    plan = fields.map((field) => ({ ...field, index: columns.indexOf(field.theirs) }));
    const missing = fields.filter((field, k) => plan[k]!.index < 0 && !field.nullable);
    if (missing.length > 0) throw missingInHeader(layout, table, missing);
    planned = layout;
  };
  return {
    table,
    decode: (record: SourceRecord) => {
      if (record.value === null) return tombstone;
      const text = payloadText(record.value);
      if (text === undefined) return reject("INVALID_ENCODING", "The record is no UTF-8.");
      const layout = record.csv ?? unnamed;
      if (layout !== planned) planFor(layout);
      const parted = csvFields(text, layout.delimiter, layout.quote);
      if (typeof parted === "string") return reject("INVALID_QUOTE", parted);
      const width = (layout.columns ?? unnamed.columns!).length;
      if (parted.fields.length !== width) return ragged(parted.fields.length, width);
      const row: Record<string, unknown> = {};
      for (let k = 0; k < plan.length; k++) {
        const { name, index, nullable, isText, read } = plan[k]!;
        const field = index < 0 ? "" : parted.fields[index]!;
        if (nullable && (index < 0 || (nullValues.includes(field) && !parted.quoted?.[index]))) {
          row[name] = null;
        } else if (isText) {
          row[name] = field;
        } else {
          const value = read(field);
          if (!value.ok) return misfit(name, field, value.problem);
          row[name] = value.value;
        }
      }
      return row as Row<T>;
    },
  };
}

function layoutOf(columns: readonly string[]): CsvLayout {
  return { source: "", columns, delimiter: ",", quote: '"' };
}

/** A record that has more or fewer fields than the header. */
export function ragged(fields: number, columns: number): Rejection {
  return reject("RAGGED_ROW", `The record has ${fields} fields, and there are ${columns} columns.`);
}

function misfit(name: string, field: string, problem: string): Rejection {
  return field === ""
    ? reject("MISSING_VALUE", `column "${name}": the field is empty.`, name)
    : reject("INVALID_VALUE", `column "${name}": ${showValue(field)} ${problem}.`, name);
}

function missingInHeader(
  layout: CsvLayout,
  table: Table,
  missing: readonly { readonly name: string; readonly theirs: string }[],
): StreamError {
  const names = missing.map(({ name, theirs }) =>
    name === theirs ? `"${name}"` : `"${theirs}" (for "${name}")`,
  );
  const what = `lacks ${names.join(", ")}, which table "${table.name}" needs`;
  return header(
    layout,
    table,
    what,
    "Names are compared letter by letter: look for another delimiter, or map them with columns.",
  );
}

function extraInHeader(layout: CsvLayout, table: Table, extra: readonly string[]): StreamError {
  const what = `has ${extra.map((name) => `"${name}"`).join(", ")}, which table "${table.name}" has not`;
  return header(layout, table, what, 'Map them with columns, or set extraColumns to "ignore".');
}

function header(layout: CsvLayout, table: Table, what: string, hint: string): StreamError {
  const { source, columns = [] } = layout;
  const subject = source === "" ? "The header" : `The header of file ${source}`;
  const found = columns.join(layout.delimiter === "\t" ? " | " : layout.delimiter);
  return new StreamError("STREAM_CSV_HEADER", `${subject} ${what}; it is: ${found}.`, {
    hint,
    details: { source, table: table.name, columns },
  });
}
