import { type Sql, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { inlined } from "../cast.ts";
import type { ModelTest } from "../model-test.ts";
import type { TestResult } from "../outcome.ts";
import type { Work } from "./work.ts";

/**
 * Runs the tests of a model on its rows.
 *
 * @param candidate - where the rows are: not yet where readers find them
 * @throws WarehouseError WAREHOUSE_MODEL_TEST where one of severity error fails, with all results in `details.tests`.
 */
export async function testModel(work: Work, candidate: Sql): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const test of work.model.tests) results.push(await runTest(work, test, candidate));
  const failed = results.filter((result) => result.status === "fail");
  if (failed.length === 0) return results;
  const list = failed.map(({ name, failures }) => `"${name}" (${failures})`).join(", ");
  throw new WarehouseError(
    "WAREHOUSE_MODEL_TEST",
    `Model "${work.model.name}" fails ${failed.length === 1 ? "the test" : "the tests"} ${list}.`,
    {
      hint: 'What was there before is there still. Mend the query or its sources, or give the test severity: "warn".',
      details: { model: work.model.name, tests: results },
    },
  );
}

/** The failing rows of a test, as a statement of its own. */
function failingRows(work: Pick<Work, "model" | "target">, test: ModelTest, candidate: Sql): Sql {
  const { model, target } = work;
  const statement = test.failing({
    dialect: target.dialect,
    rows: sql`${candidate} AS m`,
    where: undefined,
    ref: (relation) => (relation === model ? candidate : target.resolve(relation)),
  });
  return inlined(target.dialect, statement);
}

async function runTest(work: Work, test: ModelTest, candidate: Sql): Promise<TestResult> {
  const { session, signal } = work;
  const failing = failingRows(work, test, candidate);
  const { n } = await session
    .query(sql`SELECT count(*) AS n FROM (${failing}) AS failing`, { signal })
    .row();
  const failures = Number(n);
  const sample =
    failures === 0 || test.samples === 0
      ? []
      : await session.query(sql`${failing}\nLIMIT ${test.samples}`, { signal }).rows();
  const { name, kind, columns, severity } = test;
  const status = failures === 0 ? "pass" : severity === "warn" ? "warn" : "fail";
  return { name, kind, columns, severity, status, failures, sample };
}
