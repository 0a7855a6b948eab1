import { type Decimal, type LogicalType, parseTimestamp } from "@lakewright/core";
import { storableText } from "../dialects/mysql.ts";
import { SqlError } from "../errors.ts";
import { microsOf } from "../shared/micros.ts";
import { canonicalValue, typeOfParameter } from "../shared/parameter.ts";
import type { Parameter } from "../text.ts";
import { packedNumber } from "./wire/packets.ts";

export interface BoundParameters {
  /** Types by number, with the flag of unsigned ones. */
  readonly types: readonly number[];
  readonly values: readonly (Buffer | null)[];
}

const [LONG, DOUBLE, NULL, LONGLONG, DATETIME] = [3, 5, 6, 8, 12];
const [DECIMAL, BLOB, VAR_STRING] = [246, 252, 253];
const UNSIGNED = 0x8000;

/** Parameters in the binary format: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html */
export function bindings(parameters: readonly Parameter[]): BoundParameters {
  const types: number[] = [];
  const values: (Buffer | null)[] = [];
  parameters.forEach((parameter, k) => {
    const type = typeOfParameter(parameter, k + 1);
    if (type === undefined || parameter.value === null) {
      types.push(NULL);
      values.push(null);
    } else {
      const value = canonicalValue(type, parameter.value, k + 1);
      types.push(numberOf(type, k + 1));
      values.push(encode(type, value, k + 1));
    }
  });
  return { types, values };
}

function numberOf(type: LogicalType, index: number): number {
  switch (type.kind) {
    case "bool":
    case "int8":
    case "int16":
    case "int32":
      return LONG;
    case "int64":
      return LONGLONG;
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
      return LONGLONG | UNSIGNED;
    case "float32":
    case "float64":
      return DOUBLE;
    case "decimal":
      return DECIMAL;
    case "binary":
      return BLOB;
    case "timestamp":
      return DATETIME;
    case "utf8":
    case "oneOf":
    // A day as text is compared with a day.
    case "date":
      return VAR_STRING;
    default:
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Parameter $${index} is a ${type.kind}, which MySQL has not.`,
        {
          hint: "Bind its items one by one, or the whole as JSON text.",
          details: { parameter: index },
        },
      );
  }
}

function encode(type: LogicalType, value: unknown, index: number): Buffer {
  switch (type.kind) {
    case "utf8":
    case "oneOf":
      return sized(Buffer.from(storableText(value as string)));
    case "date":
      return sized(Buffer.from(value as string));
    case "decimal":
      return sized(Buffer.from((value as Decimal).toString()));
    case "binary":
      return sized(value as Uint8Array);
    case "float32":
    case "float64":
      return double(value as number, index);
    case "timestamp":
      return moment(readingOf(value as Date | bigint | string), index);
    case "bool":
    case "int8":
    case "int16":
    case "int32": {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(Number(value));
      return bytes;
    }
    default: {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value as number | bigint)));
      return bytes;
    }
  }
}

function sized(bytes: Uint8Array): Buffer {
  return Buffer.concat([packedNumber(bytes.length), bytes]);
}

function double(value: number, index: number): Buffer {
  if (!Number.isFinite(value)) {
    throw new SqlError("SQL_UNSUPPORTED", `Parameter $${index} is ${value}, which MySQL has not.`, {
      hint: "A DOUBLE is a finite number: bind null.",
      details: { parameter: index },
    });
  }
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** Microseconds since 1970 of an instant, or of the reading of a clock as if it were in UTC. */
function readingOf(value: Date | bigint | string): bigint {
  return typeof value === "string" ? parseTimestamp(value)!.micros : microsOf(value);
}

const MICROS_PER_DAY = 86_400_000_000n;
const [FIRST_MICROS, LAST_MICROS] = [-62_167_219_200_000_000n, 253_402_300_799_999_999n];

function moment(micros: bigint, index: number): Buffer {
  if (micros < FIRST_MICROS || micros > LAST_MICROS) {
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `Parameter $${index}: ${micros} µs since 1970 is outside the years 0 to 9999 of MySQL.`,
      { details: { parameter: index } },
    );
  }
  const ofDay = ((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const day = new Date(Number((micros - ofDay) / 1000n));
  const seconds = Number(ofDay / 1_000_000n);
  const bytes = Buffer.alloc(12);
  bytes[0] = 11;
  bytes.writeUInt16LE(day.getUTCFullYear(), 1);
  bytes[3] = day.getUTCMonth() + 1;
  bytes[4] = day.getUTCDate();
  bytes[5] = Math.floor(seconds / 3600);
  bytes[6] = Math.floor(seconds / 60) % 60;
  bytes[7] = seconds % 60;
  bytes.writeUInt32LE(Number(ofDay % 1_000_000n), 8);
  return bytes;
}
