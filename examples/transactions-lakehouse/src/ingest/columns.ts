import { Decimal, floorDiv, formatDate, parseDate, showValue } from "@lakewright/core";
import { reject, type Rejection } from "@lakewright/stream";
import { amountOf } from "../mapping/amounts.ts";
import { type OurName, ourColumns, ourNames } from "../mapping/columns.ts";
import type { InputPlan } from "../mapping/plan.ts";

/** Gives the value of one of our columns from the values of a record, or a rejection that names it. */
export type ReadColumn = (find: (name: string) => unknown) => unknown;

const DAY_US = 86_400_000_000n;

/** How each of our columns is read from a file. */
export function columnReaders(plan: InputPlan): Readonly<Record<OurName, ReadColumn>> {
  return Object.fromEntries(ourNames.map((ours) => [ours, columnReader(ours, plan)])) as Record<
    OurName,
    ReadColumn
  >;
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
  return (find) => {
    const value = find(theirs);
    if (value === null || value === undefined || value === "") return missing;
    if (nullValues.size > 0 && typeof value === "string" && nullValues.has(value.trim()))
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
        const plain = typeof value !== "object" || value instanceof Decimal;
        return plain ? String(value) : refuse(value, "is no text");
      };
    case "timestamp":
    case "day": {
      const parse = plan.dates.get(ours)!;
      const day = ourColumns[ours].kind === "day";
      return (value) => {
        if (
          day &&
          typeof value === "string" &&
          value.length === 10 &&
          parseDate(value) !== undefined
        )
          return value;
        const micros =
          typeof value === "object" || typeof value === "boolean"
            ? undefined
            : parse(String(value));
        if (micros === undefined) return refuse(value, "is no date in the format of the column");
        return day ? formatDate(Number(floorDiv(micros, DAY_US))) : micros;
      };
    }
  }
}
