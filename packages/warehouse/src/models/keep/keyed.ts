import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import { namesOf } from "../../define/names.ts";
import { assignments, columnsUnder, differ, equal } from "../../sql-text.ts";
import type { IncrementalByKey } from "../materialization.ts";
import { testModel } from "../run/test-model.ts";
import type { Kept, Work } from "../run/work.ts";
import type { ObjectKind } from "./existing.ts";
import { fill } from "./fill.ts";
import { resultColumns, stagingName } from "./names.ts";
import { assertOneRowPerKey } from "./one-row-per-key.ts";
import { countRows } from "./partitions.ts";
import { makeStaging } from "./result-check.ts";
import { keepTable } from "./table.ts";

/** Inserts rows of new keys, and changes those of known keys that differ. */
export async function keepKeyed(
  work: Work,
  of: IncrementalByKey,
  kind: ObjectKind | undefined,
): Promise<Kept> {
  const { session, place, model, before } = work;
  const staging = place.id(stagingName(model));
  if (kind !== "table" || before === undefined) return keepTable(work, kind);
  await session.execute(sql`DROP TABLE IF EXISTS ${staging}`);
  await makeStaging(work, stagingName(model));
  const since = of.deletes === "delete" ? undefined : before.startedMicros;
  await fill(work, staging, work.compile({ since, partitions: undefined }).statement);
  await assertOneRowPerKey(work, of.key, staging);
  const kept = await work.atomically(async (inner) => {
    const inside = { ...work, session: inner };
    const written =
      (await update(inside, of.key, staging)) +
      (await insert(inside, of.key, staging)) +
      (of.deletes === "delete" ? await remove(inside, of.key, staging) : 0);
    const tests = await testModel(inside, place.id(model.name));
    return { rows: await countRows(inside, place.id(model.name)), written, tests };
  });
  await session.execute(sql`DROP TABLE IF EXISTS ${staging}`);
  return kept;
}

async function update(work: Work, key: readonly string[], staging: Sql): Promise<number> {
  const { session, place, model, signal } = work;
  const others = namesOf(model.result).filter((name) => !key.includes(name));
  if (others.length === 0) return 0;
  const { dialect } = session;
  return session.execute(
    dialect.updateFrom({
      target: place.id(model.name),
      alias: "t",
      set: assignments("s", others),
      from: sql`${staging} AS s`,
      where: sql`${equal("t", "s", key)} AND (${differ(dialect, "t", "s", others)})`,
    }),
    { signal },
  );
}

async function insert(work: Work, key: readonly string[], staging: Sql): Promise<number> {
  const { session, place, model, signal } = work;
  const target = place.id(model.name);
  const names = namesOf(model.result);
  return session.execute(
    sql`INSERT INTO ${target} (${resultColumns(model)})
SELECT ${columnsUnder("s", names)} FROM ${staging} AS s
LEFT JOIN ${target} AS t ON ${equal("t", "s", key)} WHERE ${id("t", key[0]!)} IS NULL`,
    { signal },
  );
}

async function remove(work: Work, key: readonly string[], staging: Sql): Promise<number> {
  const { session, place, model, signal } = work;
  const kept = joinSql(
    key.map((name) => sql`${id("s", name)} = ${place.id(model.name)}.${id(name)}`),
    " AND ",
  );
  return session.execute(
    sql`DELETE FROM ${place.id(model.name)} WHERE NOT EXISTS (SELECT 1 FROM ${staging} AS s WHERE ${kept})`,
    { signal },
  );
}
