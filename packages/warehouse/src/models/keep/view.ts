import { id, joinSql, sql } from "@lakewright/sql";
import { castSql } from "../cast.ts";
import type { Model } from "../model.ts";
import type { Kept, Work } from "../run/work.ts";
import { testModel } from "../run/test-model.ts";
import { dropExisting, hasState, type ObjectKind, OTHER_COLUMNS } from "./existing.ts";
import { stagingName } from "./names.ts";
import { makeStaging } from "./result-check.ts";
import type { Sql } from "@lakewright/sql";

/** Makes the view of a model, once its columns and tests have passed. */
export async function keepView(work: Work, kind: ObjectKind | undefined): Promise<Kept> {
  const { session, place, model } = work;
  const body = await checkedQuery(work);
  const tests = await testModel(work, sql`(\n${body}\n)`);
  const name = place.id(model.name);
  if (kind !== "view") await dropExisting(work, kind);
  const create = sql`CREATE OR REPLACE VIEW ${name} AS\n${body}`;
  if (kind === "view" && session.capabilities.savepoints && session.capabilities.transactionalDdl) {
    // A view in use can be replaced by one of the same columns only; one that is not can be made anew.
    await session
      .savepoint((inner) => inner.execute(create))
      .catch(async (error: unknown) => {
        if (!hasState(error, OTHER_COLUMNS)) throw error;
        await session.execute(sql`DROP VIEW ${name}`);
        await session.execute(create);
      });
  } else if (kind === undefined) {
    await work.making(() => session.execute(create));
  } else {
    await session.execute(create);
  }
  return { rows: undefined, written: undefined, tests };
}

/** The query, its columns checked, in order and of the declared types. */
export async function checkedQuery(work: Work): Promise<Sql> {
  const { session, place, model } = work;
  const staging = stagingName(model);
  await session.execute(sql`DROP TABLE IF EXISTS ${place.id(staging)}`);
  const converted = await makeStaging(work, staging);
  await session.execute(sql`DROP TABLE ${place.id(staging)}`);
  return converting(work, model, converted);
}

function converting(work: Work, model: Model, converted: ReadonlySet<string>): Sql {
  const { dialect } = work.session;
  const columns = model.result.fields.map(({ name, column }) => {
    const value = id("q", name);
    return converted.has(name) ? sql`${castSql(dialect, value, column)} AS ${id(name)}` : value;
  });
  return sql`SELECT ${joinSql(columns)} FROM (\n${work.whole.statement}\n) AS q`;
}
