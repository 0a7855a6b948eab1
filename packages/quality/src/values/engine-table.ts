import type { EngineTable } from "@lakewright/sql";

/** Whether the value is a table of an engine, not data. */
export function isEngineTable(value: unknown): value is EngineTable {
  return (
    typeof value === "object" &&
    value !== null &&
    "engine" in value &&
    "path" in value &&
    Array.isArray(value.path)
  );
}
