import { existsSync, readFileSync } from "node:fs";
import { defineContract, QualityError, type QualityRun } from "@lakewright/quality";
import { createTable } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, describe, expect, it } from "vitest";
import { type GeCase, type GeFile, mapCase, type Mapped, tableOf } from "./ge-cases.ts";

const path = new URL("../../../../../shared/data/quality/ge-cases/dev/core.json", import.meta.url);
const there = existsSync(path);
if (!there)
  console.warn("Skipped: the published cases of Great Expectations are not on this machine.");
const file: GeFile = there
  ? (JSON.parse(readFileSync(path, "utf8")) as GeFile)
  : { datasets: {}, cases: [] };

const mapped = file.cases
  .filter((ge) => ge.ref.startsWith("agree"))
  .flatMap((ge) => {
    const check = mapCase(ge);
    const data = check && tableOf(file.datasets[ge.dataset]!.data, check.columns);
    if (!check || !data || !comparable(ge, data.rows) || toTheLastDigit(ge)) return [];
    const refusal = refused(ge, check, data.table);
    // A boolean has no mean here, and a number no length.
    return refusal === "QUALITY_CHECK_TYPE" ? [] : [{ ge, check, refusal, ...data }];
  });

const engine = duckdb(":memory:");
afterAll(() => engine.close());

describe.skipIf(!there)("the cases of Great Expectations", () => {
  it("that the package has checks for are most of the simple ones", () => {
    expect(mapped.length).toBeGreaterThan(80);
  });

  it.each(mapped.filter(({ refusal }) => refusal === undefined))(
    "$ge.expectation: $ge.title ($ge.id)",
    async ({ ge, check, table, rows }) => {
      const contract = defineContract(table as never, (t) => [check.make(t as never)]);
      await engine.execute("DROP TABLE IF EXISTS data");
      await engine.execute(createTable(engine.dialect, "data", table));
      await engine.load("data", table, rows);
      const runs = [
        await contract.check(rows as never),
        await contract.check(engine.table("data")),
      ];
      for (const run of runs) expectAsPublished(ge, check, run);
    },
  );

  const errors = mapped.filter(({ refusal }) => refusal !== undefined);
  it.each(errors)("$ge.expectation: $ge.title is an error ($ge.id)", ({ ge }) => {
    // Empty sets, reversed limits and missing limits are an error here, where Great Expectations fails or passes anything.
    const limits = [ge.kwargs["min_value"], ge.kwargs["max_value"], ge.kwargs["value_set"]].flat();
    const vacuous = limits.every((limit) => limit === undefined || limit === null);
    expect(ge.ref.startsWith("agree-error") || ge.expected.success === false || vacuous).toBe(true);
  });
});

function expectAsPublished(ge: GeCase, check: Mapped, run: QualityRun): void {
  const result = run.results.at(-1)!;
  if (ge.expected.success !== undefined) expect(result.passed).toBe(ge.expected.success);
  const { unexpected_list: unexpected, observed_value: observed } = ge.expected;
  if (unexpected !== undefined) {
    expect(result.failed).toBe(unexpected.length);
    if (check.columns.length === 1) {
      const failing = run.failures(result.id).map(({ values }) => text(values[check.columns[0]!]));
      expect(failing.sort()).toEqual(unexpected.map(text).sort());
    }
  }
  // The observed value of a count of values is that of another table in the published file.
  if (
    typeof observed === "number" &&
    result.observed !== null &&
    result.check !== "distinctCount"
  ) {
    expect(Number(result.observed)).toBeCloseTo(observed, 5);
  }
}

/** A double met to its last digit, which depends on the order an engine adds in. */
function toTheLastDigit({ expectation, kwargs }: GeCase): boolean {
  return (
    expectation === "expect_column_stdev_to_be_between" &&
    kwargs["min_value"] === kwargs["max_value"]
  );
}

/** Why a contract with the check is refused; undefined where it is not. */
function refused(ge: GeCase, check: Mapped, table: object): string | undefined {
  try {
    defineContract(table as never, (t) => [check.make(t as never)]);
    return undefined;
  } catch (error) {
    if (error instanceof QualityError) return error.code;
    throw new Error(`${ge.id} ${ge.title}`, { cause: error });
  }
}

/** Whether rows in which only some of the columns are null do not matter: the peer compares them, SQL does not. */
function comparable(ge: GeCase, rows: readonly Record<string, unknown>[]): boolean {
  const ignored = ge.kwargs["ignore_row_if"];
  if (ignored === "either_value_is_missing" || ignored === "any_value_is_missing") return true;
  return rows.every((row) => {
    const nulls = Object.values(row).filter((value) => value === null).length;
    return nulls === 0 || nulls === Object.keys(row).length;
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : String(Number(value));
}
