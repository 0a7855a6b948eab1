import { date, decimal, int32, timestamp, utf8 } from "@lakewright/core";
import { calendar, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { count, memoryCache, metrics, openQueries } from "@lakewright/warehouse/query";
import { beforeEach, describe, expect, it } from "vitest";
import { databaseForTests } from "../engines.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: utf8() },
});
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users },
  measures: { amount: decimal(10, 2) },
});
/** Its grain is its members: one with history, one of a timestamp, one that may be absent. */
const visits = fact("fact_visits", {
  grain: ["user", "day", "guide"],
  dimensions: {
    user: users,
    day: { dimension: calendar("dim_date"), key: { date: "at" } },
    guide: { dimension: users, key: { user_id: "guide_id" }, absent: "notApplicable" },
  },
  attributes: { at: timestamp("us") },
  measures: { minutes: int32() },
});
const stock = fact("fact_stock", {
  grain: ["shop"],
  dimensions: {},
  attributes: { seen_on: date() },
  measures: { pieces: int32() },
  snapshot: { date: "day", version: "version" },
});
const tables = { sales, visits, stock };
const orders = metrics(sales, { measures: { orders: count() } });

const sale = (n: number) => ({ sale: `s${n}`, user_id: `u${n % 3}`, amount: "1.50" });

