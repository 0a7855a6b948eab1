import * as arrow from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { Api, DuckDBType } from "../driver.ts";
import { EnumSink, enumSpelling, SpelledSink, uuidSpelling } from "./coded.ts";
import { BoolSink, DecimalSink, FixedSink, TimeSink } from "./fixed.ts";
import { ArraySink, ListSink, StructSink } from "./nested.ts";
import type { ColumnSink } from "./sink.ts";
import { TextSink } from "./text.ts";

/**
 * The sink of a result column; `path` names it in errors.
 *
 * @throws SqlError SQL_UNSUPPORTED for a type no table column holds.
 */
export function sinkOf(api: Api, type: DuckDBType, path: string, nested = false): ColumnSink {
  const T = api.DuckDBTypeId;
  const inner = (child: DuckDBType, step: string): ColumnSink =>
    sinkOf(api, child, path + step, true);
  switch (type.typeId) {
    case T.BOOLEAN:
      return new BoolSink(new arrow.Bool());
    case T.TINYINT:
      return new FixedSink(new arrow.Int8(), Int8Array);
    case T.SMALLINT:
      return new FixedSink(new arrow.Int16(), Int16Array);
    case T.INTEGER:
    case T.SQLNULL:
      return new FixedSink(new arrow.Int32(), Int32Array);
    case T.BIGINT:
      return new FixedSink(new arrow.Int64(), BigInt64Array);
    case T.UTINYINT:
      return new FixedSink(new arrow.Uint8(), Uint8Array);
    case T.USMALLINT:
      return new FixedSink(new arrow.Uint16(), Uint16Array);
    case T.UINTEGER:
      return new FixedSink(new arrow.Uint32(), Uint32Array);
    case T.UBIGINT:
      return new FixedSink(new arrow.Uint64(), BigUint64Array);
    case T.HUGEINT:
      return new DecimalSink(path, 38, 0, 16);
    case T.FLOAT:
      return new FixedSink(new arrow.Float32(), Float32Array);
    case T.DOUBLE:
      return new FixedSink(new arrow.Float64(), Float64Array);
    case T.DECIMAL:
      return new DecimalSink(path, type.width, type.scale, decimalBytes(type.width));
    case T.DATE:
      return new TimeSink(path, new arrow.DateDay(), Int32Array);
    case T.TIMESTAMP:
      return new TimeSink(path, new arrow.TimestampMicrosecond(null), BigInt64Array);
    case T.TIMESTAMP_TZ:
      return new TimeSink(path, new arrow.TimestampMicrosecond("UTC"), BigInt64Array);
    case T.TIMESTAMP_S:
      return new TimeSink(path, new arrow.TimestampSecond(null), BigInt64Array);
    case T.TIMESTAMP_MS:
      return new TimeSink(path, new arrow.TimestampMillisecond(null), BigInt64Array);
    case T.TIMESTAMP_NS:
      return new TimeSink(path, new arrow.TimestampNanosecond(null), BigInt64Array);
    case T.VARCHAR:
      return new TextSink(new arrow.Utf8());
    case T.BLOB:
      return new TextSink(new arrow.Binary());
    case T.ENUM:
      return nested ? new SpelledSink(enumSpelling(type.values)) : new EnumSink(type.values);
    case T.UUID:
      return new SpelledSink(uuidSpelling);
    case T.LIST:
      return new ListSink(inner(type.valueType, "[]"), false);
    case T.ARRAY:
      return new ArraySink(inner(type.valueType, "[]"), type.length);
    case T.STRUCT:
      return new StructSink(
        type.entryNames,
        type.entryTypes.map((child, k) => inner(child, `.${type.entryNames[k]}`)),
      );
    case T.MAP: {
      const entries = [inner(type.keyType, ".key"), inner(type.valueType, ".value")];
      return new ListSink(new StructSink(["key", "value"], entries, true), true);
    }
    default:
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Column "${path}" has the type ${String(type)}, which no table column holds exactly.`,
        { hint: "Cast it in the query, to VARCHAR for one.", details: { column: path } },
      );
  }
}

/** Bytes DuckDB stores a decimal of that many digits in. */
export function decimalBytes(precision: number): 2 | 4 | 8 | 16 {
  return precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
}
