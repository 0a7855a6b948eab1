import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { ValueWriter } from "./buffer.ts";
import { fixed } from "./numbers.ts";

/** Postgres counts from 2000-01-01. */
const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = 946_684_800_000_000n;
/** 4714-11-24 BC, and the first values after the last: MIN_TIMESTAMP, END_TIMESTAMP in timestamp.h. */
const FIRST_DAY = -2_451_545;
const FIRST_MICROS = -211_813_488_000_000_000n;
const END_MICROS = 9_223_371_331_200_000_000n;

export function dateWriter(data: Data, column: string): ValueWriter {
  const days = data.values as Int32Array;
  return (out, i) => {
    const day = days[i]! - EPOCH_DAYS;
    if (day < FIRST_DAY) throw tooEarly(column, `day ${days[i]} since 1970`);
    fixed(out, 4).setInt32(out.length - 4, day);
  };
}

export function timestampWriter(data: Data, unit: "ms" | "us", column: string): ValueWriter {
  const values = data.values as BigInt64Array;
  const factor = unit === "ms" ? 1000n : 1n;
  return (out, i) => {
    const micros = values[i]! * factor - EPOCH_MICROS;
    if (micros < FIRST_MICROS || micros >= END_MICROS) {
      throw tooEarly(column, `${values[i]} ${unit} since 1970`);
    }
    fixed(out, 8).setBigInt64(out.length - 8, micros);
  };
}

function tooEarly(column: string, value: string): SqlError {
  return new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${column}": ${value} is outside the times of Postgres, 4714 BC to 294276.`,
    { details: { column } },
  );
}
