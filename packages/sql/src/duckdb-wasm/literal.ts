import { formatMicros, type LogicalType } from "@lakewright/core";
import { duckdbDialect } from "../dialects/duckdb.ts";
import type { Statement } from "../duckdb/seat.ts";
import { microsOf } from "../shared/micros.ts";
import { canonicalValue, typeOfParameter } from "../shared/parameter.ts";

/**
 * The statement with its values in it as literals. duckdb-wasm binds parameters as JSON, which would make floats of
 * decimals and lose bytes; a literal of the dialect is exact, and quoted as strictly as a parameter is kept apart.
 */
export function withLiterals({ text, parameters }: Statement): string {
  if (parameters.length === 0) return text;
  const literals = parameters.map((parameter, k) => {
    const type = typeOfParameter(parameter, k + 1);
    if (type === undefined || parameter.value === null) return "NULL";
    return literal(
      type,
      canonicalValue(type, parameter.value, k + 1),
      parameter.type === undefined,
    );
  });
  return replacePlaceholders(text, literals);
}

/** Placeholders stand outside quotes and comments; what looks like one inside is the text of somebody. */
function replacePlaceholders(text: string, literals: readonly string[]): string {
  return text.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g,
    (found, index: string | undefined) =>
      index === undefined ? found : (literals[Number(index) - 1] ?? found),
  );
}

function literal(type: LogicalType, value: unknown, bare: boolean): string {
  if (value === null) return "NULL";
  const cast = (text: string): string =>
    `CAST(${text} AS ${duckdbDialect.columnType({ type, nullable: true })})`;
  switch (type.kind) {
    case "utf8":
    case "oneOf": {
      const text = duckdbDialect.literal(value);
      return bare ? text : cast(text);
    }
    case "timestamp":
      return cast(duckdbDialect.literal(timeText(type, value)));
    case "date":
      return cast(duckdbDialect.literal(eraText(value as string)));
    case "list":
      return cast(
        `[${(value as readonly unknown[]).map((item) => literal(type.item.type, item, false)).join(", ")}]`,
      );
    case "struct": {
      const fields = Object.entries(type.fields).map(
        ([name, field]) =>
          `${duckdbDialect.literal(name)}: ${literal(field.type, (value as Record<string, unknown>)[name], false)}`,
      );
      return cast(`{${fields.join(", ")}}`);
    }
    case "map": {
      const entries = value as readonly (readonly [unknown, unknown])[];
      const keys = entries.map(([key]) => literal(type.key.type, key, false));
      const values = entries.map(([, item]) => literal(type.value.type, item, false));
      return cast(`MAP([${keys.join(", ")}], [${values.join(", ")}])`);
    }
    case "binary":
    case "bool":
      return duckdbDialect.literal(value);
    case "float32":
    case "float64":
      return cast(`'${Object.is(value, -0) ? "-0.0" : String(value)}'`);
    default:
      return cast(`'${String(value)}'`);
  }
}

function timeText(type: LogicalType & { readonly kind: "timestamp" }, value: unknown): string {
  if (!type.utc) return eraText(value as string);
  return `${eraText(formatMicros(microsOf(value as Date | bigint)))}+00`;
}

const EXPANDED = /^([+-]\d{6}|0000)(-\d\d-\d\d)(.*)$/;

/** ISO text as DuckDB reads it: years beyond 9999 without a sign, those before 1 marked. */
function eraText(text: string): string {
  const match = EXPANDED.exec(text);
  if (match === null) return text;
  const year = Number(match[1]);
  const digits = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${digits}${match[2]}${year > 0 ? "" : " (BC)"}${match[3]}`;
}
