import type { LogicalType, Table } from "@lakewright/core";
import { type EngineTable, id, sql } from "@lakewright/sql";
import { schemaProblem } from "../batch/schema-watch.ts";

/** What is wrong with the columns of a table of an engine; types are the same that the engine writes alike. */
export async function engineSchemaProblem(
  table: Table,
  target: EngineTable,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { dialect } = target.engine;
  const written = (type: LogicalType): string =>
    dialect.columnType({
      // Engines give back microseconds, whatever the unit was.
      type: type.kind === "timestamp" ? { ...type, unit: "us" } : type,
      nullable: true,
    });
  const result = target.engine.query(sql`SELECT * FROM ${id(...target.path)} WHERE 1 = 0`, {
    signal,
  });
  for await (const batch of result) {
    return schemaProblem(table, batch.schema, (a, b) => written(a) === written(b));
  }
  return undefined;
}
