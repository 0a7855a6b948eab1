import { sql, type SqlEngine } from "@lakewright/sql";
import { openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";
import { everything, orders, sales, stock, users } from "./stars.ts";

/** What holds for the indexes and keys on servers with foreign keys, as their catalogues have it. */
export function indexCases(engineOf: () => SqlEngine | undefined): void {
  it("every foreign key is there, and its column starts an index", async (context) => {
    const engine = engineOf();
    if (engine === undefined) return context.skip();
    const schema = `i_${crypto.randomUUID().slice(0, 8)}`;
    await openWarehouse(engine, everything, { schema });
    const keys = await engine
      .query(
        sql`SELECT k.table_name AS t, k.column_name AS c FROM information_schema.key_column_usage k
JOIN information_schema.table_constraints x ON x.constraint_name = k.constraint_name AND x.table_name = k.table_name AND x.table_schema = k.table_schema
WHERE k.table_schema = ${schema} AND x.constraint_type = 'FOREIGN KEY'`,
      )
      .rows();
    const found = keys.map((row) => `${String(row["t"])}.${String(row["c"])}`);
    const wanted = [sales, orders, stock].flatMap((table) =>
      table.roles.map((role) => `${table.name}.${role.column}`),
    );
    expect(found).toEqual(expect.arrayContaining([...wanted, `${users.name}.home_key`]));
    const leading = await engine
      .query(
        engine.dialect.name === "mysql"
          ? sql`SELECT table_name AS t, column_name AS c FROM information_schema.statistics WHERE table_schema = ${schema} AND seq_in_index = 1`
          : sql`SELECT CAST(c.relname AS TEXT) AS t, CAST(a.attname AS TEXT) AS c FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE n.nspname = ${schema}`,
      )
      .rows();
    const indexed = leading.map((row) => `${String(row["t"])}.${String(row["c"])}`);
    expect(indexed).toEqual(expect.arrayContaining(wanted));
  });
}
