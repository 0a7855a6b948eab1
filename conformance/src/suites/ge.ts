import { isLakewrightError } from "@lakewright/core";
import { basename } from "node:path";
import { filesUnder, jsonOf } from "../files.ts";
import { judge, near, noCounterpart, same } from "../judge.ts";
import { expectationOf, type GeCase, type GeFile, plain } from "../quality/expectations.ts";
import {
  type Checker,
  type ColumnData,
  define,
  type Found,
  openChecker,
  typed,
} from "../quality/table.ts";
import type { Outcome, Suite } from "../suite.ts";

/** Relative, where a case has none of its own. */
const TOLERANCE = 1e-5;

/** Expectations of Great Expectations, as its own tests assert them. */
export const suite: Suite = {
  options: { engine: { type: "string", default: "duckdb" } },
  async *run({ path, options, wants }) {
    const checker = openChecker(String(options["engine"]));
    try {
      for (const file of filesUnder(path, ".json")) {
        const { datasets, cases } = jsonOf(file) as Partial<GeFile>;
        if (!datasets || !cases) continue;
        for (const given of cases) {
          const title = `${basename(file, ".json")} ${given.expectation} ${given.title} ${given.id}`;
          if (!wants(title)) continue;
          yield await run(title, given, datasets[given.dataset]?.data ?? {}, checker);
        }
      }
    } finally {
      await checker.close();
    }
  },
};

async function run(
  title: string,
  given: GeCase,
  columns: ColumnData,
  checker: Checker,
): Promise<Outcome> {
  // An independent reading could not confirm what the case asserts.
  if (given.ref !== undefined && !given.ref.startsWith("agree")) return noCounterpart(title);
  const expectation = expectationOf(given);
  const data = expectation && typed(plain(columns) as ColumnData, expectation.columns);
  if (!expectation || !data || comparesNulls(given, data.rows)) return noCounterpart(title);
  try {
    define(data, expectation.make);
  } catch (error) {
    if (!isLakewrightError(error)) throw error;
    return given.ref?.startsWith("agree-error")
      ? { case: title, result: "passed" }
      : { case: title, result: "unsupported", code: error.code };
  }
  return judge(title, async () => {
    if (given.ref === "agree-error") throw new Error("no error where one is expected");
    check(given, expectation.columns, await checker.check(data, expectation.make));
  });
}

function check(given: GeCase, columns: readonly string[], { result, failing }: Found): void {
  const { success, unexpected_list: unexpected, observed_value: observed } = given.expected;
  if (success !== undefined) same("success", result.passed, success);
  if (unexpected !== undefined) {
    same("the number of unexpected rows", result.failed, unexpected.length);
    const [column] = columns;
    if (columns.length === 1) {
      const found = failing.map((values) => text(values[column!])).sort();
      same("the unexpected values", found, unexpected.map((value) => text(plain(value))).sort());
    }
  }
  if (typeof observed === "number" && result.observed !== null) {
    const tolerance = (given.tolerance ?? TOLERANCE) * Math.max(1, Math.abs(observed));
    near("the observed value", Number(result.observed), observed, tolerance);
  }
}

/** Whether rows have nulls in some of the columns only: the peer compares those as values, SQL and this package do not. */
function comparesNulls(
  { kwargs }: GeCase,
  rows: readonly Readonly<Record<string, unknown>>[],
): boolean {
  const ignored = kwargs["ignore_row_if"];
  if (ignored === "either_value_is_missing" || ignored === "any_value_is_missing") return false;
  return rows.some((row) => {
    const nulls = Object.values(row).filter((value) => value === null).length;
    return nulls > 0 && nulls < Object.keys(row).length;
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : String(Number(value));
}
