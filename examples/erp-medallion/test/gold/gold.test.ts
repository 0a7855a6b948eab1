import { Decimal } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extractDay } from "../../src/source/days.ts";
import { buildCompany, type Company } from "../support/company.ts";
import {
  dayNumber,
  dayOf,
  distinct,
  euros,
  isOrder,
  isRevenue,
  mean,
  type NaiveLine,
  naiveSales,
  scaled,
  sumOf,
  textOf,
} from "../support/naive.ts";

const TODAY = extractDay(1);
const FIRST = dayNumber(TODAY) - 364;

let engine: SqlEngine;
let company: Company;
let lines: NaiveLine[];

beforeAll(async () => {
  engine = duckdb(":memory:");
  company = await buildCompany(engine, { seed: 11, scale: 0.05 });
  lines = naiveSales(company);
  expect(lines.length).toBeGreaterThan(4000);
}, 240_000);

afterAll(() => engine.close());

type Values = Record<string, unknown>;

/** Rows as they are compared: decimals as text, counts and days as numbers. */
async function rows(query: string): Promise<Values[]> {
  return (await engine.query(query).rows()).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Decimal
          ? value.toString()
          : typeof value === "bigint"
            ? Number(value)
            : value,
      ]),
    ),
  );
}

const within = (day: string): boolean => day <= TODAY && dayNumber(day) >= FIRST;
const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
const cents = (value: bigint): number => Number(value) / 100;

/** Equal, numbers but for the last digits of a double. */
function expectClose(actual: Values, wanted: Values): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value === "number" && !Number.isInteger(value)) {
      expect(actual[name], name).toBeCloseTo(value, 8);
    } else expect(actual[name], `${name} of ${JSON.stringify(actual)}`).toEqual(value);
  }
}

/** Quintiles, as NTILE(5) deals them out: the first ones get one more. */
function quintiles<T>(all: readonly T[], order: (a: T, b: T) => number): Map<T, number> {
  const sorted = [...all].sort(order);
  const size = Math.floor(sorted.length / 5);
  const more = sorted.length % 5;
  const found = new Map<T, number>();
  let next = 0;
  for (let tile = 1; tile <= 5; tile++) {
    for (let k = 0; k < size + (tile <= more ? 1 : 0); k++) found.set(sorted[next++]!, tile);
  }
  return found;
}

