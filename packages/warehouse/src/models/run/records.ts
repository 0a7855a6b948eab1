import { defineTable, int64, nullable, type Table, timestamp, utf8 } from "@lakewright/core";
import { bind, createTable, type Sql, type SqlSession, sql } from "@lakewright/sql";
import { namesOf } from "../../define/names.ts";
import type { Place } from "../../schema/place.ts";
import { columnList } from "../../sql-text.ts";

/**
 * Every run of every model, written in the transaction of its data. Where transactions do not hold DDL, also that a first
 * run is about to make its object ("begun"), until it has succeeded: without that the object of a run that was killed
 * would be taken for somebody else's.
 */
export const modelsTable: Table = defineTable("_wh_models", {
  model_name: utf8(),
  run_id: utf8(),
  /** Which of the model's successes it is, from 1, by when they were written: clocks may be set back. Null for a failure. */
  success_number: nullable(int64()),
  status: utf8(),
  materialization: utf8(),
  code_hash: utf8(),
  input_hash: utf8(),
  row_count: nullable(int64()),
  written_rows: nullable(int64()),
  started_at: timestamp("us"),
  ms: int64(),
  /** Verdicts of the tests, and the error of a failure, as JSON. */
  outcome: utf8(),
});

/** OpenLineage events of the runs. */
const lineageTable: Table = defineTable("_wh_lineage", {
  run_id: utf8(),
  model_name: utf8(),
  event_type: utf8(),
  event_time: timestamp("us"),
  event: utf8(),
});

export interface ModelRecord {
  readonly modelName: string;
  readonly runId: string;
  /** Which of the model's successes it is, from 1; undefined for a failure. */
  readonly successNumber: number | undefined;
  readonly status: "success" | "failed" | "begun";
  readonly materialization: string;
  readonly codeHash: string;
  readonly inputHash: string;
  readonly rows: number | undefined;
  readonly written: number | undefined;
  readonly startedMicros: bigint;
  readonly ms: number;
  readonly outcome: string;
}

/** Makes the tables of the runs where they are missing. */
export async function ensureRunTables(session: SqlSession, place: Place): Promise<void> {
  for (const table of [modelsTable, lineageTable]) {
    const path = place.path(table.name);
    await session.execute(createTable(session.dialect, path, table, { ifNotExists: true }));
  }
}

/** The last successful run of each model. */
export async function lastSuccesses(
  session: SqlSession,
  place: Place,
): Promise<ReadonlyMap<string, ModelRecord>> {
  const runs = place.id(modelsTable.name);
  const rows = await session
    .query(
      sql`SELECT r.* FROM ${runs} r
JOIN (SELECT model_name, max(success_number) AS newest FROM ${runs} GROUP BY model_name) n
ON n.model_name = r.model_name AND n.newest = r.success_number`,
    )
    .rows();
  return new Map(rows.map((row) => [String(row["model_name"]), successOf(row)]));
}

/** The last successful run of a model: of the one that has the model's lock, until it gives it back. */
export async function lastSuccess(
  session: SqlSession,
  place: Place,
  modelName: string,
): Promise<ModelRecord | undefined> {
  const [row] = await session
    .query(
      sql`SELECT * FROM ${place.id(modelsTable.name)} WHERE model_name = ${modelName} AND success_number IS NOT NULL
ORDER BY success_number DESC LIMIT 1`,
    )
    .rows();
  return row && successOf(row);
}

function successOf(row: Readonly<Record<string, unknown>>): ModelRecord {
  return {
    modelName: String(row["model_name"]),
    runId: String(row["run_id"]),
    successNumber: Number(row["success_number"]),
    status: "success",
    materialization: String(row["materialization"]),
    codeHash: String(row["code_hash"]),
    inputHash: String(row["input_hash"]),
    rows: row["row_count"] === null ? undefined : Number(row["row_count"]),
    written: row["written_rows"] === null ? undefined : Number(row["written_rows"]),
    startedMicros: row["started_at"] as bigint,
    ms: Number(row["ms"]),
    outcome: String(row["outcome"]),
  };
}

export async function writeRecord(
  session: SqlSession,
  place: Place,
  record: ModelRecord,
): Promise<void> {
  const count = (value: number | undefined): unknown => (value === undefined ? null : value);
  await session.execute(
    sql`INSERT INTO ${place.id(modelsTable.name)} (${columnList(namesOf(modelsTable))})
VALUES (${record.modelName}, ${record.runId}, ${bind(count(record.successNumber), int64().type)}, ${record.status}, ${record.materialization}, ${record.codeHash}, ${record.inputHash},
${bind(count(record.rows), int64().type)}, ${bind(count(record.written), int64().type)}, ${bind(record.startedMicros, timestamp("us").type)}, ${bind(record.ms, int64().type)}, ${record.outcome})`,
  );
}

/** Whether a run was about to make the model's object, and has neither succeeded nor found that it is not there. */
export async function hasBegun(
  session: SqlSession,
  place: Place,
  modelName: string,
): Promise<boolean> {
  const found = await session
    .query(
      sql`SELECT 1 AS one FROM ${place.id(modelsTable.name)} WHERE ${begunOf(modelName)} LIMIT 1`,
    )
    .rows();
  return found.length > 0;
}

/** Forgets that runs of the model have begun. */
export async function forgetBegun(
  session: SqlSession,
  place: Place,
  modelName: string,
): Promise<void> {
  await session.execute(sql`DELETE FROM ${place.id(modelsTable.name)} WHERE ${begunOf(modelName)}`);
}

function begunOf(modelName: string): Sql {
  return sql`model_name = ${modelName} AND status = ${"begun" satisfies ModelRecord["status"]}`;
}

export async function writeEvent(
  session: SqlSession,
  place: Place,
  event: {
    readonly runId: string;
    readonly modelName: string;
    readonly type: string;
    readonly micros: bigint;
    readonly json: string;
  },
): Promise<void> {
  await session.execute(
    sql`INSERT INTO ${place.id(lineageTable.name)} (${columnList(namesOf(lineageTable))})
VALUES (${event.runId}, ${event.modelName}, ${event.type}, ${bind(event.micros, timestamp("us").type)}, ${event.json})`,
  );
}
