import { sql } from "@lakewright/sql";
import { mysql } from "@lakewright/sql/mysql";
import { openWarehouse } from "@lakewright/warehouse";
import {
  applyAccess,
  defineAccess,
  openAuditLog,
  openAuditTables,
  planRetention,
} from "@lakewright/warehouse/audit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { saleRows, sales, userRows, users } from "./star.ts";

const tables = { users, sales };
const clock = { now: () => new Date("2026-11-21T00:00:00Z") };

describe.each([
  ["MySQL", startMysql],
  ["MariaDB", startMariadb],
] as const)("audit and access on %s", (name, start) => {
  let server: Awaited<ReturnType<typeof start>> | undefined;
  let url = "";
  beforeAll(async () => {
    server = await start().catch((error: unknown) => {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return undefined;
    });
    if (server !== undefined) url = await server.createDatabase();
  });
  afterAll(() => server?.stop());

  it("chains entries, keeps records, and deletes what is old", async (context) => {
    if (server === undefined) context.skip();
    await using warehouse = await openWarehouse(mysql(url), tables, { clock });
    const { engine } = warehouse;
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(users, [{ user_id: "u1", email: null, country: "FR" }], {
      at: "2026-05-01",
    });
    await warehouse.load(sales, saleRows);
    const log = await openAuditLog(engine, { key: new Uint8Array(32).fill(3) });
    await Promise.all(
      Array.from({ length: 12 }, (_, k) =>
        log.append({ actor: `w${k}`, action: "write", subject: `é${k}` }),
      ),
    );
    expect(await log.verify()).toMatchObject({ ok: true, entries: 12n });
    await engine.execute("UPDATE _wh_audit SET actor = 'W3' WHERE actor = 'w3'");
    expect((await log.verify()).ok).toBe(false);
    const audit = await openAuditTables(engine);
    await audit.qualityCheck({ checkType: "contract", qualityScore: 0.5, issuesFound: ["é"] });
    const plan = await planRetention(
      warehouse,
      tables,
      [
        { table: users, days: 30 },
        { table: sales, days: 365 },
      ],
      { clock },
    );
    expect(plan.tables.map(({ rows }) => rows)).toEqual([1, 1]);
    expect((await plan.run()).tables.map(({ rows }) => rows)).toEqual([1, 1]);
  });

  it("shows a member of a role what the rules say, and no more", async (context) => {
    if (server === undefined) context.skip();
    await using engine = mysql(url);
    const rules = defineAccess(tables, {
      analyst: {
        read: ["users", "sales"],
        rows: { sales: sql`country = 'FR'` },
        masks: { users: { email: { keepLast: 4 } } },
      },
      loader: { write: ["sales"] },
    });
    await applyAccess(engine, rules);
    const { relations, enforced } = await applyAccess(engine, rules);
    expect(enforced).toBe(true);
    await engine.execute("CREATE USER IF NOT EXISTS 'ann'@'%' IDENTIFIED BY 'secret'");
    await engine.execute("GRANT analyst TO 'ann'@'%'");
    await engine.execute(
      name === "MySQL"
        ? "SET DEFAULT ROLE analyst TO 'ann'@'%'"
        : "SET DEFAULT ROLE analyst FOR 'ann'@'%'",
    );
    const hers = new URL(url);
    hers.username = "ann";
    hers.password = "secret";
    await using ann = mysql(hers.href);
    const relation = (table: string): string =>
      relations["analyst"]![table]!.map((part) => ann.dialect.quote(part)).join(".");
    const emails = await ann
      .query(`SELECT email FROM ${relation("users")} WHERE user_key > 0 ORDER BY user_id, user_key`)
      .rows();
    expect(emails.map((row) => row["email"])).toContain("***");
    expect(emails.map((row) => row["email"])).not.toContain("bob");
    const seen = await ann.query(`SELECT country FROM ${relation("sales")}`).rows();
    expect(new Set(seen.map((row) => row["country"]))).toEqual(new Set(["FR"]));
    await expect(ann.query("SELECT * FROM dim_users").rows()).rejects.toThrow(/denied/);
    await expect(ann.execute("DELETE FROM fact_sales")).rejects.toThrow(/denied/);
  });
});
