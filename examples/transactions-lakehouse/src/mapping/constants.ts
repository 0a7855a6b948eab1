import { type Decimal, floorDiv, formatDate, showValue } from "@lakewright/core";
import { fail } from "../failure.ts";
import { amountOf } from "./amounts.ts";
import { type OurName, ourColumns } from "./columns.ts";
import { dateParser } from "./dates.ts";
import type { Mapping } from "./schema.ts";

/** A value as the flattened stream holds it. */
export type ConstantValue = string | Decimal | bigint;

const DAY_US = 86_400_000_000n;

/**
 * The constants of a mapping, as values of their columns.
 *
 * @throws DemoError DEMO_INVALID_MAPPING for one that is none
 */
export function constantsOf(mapping: Mapping | undefined): Map<OurName, ConstantValue> {
  const entries = Object.entries(mapping?.constants ?? {}) as [OurName, string][];
  return new Map(
    entries.map(([ours, text]) => [ours, valueOf(ours, text, mapping?.formats?.[ours])]),
  );
}

function valueOf(ours: OurName, text: string, format = "iso"): ConstantValue {
  const { kind } = ourColumns[ours];
  if (kind === "text") return text;
  if (kind === "amount") {
    const amount = amountOf(text, ".");
    return typeof amount === "string" ? refused(ours, text, amount) : amount;
  }
  const micros = dateParser(format, ours)(text);
  if (micros === undefined) return refused(ours, text, "is no date in the format of the column");
  return kind === "day" ? formatDate(Number(floorDiv(micros, DAY_US))) : micros;
}

function refused(ours: OurName, text: string, problem: string): never {
  return fail("DEMO_INVALID_MAPPING", `constants.${ours}: ${showValue(text)} ${problem}.`, {
    hint: "Correct it, or leave it out.",
  });
}