/** Facts that are deleted by what names them. */
export function factDeletions(name: string): void {
  describe(`deletions of facts on ${name}`, () => {
    const database = databaseForTests(name);
    let warehouse: Warehouse;
    let schemas = 0;
    beforeEach(async () => {
      const { engine } = database();
      warehouse = await openWarehouse(engine, tables, { schema: `deletions_${++schemas}` });
    });
    const rowsOf = async (table: string, columns: string): Promise<unknown[]> => {
      const query = `SELECT ${columns} FROM ${warehouse.schema}.${table}`;
      const rows = await warehouse.engine.query(query).rows();
      return rows.map((row) => Object.values(row).map(String).join(" ")).sort();
    };

    it("take those of the keys, count them, and are in the ledger, so that no cache answers", async () => {
      await warehouse.load(
        sales,
        Array.from({ length: 10 }, (_, n) => sale(n)),
      );
      const queries = openQueries(warehouse, { cache: memoryCache() });
      const ask = async (): Promise<unknown> => {
        const answer = await queries.run(orders, { measures: ["orders"] });
        return [answer.rows()[0]!.orders, answer.cached];
      };
      expect([await ask(), await ask()]).toEqual([
        [10n, false],
        [10n, true],
      ]);
      const keys = [{ sale: "s1" }, { sale: "s1" }, { sale: "S2" }, { sale: "s3" }];
      expect(await warehouse.deleteFacts(sales, keys, { loadId: "gone" })).toEqual({
        loadId: "gone",
        applied: true,
        keys: 3,
        deleted: 2,
        missing: 1,
      });
      expect(await ask()).toEqual([8n, false]);
      expect(await rowsOf("fact_sales", "sale, amount")).toEqual(
        [0, 2, 4, 5, 6, 7, 8, 9].map((n) => `s${n} 1.50`),
      );
      await warehouse.load(sales, [sale(1)]);
      expect(await warehouse.deleteFacts(sales, keys, { loadId: "gone" })).toMatchObject({
        applied: false,
        deleted: 0,
      });
      expect(await ask()).toEqual([9n, false]);
      const entries = await rowsOf("_wh_loads", "load_mode, load_id, closed_rows");
      expect(entries.filter((entry) => String(entry).startsWith("delete"))).toEqual([
        "delete gone 2",
      ]);
    });

    it("find the facts of every version of a member, of a day and of nobody", async () => {
      const user = (user_id: string, country: string) => ({ user_id, country });
      await warehouse.load(users, [user("a", "FR"), user("b", "FR")], { at: "2026-01-01" });
      const visit = (user_id: string, at: string, guide_id: string | null, minutes: number) => {
        return { user_id, at, guide_id, minutes };
      };
      const noon = "2026-03-01T12:00:00Z";
      await warehouse.load(visits, [visit("a", noon, null, 1), visit("a", noon, "b", 2)]);
      await warehouse.load(users, [user("a", "BE")], { at: "2026-06-01" });
      await warehouse.load(visits, [visit("a", noon, null, 3), visit("b", noon, null, 4)]);
      expect(await rowsOf("fact_visits", "minutes")).toEqual(["1", "2", "3", "4"]);
      const key = { user_id: "a", at: "2026-03-01T23:00:00Z" };
      const gone = await warehouse.deleteFacts(
        visits,
        [
          { ...key, guide_id: null },
          { ...key, guide_id: "nobody" },
        ],
        { maxClosedShare: 0.5 },
      );
      expect(gone).toMatchObject({ keys: 2, deleted: 2, missing: 1 });
      expect(await rowsOf("fact_visits", "minutes")).toEqual(["2", "4"]);
    });

    it("name the day and version of a snapshot, whose rows are counted again", async () => {
      for (const version of [1, 2]) {
        const row = { shop: "a", seen_on: "2026-01-01", pieces: version };
        const snapshot = { date: "2026-01-02", version };
        await warehouse.load(stock, [row, { ...row, shop: "b" }], { snapshot });
      }
      const key = { day: "2026-01-02", version: 1 };
      const once = { maxClosedShare: 0.5 };
      await warehouse.deleteFacts(stock, [{ ...key, shop: "b" }], once);
      const registered = "snapshot_version, row_count";
      expect(await rowsOf("_wh_snapshots", registered)).toEqual(["1 1", "2 2"]);
      await warehouse.deleteFacts(stock, [{ ...key, shop: "a" }], once);
      expect(await rowsOf("_wh_snapshots", registered)).toEqual(["2 2"]);
    });

    it("take no more than they may, and nothing of what cannot be meant", async () => {
      await warehouse.load(
        sales,
        Array.from({ length: 5 }, (_, n) => sale(n)),
      );
      const refused: readonly (readonly [unknown, object, RegExp, string])[] = [
        [[{ sale: "s1" }, { sale: "s2" }], {}, /2 of the 5 rows/, "WAREHOUSE_MASS_CLOSE"],
        [[], {}, /no keys/, "WAREHOUSE_INVALID_OPTION"],
        [[{ sale: null }], {}, /"sale"/, "CORE_INVALID_VALUE"],
        [[{}], {}, /"sale"/, "CORE_INVALID_VALUE"],
        [[{ sale: 5 }], {}, /"sale"/, "CORE_INVALID_VALUE"],
        [[{ sale: "s1", user_id: "u1" }], {}, /user_id/, "CORE_INVALID_VALUE"],
        [{ sale: "s1" }, {}, /no list or stream/, "WAREHOUSE_INVALID_OPTION"],
        [[{ sale: "s1" }], { loadId: "" }, /names nothing/, "WAREHOUSE_INVALID_OPTION"],
        [[{ sale: "s1" }], { maxClosedShare: 20 }, /no share/, "WAREHOUSE_INVALID_OPTION"],
        [[{ sale: "s1" }], { maxShare: 1 }, /no option/, "WAREHOUSE_INVALID_OPTION"],
      ];
      for (const [keys, options, message, code] of refused) {
        const work = warehouse.deleteFacts(sales, keys as never, options);
        await expect(work, String(message)).rejects.toMatchObject({
          code,
          message: expect.stringMatching(message) as string,
        });
      }
      expect(await rowsOf("fact_sales", "sale")).toHaveLength(5);
      async function* stream() {
        yield { sale: "s1" };
        await Promise.resolve();
        yield { sale: "s2" };
      }
      const all = await warehouse.deleteFacts(sales, stream(), { maxClosedShare: 0.4 });
      expect(all.deleted).toBe(2);
      expect((await warehouse.deleteFacts(sales, [{ sale: "s1" }])).missing).toBe(1);
    });
  });
}
