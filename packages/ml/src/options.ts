import { showValue } from "@lakewright/core";
import { MlError } from "./errors.ts";

/** What an option may be, and what it is where it is left out. */
export interface OptionRule<T> {
  readonly fallback: T;
  /** What the value should be ("a whole number from 1 to 10000"), or undefined where it is fine. */
  expects(value: unknown): string | undefined;
}

type Rules = Readonly<Record<string, OptionRule<unknown>>>;
type Settings<R extends Rules> = {
  readonly [K in keyof R]: R[K] extends OptionRule<infer T> ? T : never;
};

/**
 * The options given, checked and with the defaults filled in.
 *
 * @throws MlError ML_INVALID_OPTION for an option that is not known or has a wrong value, naming it.
 */
export function readOptions<R extends Rules>(
  subject: string,
  given: object | undefined,
  rules: R,
): Settings<R> {
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(rules, name)) {
      throw new MlError("ML_INVALID_OPTION", `${subject} has no option "${name}".`, {
        hint: `Its options are ${Object.keys(rules).join(", ")}.`,
        details: { subject, option: name },
      });
    }
  }
  const settings = Object.entries(rules).map(([name, rule]) => {
    const value = values[name];
    if (value === undefined) return [name, rule.fallback];
    const expected = rule.expects(value);
    if (expected === undefined) return [name, value];
    throw new MlError(
      "ML_INVALID_OPTION",
      `The option ${name} of ${subject} is ${showValue(value)}; it must be ${expected}.`,
      { details: { subject, option: name } },
    );
  });
  return Object.fromEntries(settings) as Settings<R>;
}

/** A whole number from `min` to `max`. */
export function wholeNumber(fallback: number, min: number, max: number): OptionRule<number> {
  return {
    fallback,
    expects: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max
        ? undefined
        : `a whole number from ${min} to ${max}`,
  };
}

/** A finite number from `min` to `max`. */
export function finiteNumber(fallback: number, min: number, max: number): OptionRule<number> {
  return {
    fallback,
    expects: (value) =>
      typeof value === "number" && value >= min && value <= max && Number.isFinite(value)
        ? undefined
        : `a number from ${min} to ${max}`,
  };
}

/** A seed: any safe integer. Default 0. */
export function seed(): OptionRule<number> {
  return {
    fallback: 0,
    expects: (value) => (Number.isSafeInteger(value) ? undefined : "a safe integer"),
  };
}

/** One of a closed list of texts. */
export function choice<const V extends readonly string[]>(
  fallback: V[number],
  values: V,
): OptionRule<V[number]> {
  return {
    fallback,
    expects: (value) =>
      values.includes(value as string) ? undefined : `one of ${values.join(", ")}`,
  };
}

/** Anything of a type that needs no check here, because whoever takes it checks it. */
export function unchecked<T>(fallback: T): OptionRule<T> {
  return { fallback, expects: () => undefined };
}
