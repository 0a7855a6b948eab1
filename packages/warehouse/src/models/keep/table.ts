import { id, type Sql, sql } from "@lakewright/sql";
import { objectName } from "../../schema/place.ts";
import { columnList } from "../../sql-text.ts";
import { testModel } from "../run/test-model.ts";
import type { Kept, Work } from "../run/work.ts";
import { DEPENDENTS, dropExisting, hasState, type ObjectKind } from "./existing.ts";
import { fill } from "./fill.ts";
import { resultColumns, stagingName } from "./names.ts";
import { assertOneRowPerKey } from "./one-row-per-key.ts";
import { hasPrimaryKey, makeStaging } from "./result-check.ts";

/** Computes all of a model beside what readers see, tests it, and puts it in its place at once. */
export async function keepTable(work: Work, kind: ObjectKind | undefined): Promise<Kept> {
  const { session, place, model, whole } = work;
  const staging = stagingName(model);
  await session.execute(sql`DROP TABLE IF EXISTS ${place.id(staging)}`);
  await makeStaging(work, staging);
  const rows = await fill(work, place.id(staging), whole.statement);
  if (model.uniqueKey.length > 0) {
    await assertOneRowPerKey(work, model.uniqueKey, place.id(staging));
  }
  const tests = await testModel(work, place.id(staging));
  await replace(work, kind, staging);
  return { rows, written: rows, tests };
}

/** Puts the staging table where the model is. */
async function replace(work: Work, kind: ObjectKind | undefined, staging: string): Promise<void> {
  const { session, place, model } = work;
  const { transactionalDdl, savepoints } = session.capabilities;
  if (kind === "table" && !transactionalDdl) {
    await swap(work, staging);
  } else if (kind === "table" && savepoints) {
    const dropped = await session
      .savepoint((inner) => inner.execute(sql`DROP TABLE ${place.id(model.name)}`))
      .then(
        () => true,
        (error: unknown) => {
          if (hasState(error, DEPENDENTS)) return false;
          throw error;
        },
      );
    if (!dropped) {
      await refill(work, place.id(staging));
      return;
    }
    await rename(work, staging);
  } else if (kind === undefined) {
    await work.making(() => rename(work, staging));
  } else {
    await dropExisting(work, kind);
    await rename(work, staging);
  }
  await index(work);
}

async function rename(work: Work, staging: string): Promise<void> {
  const { session, place, model } = work;
  await session.execute(
    sql`ALTER TABLE ${place.id(staging)} RENAME TO ${renamed(work, model.name)}`,
  );
}

/** Where DDL is not in transactions, a name without its schema would be looked up in the current one. */
function renamed(work: Work, name: string): Sql {
  return work.session.capabilities.transactionalDdl ? id(name) : work.place.id(name);
}

/** Both names change in one statement, which is all or nothing where transactions do not hold DDL. */
async function swap(work: Work, staging: string): Promise<void> {
  const { session, place, model } = work;
  const old = place.id(objectName(model.name, "wh_old"));
  await session.execute(sql`DROP TABLE IF EXISTS ${old}`);
  await session.execute(
    sql`RENAME TABLE ${place.id(model.name)} TO ${old}, ${place.id(staging)} TO ${place.id(model.name)}`,
  );
  await session.execute(sql`DROP TABLE ${old}`);
}

/** Views and others refer to the table that is there: it stays, and its rows are replaced. */
async function refill(work: Work, staging: Sql): Promise<void> {
  const { session, place, model, signal } = work;
  const target = place.id(model.name);
  await session.execute(sql`DELETE FROM ${target}`, { signal });
  await session.execute(
    sql`INSERT INTO ${target} (${resultColumns(model)}) SELECT ${resultColumns(model)} FROM ${staging}`,
    { signal },
  );
  await session.execute(sql`DROP TABLE ${staging}`);
}

async function index(work: Work): Promise<void> {
  const { session, place, model } = work;
  if (model.uniqueKey.length === 0 || hasPrimaryKey(work)) return;
  const name = id(objectName(model.name, "key"));
  await session.execute(
    sql`CREATE UNIQUE INDEX ${name} ON ${place.id(model.name)} (${columnList(model.uniqueKey)})`,
  );
}
