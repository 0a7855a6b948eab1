import { id, sql, type SqlEngine } from "@lakewright/sql";
import { openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";
import { events, visits } from "./stars.ts";

/** What holds for partitioned facts: parts where the engine has them, one table elsewhere, the same rows in both. */
export function partitionCases(engineOf: () => SqlEngine | undefined): void {
  it("a partitioned fact has a part for each month or year that rows are of", async (context) => {
    const engine = engineOf();
    if (engine === undefined) return context.skip();
    const schema = `p_${crypto.randomUUID().slice(0, 8)}`;
    const warehouse = await openWarehouse(engine, { visits, events }, { schema });
    const visit = (user_id: string, visited_on: string) => ({ tenant: "t", user_id, visited_on });
    const first = [visit("a", "2025-12-31"), visit("b", "2026-01-01"), visit("a", "2026-01-31")];
    expect(await warehouse.load(visits, first)).toMatchObject({ inserted: 3 });
    const second = [visit("a", "2026-01-31"), visit("a", "2026-02-01")];
    expect(await warehouse.load(visits, second)).toMatchObject({ inserted: 1, unchanged: 1 });
    await warehouse.load(events, [
      { event_id: "1", happened_on: "2024-02-29" },
      { event_id: "1", happened_on: "2026-12-31" },
    ]);
    expect(await warehouse.checkIntegrity()).toEqual([]);
    const { n } = await engine
      .query(sql`SELECT count(*) AS n FROM ${id(schema, "fact_visits")}`)
      .row();
    expect(Number(n)).toBe(4);
    if (!engine.capabilities.partitionedTables) return;
    const parts = await engine
      .query(
        sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema} AND table_name LIKE 'fact%\\_p\\_%' ORDER BY 1`,
      )
      .rows();
    expect(parts.map((row) => row["name"])).toEqual([
      "fact_events_p_2024",
      "fact_events_p_2026",
      "fact_visits_p_2025_12",
      "fact_visits_p_2026_01",
      "fact_visits_p_2026_02",
    ]);
    // A reader of one month reads one part.
    const plan = await engine
      .query(
        `EXPLAIN SELECT * FROM ${schema}.fact_visits WHERE day_key BETWEEN 20260101 AND 20260131`,
      )
      .rows();
    const text = JSON.stringify(plan, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(text).toContain("fact_visits_p_2026_01");
    expect(text).not.toContain("fact_visits_p_2026_02");
  });
}
