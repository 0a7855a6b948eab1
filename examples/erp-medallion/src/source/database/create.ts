import { createTable, id, joinSql, raw, type SqlEngine, sql } from "@lakewright/sql";
import { sourceTables } from "../schema/index.ts";
import type { SourceTable } from "../schema/source-table.ts";

/** Makes the empty tables with their keys. */
export async function createSource(engine: SqlEngine): Promise<void> {
  const statements = sourceTables.map(({ table, key }) =>
    createTable(engine.dialect, table.name, table, { primaryKey: key }),
  );
  await engine.transaction(async (session) => {
    for (const statement of statements) await session.execute(statement);
  });
}

/**
 * Adds what the tables have once they are filled: foreign keys and indexes of the cursors, as an ERP's database has them.
 * Loose references are NOT VALID: rows that were there may point at nothing, new ones may not.
 */
export async function constrainSource(engine: SqlEngine): Promise<void> {
  await engine.transaction(async (session) => {
    for (const source of sourceTables) {
      for (const [column, other] of Object.entries(source.references))
        await session.execute(foreignKey(source, column, other));
      if (source.rows > 1_000 && source.cursor !== undefined) {
        await session.execute(sql`CREATE INDEX ON ${id(source.table.name)} (${id(source.cursor)})`);
      }
    }
  });
}

function foreignKey({ table, loose }: SourceTable, column: string, other: string) {
  const target = sourceTables.find((source) => source.table.name === other)!;
  return joinSql(
    [
      sql`ALTER TABLE ${id(table.name)} ADD FOREIGN KEY (${id(column)}) REFERENCES ${id(other)} (${id(target.key[0]!)})`,
      ...(loose.includes(column) ? [raw("NOT VALID")] : []),
    ],
    " ",
  );
}
