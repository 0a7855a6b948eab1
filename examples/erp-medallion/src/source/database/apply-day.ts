import { createTable, id, joinSql, type SqlEngine, type SqlSession, sql } from "@lakewright/sql";
import type { DayChanges, TableChanges } from "../generate/day/day-changes.ts";
import { sourceTables } from "../schema/index.ts";
import type { SourceTable } from "../schema/source-table.ts";

/** Lets a day happen in the source, in one transaction; gives the rows that were written or deleted. */
export async function applyDay(engine: SqlEngine, changes: DayChanges): Promise<number> {
  const order = parentsFirst().filter(({ table }) => changes.tables.has(table.name));
  await engine.transaction(async (session) => {
    for (const source of order) {
      const { table, inserted, updated } = changes.tables.get(source.table.name)!;
      if (inserted.length > 0) await session.load(table.name, table, inserted as never);
      if (updated.length > 0) await update(session, source, updated);
    }
    for (const source of [...order].reverse()) {
      const { deleted } = changes.tables.get(source.table.name)!;
      if (deleted.length > 0) await remove(session, source, deleted);
    }
  });
  return changes.rows;
}

async function update(
  session: SqlSession,
  { table, key }: SourceTable,
  rows: TableChanges["updated"],
): Promise<void> {
  const stage = `changed_${table.name}`;
  await session.execute(createTable(session.dialect, stage, table, { temporary: true }));
  await session.load(stage, table, rows as never);
  const sets = table.fields
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => sql`${id(name)} = ${id("s", name)}`);
  const same = key.map((name) => sql`${id("t", name)} = ${id("s", name)}`);
  await session.execute(
    sql`UPDATE ${id(table.name)} AS t SET ${joinSql(sets)} FROM ${id(stage)} AS s WHERE ${joinSql(same, " AND ")}`,
  );
  await session.execute(sql`DROP TABLE ${id(stage)}`);
}

async function remove(
  session: SqlSession,
  { table, key }: SourceTable,
  keys: TableChanges["deleted"],
): Promise<void> {
  const column = key[0]!;
  const values = keys.map((row) => sql`${row[column] as number | string}`);
  await session.execute(
    sql`DELETE FROM ${id(table.name)} WHERE ${id(column)} IN (${joinSql(values)})`,
  );
}

/** The tables in an order in which each comes after those it refers to. */
function parentsFirst(): SourceTable[] {
  const ordered = new Set<SourceTable>();
  const byName = new Map(sourceTables.map((source) => [source.table.name, source]));
  const visit = (source: SourceTable, above: readonly SourceTable[]): void => {
    if (ordered.has(source) || above.includes(source)) return;
    for (const other of Object.values(source.references))
      visit(byName.get(other)!, [...above, source]);
    ordered.add(source);
  };
  for (const source of sourceTables) visit(source, []);
  return [...ordered];
}
