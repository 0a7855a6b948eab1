import type { CheckDefinition, CheckResult } from "@lakewright/quality";
import type { SodaCheck } from "./sodacl.ts";
import type { AnyBuilder } from "./table.ts";

/** A check of ours, and whether what it found is what Soda's check calls passed. */
export interface SodaCounterpart {
  readonly make: (t: AnyBuilder) => CheckDefinition;
  readonly holds: (result: CheckResult, rows: number) => boolean;
}

type Values = (table: string, column: string) => readonly unknown[] | undefined;

/** Options that change nothing of the outcome. */
const SILENT: ReadonlySet<string> = new Set(["name", "samples limit"]);

/** The counterpart of a check; undefined where there is none. */
export function counterpartOf(check: SodaCheck, valuesOf: Values): SodaCounterpart | undefined {
  const options = new Map([...check.options].filter(([key]) => !SILENT.has(key)));
  const { text } = check;
  const reference = /^values in \(?(\w+)\)? must exist in (\w+) \(?(\w+)\)?$/.exec(text);
  if (reference && options.size === 0) {
    const known = valuesOf(reference[2]!, reference[3]!)?.filter((value) => value !== null);
    if (!known) return undefined;
    return {
      make: (t) => t[reference[1]!]!["references"]!([...new Set(known)]),
      holds: (result) => result.passed,
    };
  }
  const age = /^freshness\((\w+)\) < (\d+)([dh])$/.exec(text);
  if (age && options.size === 0) {
    const maxAgeHours = Number(age[2]) * (age[3] === "d" ? 24 : 1);
    return {
      make: (t) => t[age[1]!]!["freshness"]!({ maxAgeHours }),
      holds: (result) => result.passed,
    };
  }
  const measured = /^(\w+)(?:\((\w+)\))? (.+)$/.exec(text);
  const within = measured && thresholdOf(measured[3]!);
  const measure = measured && measureOf(measured[1]!, measured[2], options);
  if (!within || !measure) return undefined;
  // Soda counts values that come twice, this package their rows: they agree on whether there are any.
  if (measured[1]!.startsWith("duplicate") && !/^= 0$/.test(measured[3]!)) return undefined;
  return { make: measure.make, holds: (result, rows) => within(measure.value(result, rows)) };
}

interface Measure {
  readonly make: (t: AnyBuilder) => CheckDefinition;
  readonly value: (result: CheckResult, rows: number) => number;
}

function measureOf(
  metric: string,
  column: string | undefined,
  options: ReadonlyMap<string, readonly string[]>,
): Measure | undefined {
  const failed = (result: CheckResult): number => result.failed;
  const percent = (result: CheckResult, rows: number): number => (100 * result.failed) / rows;
  if (column === undefined) {
    if (metric !== "row_count" || options.size > 0) return undefined;
    return { make: (t) => t.$rowCount!({ min: 0 }), value: ({ observed }) => Number(observed) };
  }
  const of =
    (check: string, ...given: readonly unknown[]): Measure["make"] =>
    (t) =>
      t[column]![check]!(...given);
  if (/^(in)?valid_(count|percent)$/.test(metric)) {
    const valid = validity(options);
    if (!valid) return undefined;
    const [check, ...given] = valid;
    const make = of(check, ...given);
    if (metric.startsWith("valid")) {
      if (metric.endsWith("percent")) return undefined;
      return { make, value: (result) => result.evaluated - result.failed };
    }
    return { make, value: metric.endsWith("percent") ? percent : failed };
  }
  if (options.size > 0) return undefined;
  switch (metric) {
    case "missing_count":
      return { make: of("notNull"), value: failed };
    case "missing_percent":
      return { make: of("notNull"), value: percent };
    case "duplicate_count":
      return { make: of("unique"), value: failed };
    case "duplicate_percent":
      return { make: of("unique"), value: percent };
    case "avg":
      return { make: of("mean", { min: 0 }), value: ({ observed }) => Number(observed) };
    case "sum":
      return { make: of("sum", { min: 0 }), value: ({ observed }) => Number(observed) };
    case "stddev":
    case "stddev_samp":
      return { make: of("stddev", { min: 0 }), value: ({ observed }) => Number(observed) };
    default:
      return undefined;
  }
}

/** The check that says what is valid, where one can. */
function validity(
  options: ReadonlyMap<string, readonly string[]>,
): readonly [string, ...unknown[]] | undefined {
  const keys = [...options.keys()];
  const only = (...allowed: readonly string[]): boolean =>
    keys.length > 0 && keys.every((key) => allowed.includes(key));
  const first = (key: string): string | undefined => options.get(key)?.[0];
  const limits = (min: string, max: string): object => ({
    ...(options.has(min) && { min: Number(first(min)) }),
    ...(options.has(max) && { max: Number(first(max)) }),
  });
  if (only("valid values")) return ["oneOf", options.get("valid values")];
  if (only("invalid values")) return ["noneOf", options.get("invalid values")];
  if (only("valid min", "valid max")) return ["between", limits("valid min", "valid max")];
  if (only("valid min length", "valid max length")) {
    return ["length", limits("valid min length", "valid max length")];
  }
  const format = first("valid format");
  return only("valid format") && (format === "email" || format === "uuid")
    ? ["format", format]
    : undefined;
}

/** `= 3`, `< 5 %`, `between 1 and 2`, `between (1 and 2]`. */
function thresholdOf(text: string): ((value: number) => boolean) | undefined {
  const range = /^between ([[(]?)(-?[\d.]+) and (-?[\d.]+)([\])]?)$/.exec(text);
  if (range) {
    const [low, high] = [Number(range[2]), Number(range[3])];
    return (value) =>
      (range[1] === "(" ? value > low : value >= low) &&
      (range[4] === ")" ? value < high : value <= high);
  }
  const [, operator, number] = /^(=|<|>|<=|>=|!=|<>) (-?[\d.]+) ?%?$/.exec(text) ?? [];
  const limit = Number(number);
  switch (operator) {
    case "=":
      return (value) => value === limit;
    case "<":
      return (value) => value < limit;
    case ">":
      return (value) => value > limit;
    case "<=":
      return (value) => value <= limit;
    case ">=":
      return (value) => value >= limit;
    case "!=":
    case "<>":
      return (value) => value !== limit;
    default:
      return undefined;
  }
}
