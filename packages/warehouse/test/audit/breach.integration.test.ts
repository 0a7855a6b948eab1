import { type SqlEngine, sql } from "@lakewright/sql";
import { openWarehouse } from "@lakewright/warehouse";
import { applyAccess, defineAccess, openAuditLog } from "@lakewright/warehouse/audit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../engines.ts";
import { saleRows, sales, userRows, users } from "./star.ts";

const tables = { users, sales };

describe.each(["Postgres", "MySQL", "MariaDB"])("audit under attack on %s", (name) => {
  let database: TestDatabase | undefined;
  let engine: SqlEngine;
  beforeAll(async () => {
    database = await databases[name]!().catch((error: unknown) => {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return undefined;
    });
    if (database === undefined) return;
    engine = database.engine;
    const warehouse = await openWarehouse(engine, tables);
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(sales, saleRows);
  });
  afterAll(() => database?.stop());

  it("a log is whole whenever it is looked at, while others write", async (context) => {
    if (database === undefined) return context.skip();
    const others = [engine, database.another!(), database.another!()];
    // All at once: the tables are made by the first.
    const logs = await Promise.all(
      others.map((other) => openAuditLog(other, { table: "watched" })),
    );
    let writing = true;
    const write = async (log: (typeof logs)[number], k: number): Promise<void> => {
      for (let n = 0; n < 60; n++)
        await log.append({ actor: `w${k}`, action: "a", subject: `${n}` });
    };
    const written = Promise.all(logs.map(write)).finally(() => (writing = false));
    const verdicts = [];
    while (writing) verdicts.push(await logs[0]!.verify());
    await written;
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    expect(await logs[1]!.verify()).toMatchObject({ ok: true, entries: 180n });
    for (const other of others.slice(1)) await other.close();
  });

  it("a role that loses a table loses the view it had of it, and what all may read is not its way around", async (context) => {
    if (database === undefined) return context.skip();
    const masked = defineAccess(tables, {
      reader_a: { read: ["users"], masks: { users: { email: "null" } } },
    });
    await applyAccess(engine, masked);
    if (name === "Postgres") await engine.execute("GRANT SELECT ON dim_users TO PUBLIC");
    await applyAccess(engine, defineAccess(tables, { reader_a: { read: ["sales"] } }));
    await expect(engine.query("SELECT * FROM dim_users__reader_a").rows()).rejects.toThrow();
    if (name !== "Postgres") return;
    await expect(
      engine.transaction(async (session) => {
        await session.execute("SET LOCAL ROLE reader_a");
        return session.query("SELECT email FROM dim_users").rows();
      }),
    ).rejects.toThrow(/permission denied/);
  });

  it("a role writes the rows it may see, and no others", async (context) => {
    if (database === undefined) return context.skip();
    const rules = defineAccess(tables, {
      writer_f: { write: ["sales"], rows: { sales: sql`country = 'FR'` } },
    });
    const { relations } = await applyAccess(engine, rules);
    const path = relations["writer_f"]!["sales"]!.map((part) => engine.dialect.quote(part));
    const change = `UPDATE ${path.join(".")} SET country = 'BE' WHERE sale = 's1'`;
    await expect(
      engine.transaction(async (session) => {
        if (name === "Postgres") await session.execute("SET LOCAL ROLE writer_f");
        await session.execute(change);
      }),
    ).rejects.toThrow();
    expect(await engine.query("SELECT country FROM fact_sales WHERE sale = 's1'").row()).toEqual({
      country: "FR",
    });
  });

  it("keeps details of megabytes", async (context) => {
    if (database === undefined) return context.skip();
    const log = await openAuditLog(engine, { table: "large" });
    await log.append({ actor: "a", action: "b", subject: "c", details: "é".repeat(1_500_000) });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 1n });
  });
});