describe("gold, computed again from the source's rows", () => {
  it("sales_daily_kpi, every day", async () => {
    const days = Map.groupBy(lines, (line) => line.day);
    const firstOrder = new Map<string, string>();
    for (const line of lines.filter(isOrder)) {
      const known = firstOrder.get(line.customer);
      if (known === undefined || line.day < known) firstOrder.set(line.customer, line.day);
    }
    const stored = await rows("SELECT * FROM sales_daily_kpi ORDER BY date_id");
    expect(stored.length).toBe(days.size);
    for (const row of stored) {
      const id = String(row["date_id"]);
      const day = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6)}`;
      const all = days.get(day)!;
      const [orders, revenue] = [all.filter(isOrder), all.filter(isRevenue)];
      const quotes = all.filter((line) => line.type === "Quote");
      const buyers = new Set(orders.map((line) => line.customer));
      const fresh = [...buyers].filter((customer) => firstOrder.get(customer) === day).length;
      const [net, cost] = [sumOf(revenue, (line) => line.net), sumOf(revenue, (line) => line.cost)];
      const count = distinct(orders, (line) => line.number);
      expectClose(row, {
        total_orders_count: count,
        total_revenue_excl_tax: euros(net),
        total_cost: euros(cost),
        total_margin: euros(net - cost),
        margin_percent: ratio(100 * cents(net - cost), cents(net)),
        average_order_value: ratio(cents(sumOf(orders, (line) => line.net)), count),
        new_customers_count: fresh,
        returning_customers_count: buyers.size - fresh,
        avg_items_per_order: ratio(orders.length, count),
        conversion_rate: ratio(
          distinct(
            quotes.filter((line) => line.state === "Accepted"),
            (line) => line.number,
          ),
          distinct(quotes, (line) => line.number),
        ),
      });
    }
  });

  it("sums of gold are sums of the source", async () => {
    const revenue = euros(sumOf(lines.filter(isRevenue), (line) => line.net));
    for (const query of [
      "SELECT sum(total_revenue_excl_tax) AS total FROM sales_daily_kpi",
      "SELECT sum(lifetime_value) AS total FROM sales_by_customer",
      "SELECT sum(total_revenue) AS total FROM sales_by_region",
    ]) {
      expect(await rows(query), query).toEqual([{ total: revenue }]);
    }
    const stock = euros(sumOf(company.rows("stockItem"), (row) => scaled(row["stockValue"], 2)));
    expect(await rows("SELECT sum(stock_value) AS total FROM inventory_snapshot_daily")).toEqual([
      { total: stock },
    ]);
    const billed = company.rows("scheduleEvent").filter((row) => row["state"] === "Done");
    expect(
      await rows("SELECT sum(total_billable_amount) AS total FROM interventions_daily_kpi"),
    ).toEqual([{ total: euros(sumOf(billed, (row) => scaled(row["billableAmount"], 2))) }]);
  });

  it("sales_by_customer: RFM, segments, churn and the next order", async () => {
    const byCustomer = Map.groupBy(
      lines.filter((line) => line.day <= TODAY),
      (line) => line.customer,
    );
    const naive = company.rows("customer").map((row) => {
      const id = String(row["id"]);
      const all = byCustomer.get(id) ?? [];
      const year = all.filter((line) => within(line.day));
      const orderDays = all.filter(isOrder).map((line) => dayNumber(line.day));
      return {
        id,
        orders: distinct(year.filter(isOrder), (line) => line.number),
        ordered: sumOf(year.filter(isOrder), (line) => line.net),
        revenue: sumOf(year.filter(isRevenue), (line) => line.net),
        lifetime: sumOf(all.filter(isRevenue), (line) => line.net),
        allOrders: distinct(all.filter(isOrder), (line) => line.number),
        first: orderDays.length === 0 ? undefined : Math.min(...orderDays),
        last: orderDays.length === 0 ? undefined : Math.max(...orderDays),
      };
    });
    type One = (typeof naive)[number];
    const by = (value: (one: One) => number) =>
      quintiles(naive, (a, b) => value(a) - value(b) || (a.id < b.id ? -1 : 1));
    const tiles = [
      by((one) => one.last ?? 0),
      by((one) => one.orders),
      by((one) => Number(one.revenue)),
    ];
    const stored = new Map(
      (await rows("SELECT * FROM sales_by_customer")).map((row) => [row["customer_id"], row]),
    );
    expect(stored.size).toBe(naive.length);
    const today = dayNumber(TODAY);
    for (const one of naive) {
      const [r, f, m] = tiles.map((tile) => tile.get(one)!) as [number, number, number];
      const segment =
        r >= 4 && f >= 4 && m >= 4
          ? "VIP"
          : r === 1 && f <= 2
            ? "Lost"
            : r <= 2
              ? "At Risk"
              : "Regular";
      const { first, last, allOrders } = one;
      const known = first === undefined ? 0 : today - first;
      const churn =
        first === undefined
          ? null
          : known === 0
            ? 0
            : allOrders === 1
              ? 1 - Math.exp(-known / 365)
              : 1 - ((last! - first) / known) ** allOrders;
      const gap = allOrders > 1 ? (last! - first!) / (allOrders - 1) : undefined;
      expectClose(stored.get(one.id)!, {
        total_orders: one.orders,
        total_revenue: euros(one.revenue),
        lifetime_value: euros(one.lifetime),
        average_order_value: ratio(cents(one.ordered), one.orders),
        days_since_last_order: last === undefined ? null : today - last,
        rfm_score: `${r}${f}${m}`,
        customer_segment: segment,
        churn_probability: churn,
        next_order_prediction_days: gap === undefined ? null : Math.max(0, gap - (today - last!)),
      });
    }
  });

  it("sales_by_product: units, ABC classes, forecast", async () => {
    const byItem = Map.groupBy(
      lines.filter((line) => isRevenue(line) && within(line.day)),
      (line) => line.item,
    );
    const naive = company.rows("item").map((row) => {
      const id = String(row["id"]);
      const all = byItem.get(id) ?? [];
      return { id, all, revenue: sumOf(all, (line) => line.net) };
    });
    const sorted = naive
      .filter((one) => one.revenue > 0n)
      .sort((a, b) =>
        a.revenue === b.revenue ? (a.id < b.id ? -1 : 1) : a.revenue < b.revenue ? 1 : -1,
      );
    const total = sumOf(sorted, (one) => one.revenue);
    const classes = new Map<string, string>();
    let before = 0n;
    for (const one of sorted) {
      classes.set(
        one.id,
        before * 100n < total * 80n ? "A" : before * 100n < total * 95n ? "B" : "C",
      );
      before += one.revenue;
    }
    const stored = new Map(
      (await rows("SELECT * FROM sales_by_product")).map((row) => [row["product_id"], row]),
    );
    expect(stored.size).toBe(naive.length);
    for (const { id, all, revenue } of naive) {
      const recent = all.filter((line) => dayNumber(line.day) > dayNumber(TODAY) - 90);
      const invoiced = all.filter((line) => line.type === "Invoice");
      const units = (of: readonly NaiveLine[]): number =>
        of.reduce((sum, line) => sum + line.quantity, 0);
      const row = stored.get(id)!;
      expect(Number(row["total_quantity_sold"])).toBeCloseTo(units(all), 6);
      expectClose(row, {
        total_revenue: euros(revenue),
        abc_classification: classes.get(id) ?? "C",
        units_per_order_avg:
          all.length === 0
            ? null
            : ratio(
                units(invoiced),
                distinct(invoiced, (line) => line.number),
              ),
      });
      expect(row["forecast_next_30_days"]).toBeCloseTo(units(recent) / 3, 6);
    }
  });

  it("sales_by_region: growth is against the quarter before", async () => {
    const stored = await rows("SELECT * FROM sales_by_region ORDER BY location_key, period");
    const found = new Map(stored.map((row) => [`${row["location_key"]} ${row["period"]}`, row]));
    const quarters = new Map<string, bigint>();
    for (const line of lines.filter((one) => isRevenue(one) && one.day <= TODAY)) {
      const quarter = `${line.day.slice(0, 4)}-Q${Math.ceil(Number(line.day.slice(5, 7)) / 3)}`;
      quarters.set(quarter, (quarters.get(quarter) ?? 0n) + line.net);
    }
    const perQuarter = await rows(
      "SELECT period, sum(total_revenue) AS revenue FROM sales_by_region GROUP BY period",
    );
    for (const { period, revenue } of perQuarter) {
      expect(revenue, String(period)).toBe(euros(quarters.get(String(period)) ?? 0n));
    }
    for (const row of stored) {
      const [year, quarter] = String(row["period"]).split("-Q").map(Number) as [number, number];
      const previous = quarter === 1 ? `${year - 1}-Q4` : `${year}-Q${quarter - 1}`;
      const before = Number(
        found.get(`${row["location_key"]} ${previous}`)?.["total_revenue"] ?? 0,
      );
      const growth = before > 0 ? Number(row["total_revenue"]) / before - 1 : null;
      expectClose(row, {
        growth_rate_vs_previous_period: growth,
        revenue_per_customer: Number(row["total_revenue"]) / Number(row["total_customers"]),
      });
    }
  });

  it("interventions_daily_kpi and colleague_performance", async () => {
    const local = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Paris",
      dateStyle: "short",
    });
    const instant = (value: unknown): Date =>
      typeof value === "bigint"
        ? new Date(Number(value / 1000n))
        : new Date(value as string | Date);
    const minutes = (from: unknown, to: unknown): number =>
      Math.round((instant(to).getTime() - instant(from).getTime()) / 60_000);
    const visits = company.rows("scheduleEvent").map((row) => ({
      row,
      day: local.format(instant(row["startDateTime"])),
      done: row["state"] === "Done",
      minutes:
        textOf(row["realEndDateTime"]) === null
          ? undefined
          : minutes(row["realStartDateTime"], row["realEndDateTime"]),
    }));
    const days = Map.groupBy(visits, (visit) => visit.day);
    const stored = await rows("SELECT * FROM interventions_daily_kpi");
    expect(stored.length).toBe(days.size);
    for (const kpi of stored) {
      const id = String(kpi["date_id"]);
      const all = days.get(`${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6)}`)!;
      const done = all.filter((visit) => visit.done);
      const flags = (of: string): number[] =>
        done.flatMap(({ row }) => (textOf(row[of]) === null ? [] : [row[of] ? 1 : 0]));
      const sla = done.flatMap(({ row }) =>
        textOf(row["dueDateTime"]) === null
          ? []
          : [instant(row["realEndDateTime"]) <= instant(row["dueDateTime"]) ? 1 : 0],
      );
      expectClose(kpi, {
        total_interventions_count: all.length,
        interventions_completed_count: done.length,
        interventions_cancelled_count: all.filter(({ row }) => row["state"] === "Cancelled").length,
        total_billable_amount: euros(sumOf(done, ({ row }) => scaled(row["billableAmount"], 2))),
        avg_duration_minutes: mean(done.flatMap((visit) => visit.minutes ?? [])),
        first_call_resolution_rate: mean(flags("firstCallResolution")),
        avg_customer_satisfaction: mean(
          done.flatMap(({ row }) =>
            textOf(row["satisfaction"]) === null ? [] : [Number(row["satisfaction"])],
          ),
        ),
        sla_compliance_rate: mean(sla),
      });
    }
    const people = await rows(
      "SELECT c.colleague_id, p.* FROM colleague_performance p JOIN dim_colleague c ON c.colleague_key = p.colleague_key",
    );
    expect(people.length).toBe(company.rows("colleague").length);
    for (const row of people) {
      const mine = visits.filter(
        (visit) => visit.row["colleagueId"] === row["colleague_id"] && within(visit.day),
      );
      const sold = lines.filter(
        (line) => isRevenue(line) && within(line.day) && line.colleague === row["colleague_id"],
      );
      const done = mine.filter((visit) => visit.done);
      expectClose(row, {
        interventions_count: mine.length,
        interventions_completed_count: done.length,
        avg_intervention_duration: mean(done.flatMap((visit) => visit.minutes ?? [])),
        revenue_generated: euros(
          sumOf(done, (visit) => scaled(visit.row["billableAmount"], 2)) +
            sumOf(sold, (line) => line.net),
        ),
      });
    }
  });

  it("customer_health_score: payment is the share of invoices paid by their day", async () => {
    const due = lines.filter(
      (line) => line.type === "Invoice" && line.due !== null && line.due <= TODAY,
    );
    const invoices = Map.groupBy(due, (line) => line.customer);
    const stored = await rows(
      "SELECT s.customer_id, s.churn_probability, h.* FROM customer_health_score h JOIN sales_by_customer s ON s.customer_key = h.customer_key",
    );
    expect(stored.length).toBe(company.rows("customer").length);
    for (const row of stored) {
      const mine = invoices.get(String(row["customer_id"])) ?? [];
      const all = distinct(mine, (line) => line.number);
      const punctual = distinct(
        mine.filter((line) => line.paid !== null && line.paid <= line.due!),
        (line) => line.number,
      );
      const churn = row["churn_probability"] as number | null;
      const [engagement, satisfaction, payment] = [
        row["engagement_score"],
        row["satisfaction_score"],
        row["payment_score"],
      ] as [number, number, number];
      expectClose(row, {
        payment_score: all === 0 ? 60 : (100 * punctual) / all,
        health_score: 0.4 * engagement + 0.3 * satisfaction + 0.3 * payment,
        churn_risk_level:
          churn === null ? "Medium" : churn >= 0.7 ? "High" : churn < 0.4 ? "Low" : "Medium",
      });
      for (const score of [engagement, satisfaction, payment]) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }
    }
  });

  it("inventory_snapshot_daily: risk and what to order", async () => {
    const stored = await rows(
      "SELECT p.product_id, w.warehouse_id, s.* FROM inventory_snapshot_daily s JOIN dim_product p ON p.product_key = s.product_key JOIN dim_warehouse w ON w.warehouse_key = s.warehouse_key",
    );
    const found = new Map(
      stored.map((row) => [`${row["product_id"]} ${row["warehouse_id"]}`, row]),
    );
    const stock = company.rows("stockItem");
    expect(found.size).toBe(stock.length);
    const since = dayNumber(TODAY) - 90;
    for (const item of stock) {
      const moved = company
        .rows("stockMovement")
        .filter(
          (row) =>
            row["itemId"] === item["itemId"] &&
            row["storehouseId"] === item["storehouseId"] &&
            row["type"] === "Delivery",
        )
        .filter(
          (row) =>
            dayNumber(dayOf(row["movementDate"])) > since && dayOf(row["movementDate"]) <= TODAY,
        )
        .reduce((sum, row) => sum - Number(String(row["quantity"])), 0);
      const available = Number(String(item["realStock"])) - Number(String(item["reservedStock"]));
      const point = Number(textOf(item["reorderPoint"]) ?? 0);
      const days = moved > 0 ? Math.round((900 * Math.max(0, available)) / moved) / 10 : undefined;
      const wanted = point > 0 || days !== undefined;
      const level =
        wanted && (available <= 0 || (days ?? 99) < 7)
          ? "High"
          : wanted && (available <= point || (days ?? 99) < 30)
            ? "Medium"
            : "Low";
      const row = found.get(`${String(item["itemId"])} ${String(item["storehouseId"])}`)!;
      expect(row["stock_out_risk_level"], JSON.stringify(row)).toBe(level);
      expect(Number(row["quantity_available"])).toBeCloseTo(available, 6);
      const daily = days ? available / days : 0;
      expect(row["reorder_recommendation"]).toBeCloseTo(
        wanted && available <= point ? point - available + 30 * daily : 0,
        6,
      );
    }
  });

  it("supplier_performance: punctuality, defects and lead time", async () => {
    const documents = company
      .rows("purchaseDocument")
      .filter((row) => within(dayOf(row["documentDate"])));
    const received = Map.groupBy(company.rows("purchaseDocumentLine"), (row) => row["documentId"]);
    const stored = await rows(
      "SELECT s.supplier_id, p.* FROM supplier_performance p JOIN dim_supplier s ON s.supplier_key = p.supplier_key",
    );
    expect(stored.length).toBe(company.rows("supplier").length);
    for (const row of stored) {
      const mine = documents.filter((document) => document["supplierId"] === row["supplier_id"]);
      const orders = mine.filter(
        (document) => document["documentType"] === "Order" && document["state"] !== "Cancelled",
      );
      const arrived = orders.filter(
        (order) =>
          textOf(order["realDeliveryDate"]) !== null &&
          textOf(order["expectedDeliveryDate"]) !== null,
      );
      const goods = mine.flatMap((document) => received.get(document["id"]) ?? []);
      const units = (of: string): number =>
        goods.reduce((sum, line) => sum + Number(String(line[of])), 0);
      expectClose(row, {
        total_orders_count: orders.length,
        on_time_delivery_rate: ratio(
          arrived.filter(
            (order) => dayOf(order["realDeliveryDate"]) <= dayOf(order["expectedDeliveryDate"]),
          ).length,
          arrived.length,
        ),
        avg_lead_time_days: mean(
          orders.flatMap((order) =>
            textOf(order["realDeliveryDate"]) === null
              ? []
              : [
                  dayNumber(dayOf(order["realDeliveryDate"])) -
                    dayNumber(dayOf(order["documentDate"])),
                ],
          ),
        ),
      });
      const defects = ratio(units("defectiveQuantity"), units("receivedQuantity"));
      if (defects === null) expect(row["quality_defect_rate"]).toBeNull();
      else expect(row["quality_defect_rate"]).toBeCloseTo(defects, 8);
    }
  });
});
