import {
  type CoreError,
  Decimal,
  defineTable,
  nullable,
  parseJson,
  showValue,
  tableFromFields,
  utf8,
} from "@lakewright/core";
import { csv, type Decoder, Drop, reject, Rejection, type SourceRecord } from "@lakewright/stream";
import type { OurName } from "../mapping/columns.ts";
import { reader } from "../mapping/json-paths.ts";
import type { InputPlan } from "../mapping/plan.ts";
import { columnReaders } from "./columns.ts";
import type { DayFolder, FlattenedRow } from "./tables.ts";

/** A record as it came, and the transaction in it or why there is none. */
export interface Arrival {
  readonly record: SourceRecord;
  readonly transaction: FlattenedRow | Rejection;
}

/** Finds the values of a record by the names of the file. */
type FindValue = (name: string) => unknown;
type ReadRecord = (record: SourceRecord) => FindValue | Rejection;

/**
 * The one way into the job, for generated and real files alike. A record that cannot be used is not refused here: the
 * raw stream keeps it, and the flattened stream makes it a dead letter.
 *
 * @param day - the folder the rows go to
 */
export function transactionDecoder(plan: InputPlan, day: DayFolder): Decoder<Arrival> {
  const readRecord = plan.format === "csv" ? csvReader(plan) : jsonReader(plan);
  const read = columnReaders(plan);
  const decode = (record: SourceRecord): FlattenedRow | Rejection => {
    const find = readRecord(record);
    if (find instanceof Rejection) return find;
    let problem: Rejection | undefined;
    const value = <T>(column: OurName): T => {
      const found = read[column](find);
      if (found instanceof Rejection) problem ??= found;
      return found as T;
    };
    // A literal, because objects that grow key by key are slow to make by the hundred thousand.
    const row: FlattenedRow = {
      position: record.offset,
      line: BigInt(record.line ?? 0),
      transaction_id: value("transaction_id"),
      transaction_type: value("transaction_type"),
      amount: value("amount"),
      currency: value("currency"),
      payment_method: value("payment_method"),
      status: value("status"),
      created_at: value("created_at"),
      user_id: value("user_id"),
      user_name: value("user_name"),
      user_email: value("user_email"),
      user_phone: value("user_phone"),
      user_birth_date: value("user_birth_date"),
      user_country: value("user_country"),
      user_city: value("user_city"),
      product_id: value("product_id"),
      product_name: value("product_name"),
      product_category: value("product_category"),
      quantity: value("quantity"),
      unit_price: value("unit_price"),
      channel: value("channel"),
      ip: value("ip"),
      memo: value("memo"),
      year: day.year,
      month: day.month,
      day: day.day,
    };
    return problem ?? row;
  };
  return {
    // Every output has a table of its own; this one is never written.
    table: defineTable("arrivals", { arrival: utf8() }),
    decode: (record) => ({ record, transaction: decode(record) }),
  };
}

/** Values are text, and null where the field is empty and not quoted. */
function csvReader({ columns }: InputPlan): ReadRecord {
  const names = [...new Set(columns.values())];
  const table = tableFromFields(
    "fields",
    names.map((_, k) => ({ name: `f${k}`, column: nullable(utf8()) })),
  );
  const fieldOf = new Map(names.map((name, k) => [name, `f${k}`]));
  const decoder = csv(table, {
    columns: Object.fromEntries(names.map((name, k) => [`f${k}`, name])),
    extraColumns: "ignore",
  });
  return (record) => {
    const row = decoder.decode(record);
    if (row instanceof Rejection) return row;
    if (row instanceof Drop) return reject("EMPTY_RECORD", "The record is empty.");
    const fields = row as Record<string, unknown>;
    return (name) => fields[fieldOf.get(name)!];
  };
}

function jsonReader({ columns }: InputPlan): ReadRecord {
  const readers = new Map([...columns.values()].map((path) => [path, reader(path)]));
  return ({ value }) => {
    if (typeof value !== "string")
      return reject("INVALID_ENCODING", "The record is no text of the file's encoding.");
    let parsed: unknown;
    try {
      parsed = parseJson(value);
    } catch (error) {
      return reject("INVALID_JSON", (error as CoreError).message);
    }
    const isRecord =
      typeof parsed === "object" &&
      parsed !== null &&
      !Array.isArray(parsed) &&
      !(parsed instanceof Decimal);
    if (!isRecord) return reject("INVALID_JSON", `${showValue(parsed)} is no JSON object.`);
    return (name) => readers.get(name)!(parsed);
  };
}
