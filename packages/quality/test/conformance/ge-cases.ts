import {
  bool,
  type Column,
  defineTable,
  float64,
  int64,
  nullable,
  type Table,
  utf8,
} from "@lakewright/core";
import type { CheckDefinition, ContractBuilder } from "@lakewright/quality";

export interface GeCase {
  readonly id: string;
  readonly expectation: string;
  readonly title: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly expected: {
    readonly success?: boolean;
    readonly observed_value?: unknown;
    readonly unexpected_list?: readonly unknown[];
  };
  readonly dataset: string;
  readonly ref: string;
}

export interface GeFile {
  readonly datasets: Readonly<
    Record<string, { readonly data: Readonly<Record<string, readonly unknown[]>> }>
  >;
  readonly cases: readonly GeCase[];
}

/** What a case says in our words; undefined where it asks for something the package has no check for. */
export type Mapped = {
  readonly columns: readonly string[];
  make(t: ContractBuilder<Record<string, never>>): CheckDefinition;
};

type AnyBuilder = Record<string, Record<string, (...given: unknown[]) => CheckDefinition>> &
  Record<`$${string}`, (...given: unknown[]) => CheckDefinition>;

const ROW_CHECKS: Readonly<
  Record<string, (kwargs: Readonly<Record<string, unknown>>) => [string, unknown[]] | undefined>
> = {
  expect_column_values_to_be_between: (k) => ["between", [bounds(k)]],
  expect_column_values_to_be_in_set: (k) => set(k) && ["oneOf", [set(k)]],
  expect_column_values_to_not_be_in_set: (k) => set(k) && ["noneOf", [set(k)]],
  expect_column_values_to_match_regex: (k) => ["matches", [k["regex"]]],
  expect_column_values_to_not_be_null: () => ["notNull", []],
  expect_column_values_to_be_unique: () => ["unique", []],
  expect_column_value_lengths_to_be_between: (k) => ["length", [counts(k)]],
  expect_column_value_lengths_to_equal: (k) => ["length", [{ min: k["value"], max: k["value"] }]],
};

const SUMMARIES: typeof ROW_CHECKS = {
  expect_column_mean_to_be_between: (k) => ["mean", [bounds(k)]],
  expect_column_sum_to_be_between: (k) => ["sum", [bounds(k)]],
  expect_column_stdev_to_be_between: (k) => ["stddev", [bounds(k)]],
  expect_column_unique_value_count_to_be_between: (k) => ["distinctCount", [counts(k)]],
};

/** Keyword arguments every mapping knows; a case with another is left out. */
const KNOWN = new Set([
  "column",
  "column_list",
  "column_A",
  "column_B",
  "min_value",
  "max_value",
  "strict_min",
  "strict_max",
  "value_set",
  "regex",
  "mostly",
  "value",
  "or_equal",
  "ignore_row_if",
  "catch_exceptions",
  "result_format",
  "include_config",
  "meta",
]);

export function mapCase(ge: GeCase): Mapped | undefined {
  const { kwargs, expectation } = ge;
  if (Object.keys(kwargs).some((key) => !KNOWN.has(key))) return undefined;
  const column = kwargs["column"] as string;
  const options = kwargs["mostly"] === undefined ? {} : { mostly: kwargs["mostly"] };
  const row = ROW_CHECKS[expectation]?.(kwargs);
  if (row) return one(column, row[0], [...row[1], options]);
  const summary = SUMMARIES[expectation]?.(kwargs);
  // Without limits the old engine calls any value right; ours asks for one.
  if (summary)
    return kwargs["min_value"] == null && kwargs["max_value"] == null
      ? undefined
      : one(column, ...summary);
  switch (expectation) {
    case "expect_table_row_count_to_be_between":
      return whole([], (t) => t.$rowCount!(counts(kwargs)));
    case "expect_table_row_count_to_equal":
      return whole([], (t) => t.$rowCount!({ min: kwargs["value"], max: kwargs["value"] }));
    case "expect_compound_columns_to_be_unique": {
      const columns = kwargs["column_list"] as string[];
      return whole(columns, (t) => t.$unique!(columns, options));
    }
    case "expect_column_pair_values_to_be_equal":
    case "expect_column_pair_values_a_to_be_greater_than_b": {
      const [a, b] = [kwargs["column_A"] as string, kwargs["column_B"] as string];
      const operator = expectation.endsWith("equal")
        ? "="
        : kwargs["or_equal"] === true
          ? ">="
          : ">";
      return whole([a, b], (t) => t.$compare!(a, operator, b, options));
    }
    default:
      return undefined;
  }
}

function one(column: string, check: string, given: readonly unknown[]): Mapped {
  return whole([column], (t) => t[column]![check]!(...given));
}

function whole(columns: readonly string[], make: (t: AnyBuilder) => CheckDefinition): Mapped {
  return { columns, make: (t) => make(t as unknown as AnyBuilder) };
}

/** The table and rows of a data set, with the columns asked for; undefined where one has values of several types. */
export function tableOf(
  data: Readonly<Record<string, readonly unknown[]>>,
  columns: readonly string[],
): { readonly table: Table; readonly rows: Record<string, unknown>[] } | undefined {
  const names = columns.length > 0 ? columns : Object.keys(data).slice(0, 1);
  const typed = names.map((name) => [name, columnFor(data[name] ?? [])] as const);
  if (names.some((name) => data[name] === undefined)) return undefined;
  if (typed.some(([, column]) => column === undefined)) return undefined;
  const table = defineTable("data", Object.fromEntries(typed) as Record<string, Column>);
  const length = data[names[0]!]!.length;
  const rows = Array.from({ length }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, data[name]![i] ?? null])),
  );
  return { table, rows };
}

function columnFor(values: readonly unknown[]): Column | undefined {
  const there = values.filter((value) => value !== null);
  if (there.every((value) => Number.isSafeInteger(value)) && there.length > 0)
    return nullable(int64());
  if (there.every((value) => typeof value === "number") && there.length > 0)
    return nullable(float64());
  if (there.every((value) => typeof value === "boolean") && there.length > 0)
    return nullable(bool());
  return there.every((value) => typeof value === "string") ? nullable(utf8()) : undefined;
}

function bounds(k: Readonly<Record<string, unknown>>): object {
  return {
    ...counts(k),
    minExclusive: k["strict_min"] === true,
    maxExclusive: k["strict_max"] === true,
  };
}

function counts(k: Readonly<Record<string, unknown>>): { min?: unknown; max?: unknown } {
  return {
    ...(k["min_value"] == null ? {} : { min: k["min_value"] }),
    ...(k["max_value"] == null ? {} : { max: k["max_value"] }),
  };
}

function set(k: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  return Array.isArray(k["value_set"]) ? (k["value_set"] as unknown[]) : undefined;
}
