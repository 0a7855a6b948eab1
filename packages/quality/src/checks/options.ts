import { showValue } from "@lakewright/core";
import { QualityError } from "../errors.ts";

/** What a failed check means: "error" fails the run and rejects rows, "warn" and "info" are reported. */
export type Severity = "error" | "warn" | "info";

/** Options of every check. */
export interface CheckOptions {
  /** Default "error". */
  readonly severity?: Severity | undefined;
  /** The id of the check in results; unique in the contract. Default: column and check, such as "amount.between". */
  readonly name?: string | undefined;
}

/** Options of checks that judge values one by one. */
export interface ValueCheckOptions extends CheckOptions {
  /** Share of the judged values, 0 to 1, that must pass. Default 1. */
  readonly mostly?: number | undefined;
  /** Whether a null is left out of the judgement or fails it. Default "skip". */
  readonly nulls?: "skip" | "fail" | undefined;
}

/** Options of checks for which a null is no question of its own. */
export type RowCheckOptions = Omit<ValueCheckOptions, "nulls">;

/** Check options with their defaults in place. */
export interface CheckSettings {
  readonly severity: Severity;
  readonly name: string | undefined;
  readonly mostly: number;
  readonly nulls: "skip" | "fail";
}

type Known = "severity" | "name" | "mostly" | "nulls";
const SEVERITIES: readonly unknown[] = ["error", "warn", "info"];

/** @throws QualityError QUALITY_INVALID_OPTION for an unknown option or a value it cannot have. */
export function checkSettings(
  subject: string,
  options: ValueCheckOptions,
  known: readonly Known[],
): CheckSettings {
  knownOptions(`options of ${subject}`, options, known);
  const { severity = "error", name, mostly = 1, nulls = "skip" } = options;
  if (!SEVERITIES.includes(severity)) {
    throw invalidOption(subject, "severity", severity, 'It is "error", "warn" or "info".');
  }
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw invalidOption(subject, "name", name, "Give a text, or leave it out.");
  }
  if (typeof mostly !== "number" || !(mostly >= 0 && mostly <= 1)) {
    throw invalidOption(subject, "mostly", mostly, "It is a share from 0 to 1.");
  }
  if (nulls !== "skip" && nulls !== "fail") {
    throw invalidOption(subject, "nulls", nulls, 'It is "skip" or "fail".');
  }
  return { severity, name, mostly, nulls };
}

/** @throws QualityError QUALITY_INVALID_OPTION for a property that is no option. */
export function knownOptions(subject: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new QualityError("QUALITY_INVALID_OPTION", `${subject}: there is no option "${unknown}".`, {
    hint: `There are ${known.join(", ")}.`,
    details: { option: unknown },
  });
}

export function invalidOption(
  subject: string,
  option: string,
  value: unknown,
  hint: string,
): QualityError {
  return new QualityError(
    "QUALITY_INVALID_OPTION",
    `${subject}: ${option} cannot be ${showValue(value)}.`,
    { hint, details: { option } },
  );
}
