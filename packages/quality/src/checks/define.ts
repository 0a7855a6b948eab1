import type { CheckDefinition, Rule } from "./definition.ts";
import { checkSettings, type ValueCheckOptions } from "./options.ts";

/** The options a kind of check takes. */
export const VALUE = ["severity", "name", "mostly", "nulls"] as const;
export const ROW = ["severity", "name", "mostly"] as const;
export const SUMMARY = ["severity", "name"] as const;

/** A check of some columns, its options read and checked. */
export function define(
  check: string,
  columns: readonly string[],
  threshold: string,
  rule: Rule,
  options: ValueCheckOptions,
  known: readonly (typeof VALUE)[number][],
): CheckDefinition {
  const subject = columns.length === 0 ? check : `${columns.join(", ")}.${check}`;
  const { severity, name, mostly, nulls } = checkSettings(subject, options, known);
  return Object.freeze({
    check,
    columns,
    severity,
    mostly,
    nulls,
    rule,
    threshold: mostly < 1 ? `${threshold}, at least ${percent(mostly)} of them` : threshold,
    givenName: name,
  });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}
