import type { SqlEngine } from "@lakewright/sql";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { openQueries } from "@lakewright/warehouse/query";
import { expect, it, type TestContext } from "vitest";
import {
  countryOf,
  readingMetrics,
  readingRows,
  readings,
  type Sale,
  saleMetrics,
  saleRows,
  sales,
  stock,
  stockMetrics,
  userRows,
  users,
} from "./star.ts";

/** A warehouse with the star in it. */
export async function filled(engine: SqlEngine): Promise<Warehouse> {
  const warehouse = await openWarehouse(engine, { users, sales, readings, stock });
  await warehouse.load(users, userRows(false), { at: "2025-01-01" });
  await warehouse.load(users, userRows(true), { at: "2026-07-01" });
  await warehouse.load(sales, saleRows);
  await warehouse.load(readings, readingRows);
  for (const [day, version, pieces] of [
    ["2026-01-01", 1, 5],
    ["2026-01-02", 1, 99],
    ["2026-01-02", 2, 7],
  ] as const) {
    const rows = [
      { shop: "a", pieces },
      { shop: "b", pieces: 1 },
    ];
    await warehouse.load(stock, rows, { snapshot: { date: day, version } });
  }
  return warehouse;
}

interface Expected {
  readonly rows: readonly Sale[];
  readonly key: readonly (string | null)[];
}

function grouped(keyOf: (sale: Sale) => readonly (string | null)[], rows = saleRows): Expected[] {
  const groups = new Map<string, { key: readonly (string | null)[]; rows: Sale[] }>();
  for (const sale of rows) {
    const key = keyOf(sale);
    const name = JSON.stringify(key);
    if (!groups.has(name)) groups.set(name, { key, rows: [] });
    groups.get(name)!.rows.push(sale);
  }
  const order = (a: string | null, b: string | null): number =>
    a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1;
  return [...groups.values()].sort(
    (a, b) => a.key.map((part, k) => order(part, b.key[k]!)).find((sign) => sign !== 0) ?? 0,
  );
}

/** The first day of the step a day is in. */
function firstDay(grain: "day" | "week" | "month" | "quarter" | "year", day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (grain === "week") at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  if (grain === "month" || grain === "quarter" || grain === "year") at.setUTCDate(1);
  if (grain === "quarter") at.setUTCMonth(3 * Math.floor(at.getUTCMonth() / 3));
  if (grain === "year") at.setUTCMonth(0);
  return at.toISOString().slice(0, 10);
}

const cents = (rows: readonly Sale[]): bigint =>
  rows.reduce((all, { amount }) => all + BigInt(amount.replace(".", "")), 0n);
const money = (value: bigint): string => `${value / 100n}.${String(value % 100n).padStart(2, "0")}`;

