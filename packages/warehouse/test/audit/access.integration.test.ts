import { type SqlEngine, sql } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import { openWarehouse } from "@lakewright/warehouse";
import { applyAccess, defineAccess, openAuditLog } from "@lakewright/warehouse/audit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/services/postgres.ts";
import { saleRows, sales, userRows, users } from "./star.ts";

const tables = { users, sales };
const rules = defineAccess(tables, {
  "a n'alyst": {
    read: ["users", "sales"],
    rows: { sales: sql`country = 'FR'` },
    masks: { users: { email: { keepLast: 4 } } },
  },
  auditor: { read: ["users", "sales"] },
  loader: { write: ["sales"], read: ["users"] },
});

describe("audit and access on Postgres", () => {
  let server: PostgresServer | undefined;
  let engine: SqlEngine;

  beforeAll(async () => {
    try {
      server = await startPostgres();
      engine = postgres(await server.createDatabase());
      const warehouse = await openWarehouse(engine, tables, { schema: "mart" });
      await warehouse.load(users, userRows, { at: "2023-01-01" });
      await warehouse.load(sales, saleRows);
      await applyAccess(engine, rules, { schema: "mart" });
      await applyAccess(engine, rules, { schema: "mart" });
    } catch (error) {
      if (server !== undefined) throw error;
      console.warn(`Skipped, there is no Postgres here: ${String(error)}`);
    }
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  /** What a statement gives to a member of the role. */
  const as = (role: string, statement: string): Promise<Record<string, unknown>[]> =>
    engine.transaction(async (session) => {
      await session.execute(`SET LOCAL ROLE ${engine.dialect.quote(role)}`);
      return session.query(statement).rows();
    });

  it("shows each role its rows, by the server itself", async (context) => {
    if (server === undefined) return context.skip();
    const read = "SELECT sale FROM mart.fact_sales ORDER BY 1";
    expect(await as("a n'alyst", read)).toEqual([{ sale: "s1" }, { sale: "s3" }]);
    expect(await as("auditor", read)).toHaveLength(3);
    expect(await as("loader", "DELETE FROM mart.fact_sales WHERE false RETURNING sale")).toEqual(
      [],
    );
    await expect(as("auditor", "DELETE FROM mart.fact_sales RETURNING sale")).rejects.toThrow(
      /permission denied/,
    );
  });

  it("keeps masked columns from those who see them masked", async (context) => {
    if (server === undefined) return context.skip();
    await expect(as("a n'alyst", "SELECT email FROM mart.dim_users")).rejects.toThrow(
      /permission denied/,
    );
    const relations = (await applyAccess(engine, rules, { schema: "mart" })).relations[
      "a n'alyst"
    ]!;
    const path = relations["users"]!.map((part) => engine.dialect.quote(part)).join(".");
    expect(
      await as("a n'alyst", `SELECT email FROM ${path} WHERE user_key > 0 ORDER BY user_id`),
    ).toEqual([{ email: "***********.org" }, { email: "***" }, { email: null }]);
  });

  it("takes back what the rules no longer have", async (context) => {
    if (server === undefined) return context.skip();
    const fewer = defineAccess(tables, { ...rules.roles, auditor: { read: ["users"] } });
    await applyAccess(engine, fewer, { schema: "mart" });
    await expect(as("auditor", "SELECT 1 FROM mart.fact_sales")).rejects.toThrow(
      /permission denied/,
    );
    expect(
      await as("auditor", "SELECT user_id FROM mart.dim_users WHERE user_key > 0"),
    ).toHaveLength(3);
  });

  it("chains what several connections append at once", async (context) => {
    if (server === undefined) return context.skip();
    const log = await openAuditLog(engine, { schema: "mart" });
    await Promise.all(
      Array.from({ length: 24 }, (_, k) =>
        log.append({ actor: `w${k}`, action: "write", subject: "t" }),
      ),
    );
    expect(await log.verify()).toMatchObject({ ok: true, entries: 24n });
  });
});
