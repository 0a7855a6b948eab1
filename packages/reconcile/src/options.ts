import { showValue } from "@lakewright/core";
import { ReconcileError } from "./errors.ts";

/** What an option must be: a test, and the words for it. */
export type OptionRule = readonly [test: (value: unknown) => boolean, expected: string];

export const positiveInteger: OptionRule = [
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  "a whole number from 1",
];
export const safeInteger: OptionRule = [Number.isSafeInteger, "a whole number"];
export const probability: OptionRule = [
  (value) => typeof value === "number" && value > 0 && value < 1,
  "between 0 and 1",
];
export const anything: OptionRule = [() => true, ""];
export const text: OptionRule = [(value) => typeof value === "string", "a text"];
export const texts: OptionRule = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  "a list of texts",
];

/** One of some texts. */
export function oneOfTexts(values: readonly string[]): OptionRule {
  return [
    (value) => values.includes(value as string),
    `one of ${values.map((value) => `"${value}"`).join(", ")}`,
  ];
}

/** The rules every job's options have. */
export const jobRules: Readonly<Record<string, OptionRule>> = {
  signal: anything,
  onProgress: anything,
};

/**
 * Checks options: each known, each as its rule wants it; undefined is left out.
 *
 * @throws ReconcileError RECONCILE_INVALID_OPTION
 */
export function checkOptions(
  subject: string,
  options: object,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) {
      throw new ReconcileError("RECONCILE_INVALID_OPTION", `${subject} has no option "${name}".`, {
        hint: `Its options are ${Object.keys(rules).join(", ")}.`,
        details: { subject, option: name },
      });
    }
    const [test, expected] = rule;
    if (value !== undefined && !test(value)) {
      throw new ReconcileError(
        "RECONCILE_INVALID_OPTION",
        `${subject}: ${name} is ${showValue(value)}; it must be ${expected}.`,
        { details: { subject, option: name } },
      );
    }
  }
}