/** What every engine answers, against sums made row by row. */
export function queryCases(open: (context: TestContext) => Promise<Warehouse>): void {
  it("adds up by the members as they were and by steps of time, nulls last", async (context) => {
    const queries = openQueries(await open(context));
    const { columns, rows } = await queries.run(saleMetrics, {
      measures: ["revenue", "pieces", "orders", "weighed", "buyers", "channels"],
      by: ["user.country", { time: "date", grain: "quarter" }],
    });
    expect(columns.slice(0, 2)).toEqual(["user.country", "date_quarter"]);
    const quarter = ({ date }: Sale): string =>
      `2026-${String(Math.floor((Number(date.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, "0")}-01`;
    const expected = grouped((sale) => [countryOf(sale), quarter(sale)]).map(({ key, rows }) => ({
      "user.country": key[0],
      date_quarter: key[1],
      revenue: money(cents(rows)),
      pieces: BigInt(rows.reduce((all, sale) => all + sale.pieces, 0)),
      orders: BigInt(rows.length),
      weighed: BigInt(rows.filter((sale) => sale.weight !== null).length),
      buyers: BigInt(new Set(rows.map((sale) => sale.user_id)).size),
      channels: BigInt(new Set(rows.map((sale) => sale.channel)).size),
    }));
    expect(rows().map((row) => ({ ...row, revenue: String(row["revenue"]) }))).toEqual(expected);
  });

  it("divides sums, averages, and takes conditions of a measure", async (context) => {
    const queries = openQueries(await open(context));
    const answer = await queries.run(saleMetrics, {
      measures: [
        "basket",
        "mean_amount",
        "web_revenue",
        "largest",
        "first_sale",
        "weight",
        "weighted",
      ],
      by: ["channel"],
      where: { "user.country": ["FR", null], date: { from: "2026-02-01", before: "2026-11-01" } },
    });
    const rows = saleRows.filter(
      (sale) =>
        [null, "FR"].includes(countryOf(sale)) &&
        sale.date >= "2026-02-01" &&
        sale.date < "2026-11-01",
    );
    const expected = grouped((sale) => [sale.channel], rows);
    const got = answer.rows();
    expect(got.map((row) => row["channel"])).toEqual(expected.map(({ key }) => key[0]));
    got.forEach((row, k) => {
      const all = expected[k]!.rows;
      const total = cents(all);
      expect(row["basket"]).toBeCloseTo(Number(total) / 100 / all.length, 9);
      expect(row["mean_amount"]).toBeCloseTo(Number(total) / 100 / all.length, 9);
      expect(row["web_revenue"] === null ? null : String(row["web_revenue"])).toBe(
        expected[k]!.key[0] === "web" ? money(total) : null,
      );
      const largest = all.reduce((a, b) => (Number(a.amount) > Number(b.amount) ? a : b)).amount;
      expect(String(row["largest"])).toBe(largest);
      const first = all.map((sale) => sale.sold_at).sort()[0]!;
      expect(row["first_sale"]).toBe(BigInt(Date.parse(first)) * 1000n);
      expect(row["weight"]).toBeCloseTo(
        all.reduce((sum, sale) => sum + (sale.weight ?? 0), 0),
        9,
      );
      const weighted = all.reduce(
        (sum, s) => sum + BigInt(s.amount.replace(".", "")) * BigInt(s.pieces),
        0n,
      );
      expect(String(row["weighted"])).toBe(money(weighted));
    });
  });

  it.for(["day", "week", "month", "year"] as const)(
    "steps by %s, of a timestamp too",
    async (grain, context) => {
      const queries = openQueries(await open(context));
      const byDay = await queries.run(saleMetrics, {
        measures: ["orders"],
        by: [{ time: "date", grain, as: "step" }],
      });
      const byTime = await queries.run(saleMetrics, {
        measures: ["orders"],
        by: [{ time: "sold_at", grain, as: "step" }],
      });
      const expected = grouped((sale) => [firstDay(grain, sale.date)]).map(({ key, rows }) => ({
        step: key[0],
        orders: BigInt(rows.length),
      }));
      expect(byDay.rows()).toEqual(expected);
      expect(byTime.rows()).toEqual(expected);
    },
  );

  it.for(["day", "week", "month", "quarter", "year"] as const)(
    "steps by %s of a calendar, days that are absent last, with the level of the last day",
    async (grain, context) => {
      const queries = openQueries(await open(context));
      const told = await queries.run(readingMetrics, {
        measures: ["readings", "level"],
        by: [{ time: "day", grain, as: "step" }],
      });
      const steps = new Map<string | null, typeof readingRows>();
      for (const row of readingRows) {
        const step = row.date === null ? null : firstDay(grain, row.date);
        steps.set(step, [...(steps.get(step) ?? []), row]);
      }
      const expected = [...steps]
        .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
        .map(([step, rows]) => {
          const days = rows.map(({ date }) => date ?? "");
          const lastDay = days.reduce((a, b) => (a > b ? a : b));
          const level = rows
            .filter((_, k) => days[k] === lastDay)
            .reduce((sum, row) => sum + row.level, 0);
          return { step, readings: BigInt(rows.length), level: BigInt(level) };
        });
      expect(told.rows()).toEqual(expected);
    },
  );

  it("takes a level at the last moment, of the newest version of each day", async (context) => {
    const queries = openQueries(await open(context));
    const all = await queries.run(stockMetrics, { measures: ["level", "shops"] });
    expect(all.rows()).toEqual([{ level: 8n, shops: 2n }]);
    const byShop = await queries.run(stockMetrics, { measures: ["level"], by: ["shop"] });
    expect(byShop.rows()).toEqual([
      { shop: "a", level: 7n },
      { shop: "b", level: 1n },
    ]);
    const january = await queries.run(stockMetrics, {
      measures: ["level"],
      where: { snapshot_date: { before: "2026-01-02" } },
    });
    expect(january.rows()).toEqual([{ level: 6n }]);
  });

  it("sorts, keeps groups by what they come to, and stops at the limit", async (context) => {
    const queries = openQueries(await open(context));
    const { rows } = await queries.run(saleMetrics, {
      measures: ["orders", "revenue"],
      by: ["user.user_id"],
      having: { orders: { from: 50 } },
      orderBy: [{ column: "revenue", descending: true }],
      limit: 3,
    });
    const expected = grouped((sale) => [sale.user_id === "u7" ? "u7" : sale.user_id])
      .filter((group) => group.rows.length >= 50)
      .sort((a, b) => Number(cents(b.rows) - cents(a.rows)))
      .slice(0, 3)
      .map(({ key }) => key[0]);
    expect(rows().map((row) => row["user.user_id"])).toEqual(expected);
  });

  it("answers a question about nothing with zero and null", async (context) => {
    const queries = openQueries(await open(context));
    const { rows } = await queries.run(saleMetrics, {
      measures: ["orders", "revenue", "basket"],
      where: { channel: [] },
    });
    expect(rows()).toEqual([{ orders: 0n, revenue: null, basket: null }]);
  });
}
