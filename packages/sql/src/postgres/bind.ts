import { type Decimal, formatMicros, type LogicalType } from "@lakewright/core";
import { storableText } from "../dialects/postgres.ts";
import { microsOf } from "../shared/micros.ts";
import { canonicalValue, typeOfParameter } from "../shared/parameter.ts";
import type { Parameter } from "../text.ts";
import type { Text } from "./driver.ts";

export interface BoundParameters {
  readonly values: readonly (Text | Buffer)[];
  /** Types by number; 0 leaves it to the server. */
  readonly types: readonly number[];
}

/** Parameters as the server takes them: text, but for bytes. */
export function bindings(parameters: readonly Parameter[]): BoundParameters {
  const values: (Text | Buffer)[] = [];
  const types: number[] = [];
  parameters.forEach((parameter, k) => {
    const type = typeOfParameter(parameter, k + 1);
    // With a type of its own the placeholder is a cast, from which the server knows.
    types.push(type === undefined || parameter.type !== undefined ? 0 : numberOf(type));
    if (type === undefined || parameter.value === null) values.push(null);
    else values.push(encode(type, canonicalValue(type, parameter.value, k + 1)));
  });
  return { values, types };
}

/**
 * The type of a value that came without one. Text has none, as a literal has none in SQL: compared with a date, an enum
 * or a uuid it is one.
 */
function numberOf(type: LogicalType): number {
  switch (type.kind) {
    case "bool":
      return 16;
    case "binary":
      return 17;
    case "int64":
      return 20;
    case "int32":
      return 23;
    case "float64":
      return 701;
    case "timestamp":
      return 1184;
    case "uint64":
    case "decimal":
      return 1700;
    case "list":
      return ARRAYS.get(numberOf(type.item.type)) ?? 0;
    default:
      return 0;
  }
}

const ARRAYS: ReadonlyMap<number, number> = new Map([
  [0, 1009],
  [16, 1000],
  [17, 1001],
  [20, 1016],
  [23, 1007],
  [701, 1022],
  [1184, 1185],
  [1700, 1231],
]);

function encode(type: LogicalType, value: unknown): Text | Buffer {
  return type.kind === "binary" ? Buffer.from(value as Uint8Array) : textOf(type, value);
}

function textOf(type: LogicalType, value: unknown): string {
  switch (type.kind) {
    case "utf8":
    case "oneOf":
      return storableText(value as string);
    case "binary":
      return `\\x${Buffer.from(value as Uint8Array).toString("hex")}`;
    case "float32":
    case "float64":
      return Object.is(value, -0) ? "-0" : String(value);
    case "decimal":
      return (value as Decimal).toString();
    case "date":
      return eraText(value as string);
    case "timestamp": {
      if (!type.utc) return eraText(value as string);
      return eraText(`${formatMicros(microsOf(value as Date | bigint))}+00`);
    }
    case "list": {
      const { type: inner } = type.item;
      const items = (value as readonly unknown[]).map((item) =>
        item === null ? "NULL" : `"${textOf(inner, item).replace(/["\\]/g, "\\$&")}"`,
      );
      return `{${items.join(",")}}`;
    }
    default:
      return String(value);
  }
}

const EXPANDED = /^([+-]\d{6}|0000)(-\d\d-\d\d)(.*)$/;

/** ISO text as Postgres reads it: years beyond 9999 without a sign, the year 0 as 1 BC. */
function eraText(text: string): string {
  const match = EXPANDED.exec(text);
  if (match === null) return text;
  const year = Number(match[1]);
  const digits = String(year > 0 ? year : 1 - year).padStart(4, "0");
  return `${digits}${match[2]}${match[3]}${year > 0 ? "" : " BC"}`;
}
