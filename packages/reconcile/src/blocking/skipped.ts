import { type ReconcileWarning, warning } from "../warnings.ts";
import type { PlannedRule } from "./plan.ts";

/** A warning for each rule that left blocks out. */
export function skippedWarnings(rules: readonly PlannedRule[]): ReconcileWarning[] {
  return rules.flatMap(({ rule, skipped }) => {
    const [largest] = skipped;
    if (!largest) return [];
    const key = largest.key.map((value) => JSON.stringify(value)).join(", ");
    const blocks = skipped.length === 1 ? "1 block" : `${skipped.length} blocks`;
    return [
      warning(
        "BLOCKS_SKIPPED",
        `The blocking rule "${rule}" left out ${blocks}, the largest of ${largest.records} records with ${key}.`,
        { rule, skipped },
      ),
    ];
  });
}
