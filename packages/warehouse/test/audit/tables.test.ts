import { duckdb } from "@lakewright/sql/duckdb";
import { openAuditTables } from "@lakewright/warehouse/audit";
import { expect, it } from "vitest";

it("keeps sources, transformations, checks, reconciliations and causes", async () => {
  await using engine = duckdb(":memory:");
  let ids = 0;
  let seconds = 0;
  const audit = await openAuditTables(engine, {
    schema: "audit",
    clock: { now: () => new Date(Date.UTC(2026, 10, 21, 10, 0, seconds++)) },
    newId: () => `id${++ids}`,
  });
  await audit.dataSource({ name: "crm", type: "crm", configuration: { url: "https://x" } });
  const result = await audit.traced(
    { serviceName: "silver", transformationType: "clean", inputData: { rows: 3 } },
    () => Promise.resolve({ outputData: { rows: 2 }, metrics: { rejected: 1n }, other: true }),
  );
  expect(result.other).toBe(true);
  await audit.qualityCheck({
    checkType: "contract",
    dataSource: "crm",
    qualityScore: 0.983,
    issuesFound: [],
  });
  await audit.reconciliation({
    totalRecords: 10,
    matchesFound: 3n,
    duplicatesRemoved: 2,
    confidenceScores: [0.9],
  });
  await audit.rootCause({ analysisType: "failures", rootCauses: ["GBP"], confidenceScore: 0.97 });
  const read = (name: Parameters<typeof audit.table>[0]): Promise<Record<string, unknown>[]> =>
    engine.query(`SELECT * EXCLUDE (created_at) FROM audit.${name}`).rows();
  expect(await read("data_sources")).toEqual([
    { id: "id1", name: "crm", type: "crm", configuration: '{"url":"https://x"}' },
  ]);
  expect(await read("transformations")).toEqual([
    {
      id: "id2",
      service_name: "silver",
      transformation_type: "clean",
      input_data: '{"rows":3}',
      output_data: '{"rows":2}',
      metrics: '{"rejected":1}',
      execution_time: 1,
    },
  ]);
  expect((await read("quality_checks"))[0]).toMatchObject({
    quality_score: 0.983,
    recommendations: null,
  });
  expect((await read("reconciliation_results"))[0]).toMatchObject({
    total_records: 10n,
    matches_found: 3n,
  });
  expect((await read("rca_analyses"))[0]).toMatchObject({
    confidence_score: 0.97,
    root_causes: '["GBP"]',
  });
});

it("records a transformation that throws, and a record that is rolled back is gone", async () => {
  await using engine = duckdb(":memory:");
  const audit = await openAuditTables(engine);
  const record = { serviceName: "gold", transformationType: "kpi" };
  await expect(
    audit.traced(record, () => Promise.reject(new Error("no such column"))),
  ).rejects.toThrow("no such column");
  const { metrics } = await engine.query("SELECT metrics FROM transformations").row();
  expect(metrics).toBe('{"error":"no such column"}');
  const failing = engine.transaction(async (session) => {
    await audit.transformation({ ...record, executionTime: 1 }, { session });
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  expect(await engine.query("SELECT count(*)::int AS n FROM transformations").row()).toEqual({
    n: 1,
  });
  await expect(
    audit.qualityCheck({ checkType: "contract", qualityScore: 98 }),
  ).rejects.toMatchObject({ code: "WAREHOUSE_INVALID_OPTION" });
});
