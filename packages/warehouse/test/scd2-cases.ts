import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scd2Case } from "../../../conformance/src/scd2/case.ts";

/** The cases of dlt, dbt and SQLMesh; none, with a word about it, where the data is not there. */
export function scd2Cases(): readonly Scd2Case[] {
  const path = join(import.meta.dirname, "../../../../shared/data/warehouse/scd2-cases.json");
  if (existsSync(path)) {
    return (JSON.parse(readFileSync(path, "utf8")) as { cases: Scd2Case[] }).cases;
  }
  console.warn("No SCD2 cases here: ../shared/data/warehouse is absent.");
  return [];
}
