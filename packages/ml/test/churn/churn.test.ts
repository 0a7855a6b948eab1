import fc from "fast-check";
import { defineTable, float64, timestamp, toBatch, toRows, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { churn, ChurnModel, rfmFeatureNames } from "../../src/index.ts";
import { DAY_US } from "../../src/churn/instant.ts";
import { readOrders } from "../../src/churn/orders.ts";
import { rfmRows, stayedAway } from "../../src/churn/rfm.ts";
import { csvColumns, haveData, numberColumns } from "../shared-data.ts";

const columns = { customer: "customer_id", time: "date", amount: "amount" };

describe.skipIf(!haveData("cdnow/cdnow_transactions.csv.gz", "cdnow/rfm_churn.csv"))(
  "on CDNOW",
  () => {
    const text = haveData("cdnow/cdnow_transactions.csv.gz")
      ? csvColumns("cdnow/cdnow_transactions.csv.gz")
      : {};
    const history = (text["customer_id"] ?? []).map((customer_id, i) => ({
      customer_id,
      date: text["date"]![i],
      amount: Number(text["amount"]![i]),
    }));

    it("has the features and outcomes that pandas computed", async () => {
      const expected = numberColumns(csvColumns("cdnow/rfm_churn.csv"), "part");
      const orders = await readOrders(history, columns);
      // The reference counts days up to 1997-09-30, that day included.
      const end = Date.parse("1997-10-01") * 1000;
      const { matrix, customers } = rfmRows(orders, end - 1, 90);
      const row = new Map([...customers].map((k, i) => [orders.customers[k]!, i]));
      const lost = stayedAway(orders, customers, end, Date.parse("1998-07-01") * 1000);
      const names = {
        recency_days: "recency_days",
        frequency: "frequency",
        monetary_total: "monetary_total",
        average_order: "aov",
        age_days: "T_days",
        active_days: "tenure_active",
        interval_days: "ipt",
        recency_to_interval: "recency_over_ipt",
      } as const;
      expect(matrix.rows).toBe(expected["customer_id"]!.length);
      expected["customer_id"]!.forEach((id, i) => {
        const at = row.get(String(id))!;
        for (const [ours, theirs] of Object.entries(names)) {
          const value = matrix.columns[matrix.names.indexOf(ours)]![at]!;
          if (Math.abs(value - expected[theirs]![i]!) > 1e-6)
            expect.fail(`customer ${id}: ${ours} is ${value}, not ${expected[theirs]![i]}`);
        }
        if (lost[at] !== expected["churn"]![i]) expect.fail(`customer ${id}: outcome`);
      });
    });

    it.each([
      ["gradient-boosting", 0.77, 3],
      // The cheapest has as many folds as there are by default.
      ["logistic-regression", 0.76, undefined],
      ["random-forest", 0.765, 3],
    ] as const)("%s foretells who comes back", async (method, least, folds) => {
      const model = await churn({ method, horizonDays: 273, folds, seed: 7 }).fit(history, {
        ...columns,
        asOf: "1997-10-01",
        until: "1998-07-01",
      });
      expect(model.training).toMatchObject({ customers: 18_856 });
      expect(model.metrics!.auc).toBeGreaterThan(least);
    });
  },
);

const orderTable = defineTable("orders", {
  customer_id: utf8(),
  created_at: timestamp("us"),
  amount: float64(),
});
const DAY = 86_400_000;
/** 120 customers; every third stops after a while. */
const orders = Array.from({ length: 120 }, (_, c) =>
  Array.from({ length: c % 3 === 0 ? 6 : 14 }, (_, k) => ({
    customer_id: `c${c}`,
    created_at: new Date(Date.UTC(2026, 0, 1) + (k * (20 + (c % 7)) + (c % 5)) * DAY),
    amount: 10.5 + (c % 9),
  })),
).flat();

describe("a churn model", () => {
  it("tells for each customer a probability, three reasons, a level, an action and its version", async () => {
    const batch = toBatch(orderTable, orders);
    const model = await churn({ horizonDays: 60, seed: 7 }).fit([batch]);
    const predicted = toRows(await model.predict([batch]));
    expect(predicted).toHaveLength(120);
    const [first] = predicted;
    expect(Object.keys(first!)).toEqual([
      "customer",
      "probability",
      "risk",
      "reasons",
      "action",
      "model_version",
    ]);
    expect(first!["reasons"]).toHaveLength(3);
    expect(rfmFeatureNames).toContain((first!["reasons"] as { feature: string }[])[0]!.feature);
    expect(first!["model_version"]).toBe(model.version);
    const mean = (rest: number): number => {
      const some = predicted.filter(
        (row) => (Number((row["customer"] as string).slice(1)) % 3 === 0) === (rest === 0),
      );
      return some.reduce((sum, row) => sum + (row["probability"] as number), 0) / some.length;
    };
    expect(mean(0)).toBeGreaterThan(mean(1) + 0.4);
  });

  it("does not depend on the order of the history, and survives its JSON", async () => {
    const spec = churn({ horizonDays: 60, folds: 0, seed: 1 });
    const model = await spec.fit(orders);
    const turned = await spec.fit([...orders].reverse());
    expect(turned.version).toBe(model.version);
    const stored = ChurnModel.fromJson(JSON.parse(JSON.stringify(model)));
    expect(stored.version).toBe(model.version);
    expect(toRows(await stored.predict(orders))).toEqual(toRows(await model.predict(orders)));
  });

  it("never looks past asOf", async () => {
    const spec = churn({ horizonDays: 30, folds: 0 });
    const asOf = "2026-06-01";
    const until = new Date(Date.parse(asOf) + 30 * DAY);
    const model = await spec.fit(orders, { asOf });
    const cut = await spec.fit(
      orders.filter((order) => order.created_at < until),
      { asOf, until },
    );
    expect(cut.version).toBe(model.version);
  });

  it("refuses a history that does not cover the horizon, and says what it does cover", async () => {
    await expect(
      churn({ horizonDays: 90 }).fit(orders, { asOf: "2026-11-01" }),
    ).rejects.toMatchObject({
      code: "ML_HORIZON_NOT_COVERED",
      hint: expect.stringContaining("Take an asOf up to 2026-") as string,
    });
  });

  it("refuses what it cannot learn from", async () => {
    await expect(churn().fit([])).rejects.toMatchObject({ code: "ML_TOO_FEW_ROWS" });
    await expect(churn({ horizonDays: 30 }).fit(orders.slice(0, 40))).rejects.toMatchObject({
      code: "ML_TOO_FEW_ROWS",
    });
    await expect(churn().fit(orders, { customer: "user" })).rejects.toMatchObject({
      code: "ML_INVALID_DATA",
      details: { column: "user" },
    });
    await expect(
      churn().fit([{ customer_id: "a", created_at: "soon", amount: 1 }]),
    ).rejects.toMatchObject({
      code: "ML_INVALID_VALUE",
      message: expect.stringContaining('"created_at"') as string,
    });
    expect(() => churn({ mediumRisk: 0.9, highRisk: 0.5 })).toThrow(/mediumRisk/);
    expect(() => churn({ horizon: 3 } as object)).toThrow(/no option "horizon"/);
  });
});

it("the features are those a naive count gives", async () => {
  const order = fc.record({
    customer_id: fc.constantFrom("a", "b", "c"),
    date: fc.integer({ min: 0, max: 400 }).map((hours) => BigInt(hours) * 3_600_000_000n),
    amount: fc.integer({ min: -5, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(order, { maxLength: 30 }),
      fc.integer({ min: 0, max: 420 }),
      async (history, hours) => {
        const asOf = hours * 3_600_000_000;
        const read = await readOrders(history, columns);
        const { matrix, customers } = rfmRows(read, asOf, 3);
        const known = [
          ...new Set(history.filter((o) => Number(o.date) < asOf).map((o) => o.customer_id)),
        ].sort();
        expect([...customers].map((k) => read.customers[k])).toEqual(known);
        known.forEach((id, i) => {
          const own = history.filter((o) => o.customer_id === id && Number(o.date) < asOf);
          const times = own.map((o) => Number(o.date));
          const get = (name: string): number => matrix.columns[matrix.names.indexOf(name)]![i]!;
          expect(get("recency_days")).toBe(Math.floor((asOf - Math.max(...times)) / DAY_US));
          expect(get("frequency")).toBe(new Set(times.map((t) => Math.floor(t / DAY_US))).size);
          expect(get("monetary_total")).toBe(own.reduce((sum, o) => sum + o.amount, 0));
          expect(get("recent_orders")).toBe(times.filter((t) => t >= asOf - 3 * DAY_US).length);
        });
      },
    ),
  );
});
