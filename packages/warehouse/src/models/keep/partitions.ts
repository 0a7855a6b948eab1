import type { Column } from "@lakewright/core";
import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import { invalidDefinition, namesOf } from "../../define/names.ts";
import { columnsUnder } from "../../sql-text.ts";
import { inlined, typedLiteral } from "../cast.ts";
import { noting } from "../compile.ts";
import type { IncrementalByPartition } from "../materialization.ts";
import { testModel } from "../run/test-model.ts";
import type { Kept, Work } from "../run/work.ts";
import type { ObjectKind } from "./existing.ts";
import { fill } from "./fill.ts";
import { resultColumns, stagingName } from "./names.ts";
import { makeStaging } from "./result-check.ts";
import { keepTable } from "./table.ts";

/** Beyond so many partitions, all of them are computed again: one statement would name too many values. */
const MOST = 10_000;

/** Computes the touched partitions again and puts them in place of those that are there. */
export async function keepPartitions(
  work: Work,
  of: IncrementalByPartition,
  kind: ObjectKind | undefined,
): Promise<Kept> {
  const { session, place, model, before } = work;
  if (kind !== "table" || before === undefined) return keepTable(work, kind);
  const touched = await touchedPartitions(work, of);
  if (touched === undefined || touched.length > MOST) return keepTable(work, kind);
  const values = joinSql(touched);
  const staging = place.id(stagingName(model));
  await session.execute(sql`DROP TABLE IF EXISTS ${staging}`);
  if (touched.length > 0) {
    await makeStaging(work, stagingName(model));
    const part = work.compile({ since: before.startedMicros, partitions: values });
    await fill(work, staging, part.statement, sql`${id("q", of.column)} IN (${values})`);
  }
  const kept = await work.atomically(async (inner) => {
    const inside = { ...work, session: inner };
    const written = touched.length > 0 ? await exchange(inside, of.column, values, staging) : 0;
    const tests = await testModel(inside, place.id(model.name));
    return { rows: await countRows(inside, place.id(model.name)), written, tests };
  });
  await session.execute(sql`DROP TABLE IF EXISTS ${staging}`);
  return kept;
}

async function exchange(work: Work, column: string, values: Sql, staging: Sql): Promise<number> {
  const { session, place, model, signal } = work;
  const target = place.id(model.name);
  const names = namesOf(model.result);
  await session.execute(sql`DELETE FROM ${target} WHERE ${id(column)} IN (${values})`, { signal });
  return session.execute(
    sql`INSERT INTO ${target} (${resultColumns(model)}) SELECT ${columnsUnder("s", names)} FROM ${staging} AS s`,
    { signal },
  );
}

/** Literals of the partitions to compute; undefined for all of them. */
async function touchedPartitions(
  work: Work,
  of: IncrementalByPartition,
): Promise<readonly Sql[] | undefined> {
  const { session, model, target, before, signal } = work;
  const { dialect } = session;
  const column: Column = model.result.columns[of.column]!;
  const given = work.touched;
  if (given === undefined && of.touched === undefined) return undefined;
  const values = [...(given ?? [])];
  if (of.touched !== undefined) {
    const part = { since: before!.startedMicros, partitions: undefined };
    const { context } = noting(target, part);
    const query = inlined(dialect, of.touched(context));
    for (const row of await session.query(query, { signal }).rows()) {
      const cells = Object.values(row);
      if (cells.length !== 1) {
        throw invalidDefinition(
          `The touched query of model "${model.name}" gives ${cells.length} columns.`,
          `Select the values of "${of.column}" alone.`,
        );
      }
      if (cells[0] !== null) values.push(cells[0]);
    }
  }
  const literals = new Map<string, Sql>();
  for (const value of values) {
    const literal = typedLiteral(dialect, value, column);
    literals.set(literal.render(dialect).text, literal);
  }
  return [...literals.values()];
}

export async function countRows(work: Work, table: Sql): Promise<number> {
  const { n } = await work.session
    .query(sql`SELECT count(*) AS n FROM ${table}`, { signal: work.signal })
    .row();
  return Number(n);
}
