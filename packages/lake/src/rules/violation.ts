import { showValue } from "@lakewright/core";
import { LakeError } from "../errors.ts";

export interface Violation {
  /** What is broken, to be read after "Row 3 breaks": `CHECK constraint "positive"`. */
  readonly rule: string;
  /** The rule itself: "amount > 0". */
  readonly text: string;
  readonly row: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly hint?: string;
}

/** The error of a row that breaks a rule of its table. */
export function violation({ rule, text, row, values, hint }: Violation): LakeError {
  const shown = Object.entries(values)
    .map(([name, value]) => `${name} is ${showValue(value)}`)
    .join(", ");
  return new LakeError(
    "LAKE_CONSTRAINT_VIOLATED",
    `Row ${row} breaks ${rule}: ${text}${shown === "" ? "" : ` (${shown})`}. Nothing was written.`,
    {
      hint: hint ?? "Correct the row, leave it out, or change the rule with alter.",
      details: { rule, expression: text, row, values },
    },
  );
}
