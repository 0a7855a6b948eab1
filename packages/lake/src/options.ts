import { showValue } from "@lakewright/core";
import { LakeError } from "./errors.ts";

/** What an option must be, to be read after its name: "a positive integer". Undefined where the value will do. */
export type OptionCheck = (value: unknown) => string | undefined;

/**
 * Checks an options object once, at the boundary. An option that is undefined counts as left out.
 *
 * @throws LakeError LAKE_INVALID_OPTION for an option that does not exist or has a value it cannot have.
 */
export function checkOptions(
  subject: string,
  options: object,
  checks: Readonly<Record<string, OptionCheck>>,
): void {
  if (isObject(options) !== undefined) {
    throw invalidOption(`The options of ${subject} are ${showValue(options)}; give an object.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      throw invalidOption(
        `${subject} has no option "${name}".`,
        `Its options are ${Object.keys(checks).join(", ")}.`,
      );
    }
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) {
      throw invalidOption(`${subject}: ${name} is ${showValue(value)}; it must be ${wanted}.`);
    }
  }
}

export function invalidOption(message: string, hint?: string): LakeError {
  return new LakeError("LAKE_INVALID_OPTION", message, { hint });
}

export const isNames: OptionCheck = (value) =>
  Array.isArray(value) && value.every((name) => typeof name === "string")
    ? undefined
    : "a list of column names";

export const isTexts: OptionCheck = (value) =>
  isObject(value) === undefined &&
  Object.values(value as object).every((text) => typeof text === "string")
    ? undefined
    : "texts by name";

export const isPositiveInteger: OptionCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) > 0 ? undefined : "a positive integer";

export const isObject: OptionCheck = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "an object";

export const isCondition: OptionCheck = (value) =>
  isObject(value) === undefined ? undefined : 'a condition: eq("id", 1n), or sql("id = 1")';

/** A check for a moment; what is in it is looked at where it is used. */
export const isMoment: OptionCheck = (value) =>
  isObject(value) === undefined ? undefined : "{ version: 3n } or { timestamp: … }";

export const isEncryption: OptionCheck = (value) =>
  isObject(value) === undefined && typeof (value as { begin?: unknown }).begin === "function"
    ? undefined
    : "what parquetEncryption gives: await it";

/** @throws LakeError LAKE_INVALID_OPTION for what is no store, such as a path. */
export function checkStore(subject: string, store: unknown): void {
  if (isObject(store) === undefined && typeof (store as { list?: unknown }).list === "function") {
    return;
  }
  throw invalidOption(
    `${subject}: the store is ${showValue(store)}, which is none.`,
    'Give localStore("./lake/sales") of @lakewright/lake/node, memoryStore() or another.',
  );
}

export const isFunction: OptionCheck = (value) =>
  typeof value === "function" ? undefined : "a function";

export const isBoolean: OptionCheck = (value) =>
  typeof value === "boolean" ? undefined : "true or false";

/** A check for one of some texts. */
export const isOneOf =
  (...values: readonly string[]): OptionCheck =>
  (value) =>
    values.includes(value as string) ? undefined : `one of ${values.join(", ")}`;

/** The checks of the options every job has. */
export const jobChecks: Readonly<Record<"signal" | "onProgress", OptionCheck>> = {
  signal: (value) => (value instanceof AbortSignal ? undefined : "an AbortSignal"),
  onProgress: isFunction,
};
