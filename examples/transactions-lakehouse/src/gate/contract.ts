import { type CheckDefinition, type Contract, defineContract } from "@lakewright/quality";
import { transactions } from "../ingest/tables.ts";
import type { InputPlan } from "../mapping/plan.ts";

const isoCurrencies = Intl.supportedValuesOf("currency");

/** Ids of the checks, as the summary and the report call them. */
export const checkIds = {
  currency: "known currency",
  bounds: "amount within bounds",
  future: "not in the future",
  present: (column: string): string => `${column} present`,
} as const;

/** What is wrong with a row that fails a check. */
export function failureOf(check: string): string {
  switch (check) {
    case checkIds.currency:
      return "unknown currency";
    case checkIds.bounds:
      return "amount out of bounds";
    case checkIds.future:
      return "date in the future";
    default:
      return check.endsWith(" present") ? `missing ${check.slice(0, -" present".length)}` : check;
  }
}

/**
 * What a transaction must be like to get past the gate. Beyond a known currency, only what the mapping asks for.
 *
 * @param nowMicros - what lies after it is in the future
 */
export function gateContract(
  { rules }: InputPlan,
  nowMicros: bigint,
): Contract<typeof transactions> {
  const { minAmount, maxAmount, required = [] } = rules;
  return defineContract(transactions, (t) => {
    const checks: CheckDefinition[] = [
      t.currency.oneOf(rules.currencies ?? [...isoCurrencies, "XXX"], {
        name: checkIds.currency,
        nulls: "fail",
      }),
    ];
    if (minAmount !== undefined || maxAmount !== undefined) {
      checks.push(t.amount.between({ min: minAmount, max: maxAmount }, { name: checkIds.bounds }));
    }
    if (rules.refuseFuture) {
      checks.push(t.created_at.between({ max: nowMicros }, { name: checkIds.future }));
    }
    for (const column of required)
      checks.push(t[column].notNull({ name: checkIds.present(column) }));
    return checks;
  });
}
