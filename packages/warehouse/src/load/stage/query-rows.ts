import { id, joinSql, type Sql, SqlError, type SqlSession, sql } from "@lakewright/sql";
import type { OwnRows } from "../load-data.ts";
import { namesOf } from "../../define/names.ts";
import type { StarTable } from "../../define/star-table.ts";
import { columnList } from "../../sql-text.ts";
import { count, type RunningLoad, runStep } from "../context.ts";
import { ROW, STAGE } from "../temporary-tables.ts";
import { readReporter } from "../progress.ts";
import { holdsAll, misfits } from "./misfits.ts";
import { createStage, dropTemporary, indexedColumns } from "./stage.ts";

/**
 * Fills the staging table with what a query of the same database gives, without the rows leaving it: where its columns are
 * those of the table, of their types, and every row fits.
 *
 * @returns the number of rows; undefined, with no staging table left, where rows have to be looked at one by one
 */
export async function stageQuery(
  load: RunningLoad,
  table: StarTable,
  query: Sql,
): Promise<number | undefined> {
  const { context, session, options } = load;
  if (!(await givesColumns(load, table, query))) return undefined;
  for (const step of createStage(context, table, { nulls: true })) await runStep(load, step);
  const names = columnList(namesOf(table.input));
  const insert = sql`INSERT INTO ${id(STAGE)} (${names}, ${id(ROW)})
SELECT ${names}, ROW_NUMBER() OVER () - 1 FROM (
${query}
) q`;
  const read = await unlessItFails(session, (inner) =>
    inner.execute(insert, { signal: options.signal }),
  );
  const problems = misfits(context.dialect, "s", table.input.fields, indexedColumns(table));
  const fits =
    read !== undefined &&
    (problems.length === 0 ||
      (await count(load, {
        name: "count rows that do not fit",
        sql: sql`SELECT count(*) AS n FROM ${id(STAGE)} s WHERE ${joinSql(problems, " OR ")}`,
      })) === 0);
  if (fits) {
    readReporter(options)(read, read);
    return read;
  }
  await runStep(load, dropTemporary(context.dialect, STAGE));
  return undefined;
}

/** Whether the primary key of the table they are the rows of keeps that key unique. A name alone may be another table's. */
export async function areUnique(
  session: SqlSession,
  { path }: OwnRows,
  key: readonly string[],
): Promise<boolean> {
  if (path?.length !== 2 || key.length === 0) return false;
  const [schema, table] = path as readonly [string, string];
  const columns = await session.query(session.dialect.primaryKey(schema, table)).rows();
  return columns.length > 0 && columns.every(({ name }) => key.includes(String(name)));
}

/** Whether a query has every column of the table, in a type that needs no look at its values. */
async function givesColumns(
  { session, context, options }: RunningLoad,
  { input }: StarTable,
  query: Sql,
): Promise<boolean> {
  const { signal } = options;
  const [none] = await session
    .query(sql`SELECT * FROM (\n${query}\n) q LIMIT 0`, { signal })
    .batches();
  const given = new Map(none?.schema.fields.map(({ name, type }) => [name, type]));
  if (options.unknownColumns === "error" && given.size > input.fields.length) return false;
  return input.fields.every(({ name, column }) => {
    const type = given.get(name);
    return type !== undefined && holdsAll(context.dialect, column, type);
  });
}

const VALUE_ERRORS: readonly string[] = ["SQL_QUERY_FAILED", "SQL_CONSTRAINT"];

/** A value that is too long for a key fails the statement, and must not fail the transaction where it need not. */
async function unlessItFails(
  session: SqlSession,
  run: (session: SqlSession) => Promise<number>,
): Promise<number | undefined> {
  if (!session.capabilities.savepoints) return run(session);
  try {
    return await session.savepoint(run);
  } catch (error) {
    const ofValue = error instanceof SqlError && VALUE_ERRORS.includes(error.code);
    if (!ofValue) throw error;
    return undefined;
  }
}
