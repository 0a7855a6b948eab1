import { type Data, DataType, type RecordBatch, type Schema } from "apache-arrow";
import { validityOf } from "@lakewright/core";
import { SqlError } from "../errors.ts";

/** @throws SqlError SQL_UNSUPPORTED for a type no table column holds, or a name that comes twice. */
export function assertColumns({ fields }: Schema): void {
  const names = fields.map((field) => field.name);
  const twin = names.find((name, k) => names.indexOf(name) !== k);
  if (twin !== undefined) {
    throw new SqlError("SQL_UNSUPPORTED", `The result has two columns named "${twin}".`, {
      hint: "Name one otherwise in the query: … AS other_name.",
      details: { column: twin },
    });
  }
  for (const { name, type } of fields) {
    // UHUGEINT comes as 16 bytes.
    const is =
      DataType.isInterval(type) || DataType.isTime(type) || DataType.isFixedSizeBinary(type);
    if (!is) continue;
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `Column "${name}" has the type ${String(type)}, which no table column holds exactly.`,
      { hint: "Cast it in the query, to VARCHAR for one.", details: { column: name } },
    );
  }
}

/** @throws SqlError SQL_UNSUPPORTED for an infinite date or timestamp, or an integer of more than 38 digits. */
export function assertExact(batch: RecordBatch): void {
  batch.schema.fields.forEach(({ name }, k) => check(batch.data.children[k]!, name));
}

function check(data: Data, column: string): void {
  const { type } = data;
  for (const child of data.children) check(child, column);
  if (DataType.isDate(type)) {
    const days = data.values as Int32Array;
    refuse(data, column, (i) => days[i] === 0x7fff_ffff || days[i]! <= -0x7fff_ffff, infinite);
  } else if (DataType.isTimestamp(type)) {
    const words = wordsOf(data, 2);
    const isInfinite = (i: number): boolean => {
      const high = words[2 * i + 1]!;
      return high === 0x7fff_ffff ? words[2 * i] === -1 : high === -0x8000_0000;
    };
    refuse(data, column, isInfinite, infinite);
  } else if (DataType.isDecimal(type) && type.precision === 38 && type.scale === 0) {
    const words = wordsOf(data, 4);
    const limit = Number((10n ** 38n) >> 96n);
    refuse(data, column, (i) => Math.abs(words[4 * i + 3]!) >= limit, tooLong);
  }
}

function wordsOf({ values }: Data, each: number): Int32Array {
  const { buffer, byteOffset, byteLength } = values as Uint8Array;
  return new Int32Array(buffer, byteOffset, Math.floor(byteLength / 4 / each) * each);
}

function refuse(
  data: Data,
  column: string,
  isBad: (i: number) => boolean,
  error: (column: string) => SqlError,
): void {
  const isValid = validityOf(data);
  for (let i = 0; i < data.length; i++) if (isBad(i) && isValid(i)) throw error(column);
}

function infinite(column: string): SqlError {
  return new SqlError("SQL_UNSUPPORTED", `Column "${column}" has an infinite date or timestamp.`, {
    hint: "Leave such rows out with isfinite(…), or make them null with nullif(…, 'infinity').",
    details: { column },
  });
}

function tooLong(column: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    `Column "${column}" has an integer of more than 38 digits.`,
    {
      hint: "Cast the column to VARCHAR, or to DOUBLE where digits may be lost.",
      details: { column },
    },
  );
}
