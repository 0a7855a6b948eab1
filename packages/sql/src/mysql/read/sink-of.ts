import * as arrow from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { ColumnDefinition } from "../wire/columns.ts";
import type { ColumnSink } from "./column-sink.ts";
import { DecimalSink } from "./decimals.ts";
import { BitsSink, BoolSink, FixedSink, NarrowSink } from "./fixed.ts";
import { TextSink } from "./text.ts";
import { DateSink, MomentSink } from "./times.ts";

/** The collation of bytes. */
const BINARY = 63;
/** An integer that an expression declares to have no more digits than this, and a sign, fits in 32 bits. */
const NARROW_LENGTH = 10;

/**
 * The sink of a result column.
 *
 * @throws SqlError SQL_UNSUPPORTED for a type no table column holds.
 */
export function sinkOf(column: ColumnDefinition): ColumnSink {
  const { name, unsigned, type, length, decimals } = column;
  switch (type) {
    case TYPE.tiny:
      // BOOLEAN is another name of TINYINT(1).
      if (length === 1) return new BoolSink(new arrow.Bool(), false);
      return unsigned
        ? new FixedSink(new arrow.Uint8(), Uint8Array)
        : new FixedSink(new arrow.Int8(), Int8Array);
    case TYPE.short:
    case TYPE.year:
      return unsigned
        ? new FixedSink(new arrow.Uint16(), Uint16Array)
        : new FixedSink(new arrow.Int16(), Int16Array);
    case TYPE.int24:
    case TYPE.long:
      return unsigned && type === TYPE.long
        ? new FixedSink(new arrow.Uint32(), Uint32Array)
        : new FixedSink(new arrow.Int32(), Int32Array);
    case TYPE.longlong:
      if (unsigned) return new FixedSink(new arrow.Uint64(), BigUint64Array);
      // MySQL calculates with 64 bits whatever it is given; MariaDB says itself where 32 do.
      return column.origin === "" && length <= NARROW_LENGTH
        ? new NarrowSink(new arrow.Int32(), (value) => tooWide(name, value))
        : new FixedSink(new arrow.Int64(), BigInt64Array);
    case TYPE.float:
      return new FixedSink(new arrow.Float32(), Float32Array);
    case TYPE.double:
      return new FixedSink(new arrow.Float64(), Float64Array);
    case TYPE.decimal:
    case TYPE.newDecimal: {
      // The length counts the sign and the point.
      const digits = length - (unsigned ? 0 : 1) - (decimals > 0 ? 1 : 0);
      return new DecimalSink(name, digits, decimals);
    }
    case TYPE.date:
    case TYPE.newDate:
      return new DateSink(name, new arrow.DateDay());
    case TYPE.datetime:
    case TYPE.timestamp:
      return new MomentSink(name, new arrow.TimestampMicrosecond("UTC"));
    case TYPE.bit:
      return length === 1
        ? new BoolSink(new arrow.Bool(), true)
        : new BitsSink(new arrow.Uint64(), BigUint64Array);
    case TYPE.json:
    case TYPE.nothing:
      return new TextSink(new arrow.Utf8());
    case TYPE.enum:
    case TYPE.set:
    case TYPE.varchar:
    case TYPE.tinyBlob:
    case TYPE.mediumBlob:
    case TYPE.longBlob:
    case TYPE.blob:
    case TYPE.varString:
    case TYPE.string:
      return new TextSink(
        column.collation === BINARY && column.special === undefined
          ? new arrow.Binary()
          : new arrow.Utf8(),
      );
    default:
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Column "${name}" is a ${OTHERS[type] ?? `type ${type}`}, which no table column holds exactly.`,
        {
          hint: "Take it as text in the query: CAST(… AS CHAR), ST_AsText(…), VECTOR_TO_STRING(…).",
          details: { column: name },
        },
      );
  }
}

/** https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const TYPE = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  nothing: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  datetime: 12,
  year: 13,
  newDate: 14,
  varchar: 15,
  bit: 16,
  json: 245,
  newDecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
} as const;

const OTHERS: Readonly<Record<number, string>> = { 11: "TIME", 242: "VECTOR", 255: "GEOMETRY" };

function tooWide(column: string, value: bigint): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    `Column "${column}" has ${value}, and its expression declares fewer digits.`,
    {
      hint: "Say in the query what it holds: cast it to DECIMAL(20).",
      details: { column },
    },
  );
}
