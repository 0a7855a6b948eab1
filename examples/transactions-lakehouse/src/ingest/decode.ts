import {
  type CoreError,
  Decimal,
  defineTable,
  formatDate,
  floorDiv,
  nullable,
  parseJson,
  showValue,
  tableFromFields,
  utf8,
} from "@lakewright/core";
import { csv, type Decoder, Drop, reject, Rejection, type SourceRecord } from "@lakewright/stream";
import { amountOf } from "../mapping/amounts.ts";
import { type OurName, ourColumns, ourNames } from "../mapping/columns.ts";
import { reader } from "../mapping/json-paths.ts";
import type { InputPlan } from "../mapping/plan.ts";
import type { Transaction } from "./tables.ts";

/** A record as it came, and the transaction in it or why there is none. */
export interface Arrival {
  readonly record: SourceRecord;
  readonly transaction: Transaction | Rejection;
}

/** The values of a record by the names of the file. */
type ReadRecord = (record: SourceRecord) => ((name: string) => unknown) | Rejection;

/** Gives the value of one of our columns, or a rejection that names it. */
type ReadColumn = (value: (name: string) => unknown) => unknown;

const DAY_US = 86_400_000_000n;

/**
 * The one way into the job, for generated and real files alike. A record that cannot be used is not refused here: the
 * raw stream keeps it, and the flattened stream makes it a dead letter.
 */
export function transactionDecoder(plan: InputPlan): Decoder<Arrival> {
  const readRecord = plan.format === "csv" ? csvReader(plan) : jsonReader(plan);
  const columns = ourNames.map((ours) => [ours, columnReader(ours, plan)] as const);
  const decode = (record: SourceRecord): Transaction | Rejection => {
    const values = readRecord(record);
    if (values instanceof Rejection) return values;
    const row: Record<string, unknown> = {
      position: record.offset,
      line: BigInt(record.line ?? 0),
    };
    for (const [ours, read] of columns) {
      const value = read(values);
      if (value instanceof Rejection) return value;
      row[ours] = value;
    }
    return row as Transaction;
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

function columnReader(ours: OurName, plan: InputPlan): ReadColumn {
  const theirs = plan.columns.get(ours);
  if (theirs === undefined) {
    const constant = plan.constants.get(ours) ?? null;
    return () => constant;
  }
  const convert = converter(ours, theirs, plan);
  const missing =
    ours === "amount"
      ? reject("MISSING_VALUE", `column "${theirs}": the value is missing.`, theirs)
      : null;
  const { nullValues } = plan;
  return (values) => {
    const value = values(theirs);
    if (value === null || value === undefined || value === "") return missing;
    if (typeof value === "string" && nullValues.size > 0 && nullValues.has(value.trim()))
      return missing;
    return convert(value);
  };
}

function converter(ours: OurName, theirs: string, plan: InputPlan): (value: unknown) => unknown {
  const refuse = (value: unknown, problem: string): Rejection =>
    reject("INVALID_VALUE", `column "${theirs}": ${showValue(value)} ${problem}.`, theirs);
  switch (ourColumns[ours].kind) {
    case "amount":
      return (value) => {
        const amount = amountOf(value, plan.decimalSeparator);
        return typeof amount === "string" ? refuse(value, amount) : amount;
      };
    case "text":
      return (value) => {
        if (typeof value === "string") return value;
        return typeof value === "object" && !(value instanceof Decimal)
          ? refuse(value, "is no text")
          : String(value as number);
      };
    case "timestamp":
    case "day": {
      const parse = plan.dates.get(ours)!;
      const whole = ourColumns[ours].kind === "timestamp";
      return (value) => {
        const micros =
          typeof value === "object" || typeof value === "boolean"
            ? undefined
            : parse(String(value as string | number));
        if (micros === undefined) return refuse(value, "is no date in the format of the column");
        return whole ? micros : formatDate(Number(floorDiv(micros, DAY_US)));
      };
    }
  }
}
