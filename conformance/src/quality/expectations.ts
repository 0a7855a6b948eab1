import type { CheckDefinition } from "@lakewright/quality";
import type { AnyBuilder, ColumnData } from "./table.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** A case of Great Expectations. */
export interface GeCase {
  readonly id: string;
  readonly expectation: string;
  readonly title: string;
  readonly kwargs: Arguments;
  readonly expected: {
    readonly success?: boolean;
    readonly observed_value?: unknown;
    readonly unexpected_list?: readonly unknown[];
  };
  /** Relative. */
  readonly tolerance?: number;
  readonly dataset: string;
  /** What an independent reading of the case gave. */
  readonly ref?: string;
}

export interface GeFile {
  readonly datasets: Readonly<Record<string, { readonly data: ColumnData }>>;
  readonly cases: readonly GeCase[];
}

/** What an expectation is in our words. */
export interface Expectation {
  readonly columns: readonly string[];
  readonly make: (t: AnyBuilder) => CheckDefinition;
}

/** Checks of a column, with the arguments of the expectation. */
const OF_VALUES: Readonly<
  Record<string, (k: Arguments) => readonly [string, ...unknown[]] | undefined>
> = {
  expect_column_values_to_be_between: (k) => ["between", bounds(k)],
  expect_column_values_to_be_in_set: (k) => listed("oneOf", k),
  expect_column_values_to_not_be_in_set: (k) => listed("noneOf", k),
  expect_column_values_to_match_regex: (k) => ["matches", k["regex"]],
  expect_column_values_to_not_be_null: () => ["notNull"],
  expect_column_values_to_be_unique: () => ["unique"],
  expect_column_value_lengths_to_be_between: (k) => ["length", counts(k)],
  expect_column_value_lengths_to_equal: (k) => ["length", { min: k["value"], max: k["value"] }],
};

const OF_COLUMNS: typeof OF_VALUES = {
  expect_column_mean_to_be_between: (k) => ["mean", bounds(k)],
  expect_column_sum_to_be_between: (k) => ["sum", bounds(k)],
  expect_column_stdev_to_be_between: (k) => ["stddev", bounds(k)],
  expect_column_unique_value_count_to_be_between: (k) => ["distinctCount", counts(k)],
};

/** Arguments that have a meaning here or none at all; an expectation with another has no counterpart. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    "column column_list column_A column_B min_value max_value strict_min strict_max value_set regex mostly value " +
    "or_equal ignore_row_if catch_exceptions result_format include_config meta"
  ).split(" "),
);

/** The check of a case; undefined where the package has none. */
export function expectationOf({ kwargs, expectation }: GeCase): Expectation | undefined {
  if (Object.keys(kwargs).some((key) => !KNOWN.has(key))) return undefined;
  const k = plain(kwargs) as Arguments;
  const options = k["mostly"] === undefined ? {} : { mostly: k["mostly"] };
  const column = k["column"] as string;
  const ofValues = OF_VALUES[expectation]?.(k);
  if (ofValues) {
    const [check, ...given] = ofValues;
    return { columns: [column], make: (t) => t[column]![check]!(...given, options) };
  }
  const ofColumns = OF_COLUMNS[expectation]?.(k);
  if (ofColumns) {
    const [check, ...given] = ofColumns;
    return { columns: [column], make: (t) => t[column]![check]!(...given) };
  }
  const exactly = { min: k["value"], max: k["value"] };
  const [a, b] = [k["column_A"] as string, k["column_B"] as string];
  const pair = (operator: string): Expectation => ({
    columns: [a, b],
    make: (t) => t.$compare!(a, operator, b, options),
  });
  switch (expectation) {
    case "expect_table_row_count_to_be_between":
      return { columns: [], make: (t) => t.$rowCount!(counts(k)) };
    case "expect_table_row_count_to_equal":
      return { columns: [], make: (t) => t.$rowCount!(exactly) };
    case "expect_compound_columns_to_be_unique": {
      const columns = k["column_list"] as string[];
      return { columns, make: (t) => t.$unique!(columns, options) };
    }
    case "expect_column_pair_values_to_be_equal":
      return pair("=");
    case "expect_column_pair_values_a_to_be_greater_than_b":
      return pair(k["or_equal"] === true ? ">=" : ">");
    default:
      return undefined;
  }
}

/** Sets and numbers that JSON has not, as values. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { $num, $set } = value as { readonly $num?: string; readonly $set?: readonly unknown[] };
  if ($num !== undefined) return Number($num);
  if ($set !== undefined) return plain($set);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

/** Without a set the peer lets everything pass. */
function listed(check: string, k: Arguments): readonly [string, unknown] | undefined {
  return Array.isArray(k["value_set"]) ? [check, k["value_set"]] : undefined;
}

function bounds(k: Arguments): object {
  return {
    ...counts(k),
    minExclusive: k["strict_min"] === true,
    maxExclusive: k["strict_max"] === true,
  };
}

function counts(k: Arguments): object {
  return {
    ...(k["min_value"] == null ? {} : { min: k["min_value"] }),
    ...(k["max_value"] == null ? {} : { max: k["max_value"] }),
  };
}
