import {
  bool,
  decimal,
  Decimal,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  toRows,
  uint8,
  uint32,
  uint64,
} from "@lakewright/core";
import { sql } from "@lakewright/sql";
import { dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import {
  expression,
  max,
  memoryCache,
  metrics,
  min,
  openQueries,
  sum,
} from "@lakewright/warehouse/query";
import { expect, it, type TestContext } from "vitest";

const kinds = dimension("dim_kinds", {
  key: ["id"],
  versioning: "scd2",
  columns: {
    id: uint32(),
    born: timestamp("ms"),
    reads: naiveTimestamp("ms"),
    active: bool(),
    level: oneOf(["low", "high"]),
    big: uint64(),
  },
});
const visits = fact("fact_kinds", {
  grain: ["at"],
  dimensions: { who: kinds },
  attributes: { at: timestamp("ms"), paid: bool(), kind: oneOf(["a", "b"]) },
  measures: { amount: decimal(9, 2), persons: uint8(), weight: uint32() },
});
const visitMetrics = metrics(visits, {
  measures: {
    first: min("at"),
    kind: min("kind"),
    most: max("weight"),
    persons: sum("persons"),
    amount: sum("amount"),
    doubled: expression(sql`SUM(f.persons * 2)`, nullable(int64())),
  },
});

const member = {
  id: 4_000_000_000,
  born: new Date("1990-05-05T01:02:03.004Z"),
  reads: "2026-03-29T02:30:00.125",
  active: true,
  level: "high",
  big: 2n ** 64n - 1n,
} as const;
const at = new Date("2026-02-02T02:02:02.002Z");

/** Rows have the values their definition says, whatever the engine has for them. */
export function valueCases(open: (context: TestContext) => Promise<Warehouse>): void {
  it("gives the values of the definitions, whatever the engine stores them as", async (context) => {
    const warehouse = await openWarehouse((await open(context)).engine, { kinds, visits });
    await warehouse.load(kinds, [member], { at: "2026-01-01" });
    const visit = {
      id: member.id,
      at,
      paid: false,
      kind: "b",
      amount: "1.50",
      persons: 2,
    } as const;
    await warehouse.load(visits, [{ ...visit, weight: 3_000_000_000 }]);

    const asOf = () => warehouse.asOf(kinds, "2026-06-01");
    const [known, ...others] = await asOf().rows();
    const valid = { valid_from: 1_767_225_600_000_000n, valid_to: null };
    expect(known).toEqual({ ...member, kinds_key: known!.kinds_key, ...valid });
    expect([typeof known!.kinds_key, others]).toEqual(["bigint", []]);
    expect(await asOf().row()).toEqual(known);
    for await (const batch of asOf()) expect(toRows(batch)).toEqual([known]);
    await expect(warehouse.asOf(kinds, "2025-06-01").row()).rejects.toMatchObject({
      message: expect.stringContaining("gave no row") as string,
      details: { sql: expect.stringContaining("dim_kinds") as string },
    });

    const queries = openQueries(warehouse, { cache: memoryCache() });
    for (const cached of [false, true]) {
      const answer = await queries.run(visitMetrics, {
        measures: ["first", "kind", "most", "persons", "amount", "doubled"],
        by: ["at", "paid", "who.id", "who.born", "who.reads", "who.active", "who.level", "who.big"],
      });
      expect(answer.cached).toBe(cached);
      expect(answer.rows()).toEqual([
        {
          first: at,
          kind: "b",
          most: 3_000_000_000,
          persons: 2n,
          amount: new Decimal(150n, 2),
          doubled: 4n,
          at,
          paid: false,
          "who.id": member.id,
          "who.born": member.born,
          "who.reads": member.reads,
          "who.active": true,
          "who.level": "high",
          "who.big": member.big,
        },
      ]);
    }
  });

  it("is asked inside a transaction, of what that has done", async (context) => {
    const warehouse = await openWarehouse((await open(context)).engine, { kinds, visits });
    const queries = openQueries(warehouse, { cache: memoryCache() });
    const question = { measures: ["persons"] } as const;
    const rows = [
      { id: 1, at, paid: true, kind: "a", amount: "1", persons: 7, weight: 1 },
    ] as const;
    await warehouse.load(visits, rows, { mode: "rebuild" });
    expect((await queries.run(visitMetrics, question)).rows()).toEqual([{ persons: 7n }]);
    await warehouse.engine
      .transaction(async (session) => {
        await session.execute(sql`UPDATE fact_kinds SET persons = 8`);
        const inside = await queries.run(visitMetrics, question, { session });
        expect([inside.rows(), inside.cached]).toEqual([[{ persons: 8n }], false]);
        throw new Error("not meant");
      })
      .catch((error: unknown) => expect(String(error)).toContain("not meant"));
    const again = await queries.run(visitMetrics, question);
    expect([again.rows(), again.cached]).toEqual([[{ persons: 7n }], true]);
    await expect(
      queries.run(visitMetrics, question, { session: {} as never }),
    ).rejects.toMatchObject({ code: "WAREHOUSE_INVALID_OPTION" });
    await expect(
      queries.run(visitMetrics, question, { sesion: undefined } as never),
    ).rejects.toThrow('no option "sesion"');
  });
}
