import { duckdb } from "@lakewright/sql/duckdb";
import { describe, expect, it } from "vitest";
import { notCovered, runScd2Case, scd2Cases } from "./scd2-cases.ts";

const cases = scd2Cases();
if (cases === undefined) console.warn("No SCD2 cases here: ../shared/data/warehouse is absent.");

describe.skipIf(cases === undefined)("histories other tools expect, on DuckDB", () => {
  for (const given of cases ?? []) {
    const reason = notCovered(given);
    it.skipIf(reason !== undefined)(
      given.id + (reason === undefined ? "" : `: ${reason}`),
      async () => {
        await using engine = duckdb(":memory:");
        await runScd2Case(engine, given, "cases");
      },
    );
  }

  it("cover all but one of the cases", () => {
    expect(cases!.filter((given) => notCovered(given) === undefined)).toHaveLength(21);
  });
});
