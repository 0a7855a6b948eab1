import { type CoreError, parseJson, type Row, showValue, type Table } from "@lakewright/core";
import { checkOneOf, checkOptions, invalidOption } from "../options.ts";
import type { SourceRecord } from "../source.ts";
import { type Decoder, drop, reject } from "./decoder.ts";
import { Misfit, objectFromJson } from "./json-values.ts";
import { payloadText } from "./text.ts";

export interface JsonOptions<Name extends string = string> {
  /** Where the value of a column is, if not under its name: `{ city: "customer.address.city" }`. */
  readonly columns?: { readonly [N in Name]?: string | undefined } | undefined;
  /** A field that is no column: makes the record a dead letter (the default), or is left out. */
  readonly unknownFields?: "reject" | "ignore" | undefined;
  /** Unit of JSON numbers since 1970 in timestamp columns. Default: numbers are refused, ISO text is read. */
  readonly numericTimestamps?: "s" | "ms" | "us" | undefined;
}

const tombstone = drop("tombstone");

/**
 * Reads JSON objects, one a record, without losing a digit: an integer or decimal column takes numbers of any length,
 * or text with digits; dates and timestamps are ISO text, binary is base64, maps are objects or arrays of pairs.
 * A nullable column may be left out. A record without a payload is dropped as "tombstone".
 *
 * @throws StreamError STREAM_INVALID_OPTION.
 */
export function json<T extends Table>(
  table: T,
  options: JsonOptions<Extract<keyof T["columns"], string>> = {},
): Decoder<Row<T>> {
  checkOptions("json", options, ["columns", "unknownFields", "numericTimestamps"]);
  checkOneOf("json unknownFields", options.unknownFields, ["reject", "ignore"]);
  checkOneOf("json numericTimestamps", options.numericTimestamps, ["s", "ms", "us"]);
  const { unknownFields = "reject", numericTimestamps } = options;
  const paths = options.columns as Readonly<Record<string, string | undefined>> | undefined;
  for (const name of Object.keys(paths ?? {})) {
    if (Object.hasOwn(table.columns, name)) continue;
    throw invalidOption(`json columns: table "${table.name}" has no column "${name}".`);
  }
  const fields = table.fields.map(({ name, column }) => ({ name, column, path: paths?.[name] }));
  const convert = objectFromJson(fields, { unknownFields, numericTimestamps });
  return {
    table,
    decode: ({ value }: SourceRecord) => {
      if (value === null) return tombstone;
      const text = payloadText(value);
      if (text === undefined) return reject("INVALID_ENCODING", "The payload is no UTF-8.");
      let parsed: unknown;
      try {
        parsed = parseJson(text);
      } catch (error) {
        return reject("INVALID_JSON", (error as CoreError).message);
      }
      const row = convert(parsed);
      return row instanceof Misfit ? rejected(row, table) : (row as Row<T>);
    },
  };
}

function rejected({ value, problem, path }: Misfit, table: Table): ReturnType<typeof reject> {
  if (path === "") return reject("INVALID_JSON", `${showValue(value)} ${problem}.`);
  if (problem === "is in no column") {
    const reason = `field "${path}": table "${table.name}" has no such column; set unknownFields to "ignore" to leave it out.`;
    return reject("UNKNOWN_FIELD", reason, path);
  }
  if (value === undefined)
    return reject("MISSING_VALUE", `column "${path}": the value is missing.`, path);
  return reject("INVALID_VALUE", `column "${path}": ${showValue(value)} ${problem}.`, path);
}
