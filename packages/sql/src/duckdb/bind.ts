import {
  type Column,
  type Decimal,
  type LogicalType,
  parseDate,
  parseTimestamp,
} from "@lakewright/core";
import { microsOf } from "../shared/micros.ts";
import { canonicalValue, typeOfParameter } from "../shared/parameter.ts";
import type { Parameter } from "../text.ts";
import type { Api, DuckDBType, DuckDBValue } from "./driver.ts";

/** Parameters as the driver binds them. */
export function bindings(
  api: Api,
  parameters: readonly Parameter[],
): { readonly values: DuckDBValue[]; readonly types: DuckDBType[] } {
  const values: DuckDBValue[] = [];
  const types: DuckDBType[] = [];
  parameters.forEach((parameter, k) => {
    const type = typeOfParameter(parameter, k + 1);
    if (type === undefined || parameter.value === null) {
      values.push(null);
      types.push(type === undefined ? api.SQLNULL : duckdbTypeOf(api, type));
      return;
    }
    values.push(toValue(api, type, canonicalValue(type, parameter.value, k + 1)));
    types.push(duckdbTypeOf(api, type));
  });
  return { values, types };
}

/** The driver's type of a logical type: what the dialect writes as text. */
export function duckdbTypeOf(api: Api, type: LogicalType): DuckDBType {
  switch (type.kind) {
    case "int8":
      return api.TINYINT;
    case "int16":
      return api.SMALLINT;
    case "int32":
      return api.INTEGER;
    case "int64":
      return api.BIGINT;
    case "uint8":
      return api.UTINYINT;
    case "uint16":
      return api.USMALLINT;
    case "uint32":
      return api.UINTEGER;
    case "uint64":
      return api.UBIGINT;
    case "float32":
      return api.FLOAT;
    case "float64":
      return api.DOUBLE;
    case "decimal":
      return api.DECIMAL(type.precision, type.scale);
    case "utf8":
    case "oneOf":
      return api.VARCHAR;
    case "binary":
      return api.BLOB;
    case "bool":
      return api.BOOLEAN;
    case "date":
      return api.DATE;
    case "timestamp":
      if (type.utc) return api.TIMESTAMPTZ;
      return type.unit === "ms" ? api.TIMESTAMP_MS : api.TIMESTAMP;
    case "list":
      return api.LIST(duckdbTypeOf(api, type.item.type));
    case "struct":
      return api.STRUCT(
        Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [name, duckdbTypeOf(api, field.type)]),
        ),
      );
    case "map":
      return api.MAP(duckdbTypeOf(api, type.key.type), duckdbTypeOf(api, type.value.type));
  }
}

function toValue(api: Api, type: LogicalType, value: unknown): DuckDBValue {
  if (value === null) return null;
  switch (type.kind) {
    case "decimal":
      return new api.DuckDBDecimalValue((value as Decimal).unscaled, type.precision, type.scale);
    case "binary":
      return new api.DuckDBBlobValue(value as Uint8Array);
    case "date":
      return new api.DuckDBDateValue(parseDate(value as string)!);
    case "timestamp":
      return timestampValue(api, type, value);
    case "list":
      return api.listValue(
        (value as readonly unknown[]).map((item) => toValue(api, type.item.type, item)),
      );
    case "struct":
      return api.structValue(
        Object.fromEntries(
          Object.entries(type.fields).map(([name, field]) => [
            name,
            toValue(api, field.type, (value as Record<string, unknown>)[name]),
          ]),
        ),
      );
    case "map":
      return api.mapValue(mapEntries(api, type.key, type.value, value));
    default:
      return value as DuckDBValue;
  }
}

function mapEntries(
  api: Api,
  key: Column,
  item: Column,
  value: unknown,
): { key: DuckDBValue; value: DuckDBValue }[] {
  return (value as readonly (readonly [unknown, unknown])[]).map(([k, v]) => ({
    key: toValue(api, key.type, k),
    value: toValue(api, item.type, v),
  }));
}

function timestampValue(
  api: Api,
  type: LogicalType & { readonly kind: "timestamp" },
  value: unknown,
): DuckDBValue {
  if (type.utc) return new api.DuckDBTimestampTZValue(microsOf(value as Date | bigint));
  const { micros } = parseTimestamp(value as string)!;
  return type.unit === "ms"
    ? new api.DuckDBTimestampMillisecondsValue(micros / 1000n)
    : new api.DuckDBTimestampValue(micros);
}
