import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gold } from "../../src/gold/project.ts";
import { writeDashboard } from "../../src/dashboard/write.ts";
import { buildCompany } from "../support/company.ts";

let engine: SqlEngine;
let folder: string;
let page: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  engine = duckdb(":memory:");
  await buildCompany(engine, { seed: 5, scale: 0.02 });
  await engine.execute(
    "UPDATE dim_customer SET name = '<script>alert(1)</script> & Söhne' WHERE customer_key > 0",
  );
  await writeDashboard(engine, join(folder, "out", "dashboard.html"));
  page = readFileSync(join(folder, "out", "dashboard.html"), "utf8");
}, 240_000);

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The exact number under a key of the page. */
function shown(key: string): number {
  const found = new RegExp(
    `data-key="${key.replaceAll(".", "\\.")}" (?:data-)?value="([^"]*)"`,
  ).exec(page);
  expect(found, `${key} is on the page`).not.toBeNull();
  return Number(found![1]);
}

const number = async (query: string): Promise<number> =>
  Number(String((await engine.query(query).row())["n"]));

describe("the dashboard", () => {
  it("is one file that asks for nothing: no script, no style sheet, no picture, no font", () => {
    expect(readdirSync(join(folder, "out")).sort()).toEqual(["dashboard.html", "models.html"]);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:\/\//);
    expect(
      [...page.matchAll(/(?:href|src)="([^"]*)"/g)]
        .map((match) => match[1])
        .filter((href) => !href!.startsWith("#")),
    ).toEqual(["models.html"]);
  });

  it("escapes what comes from the data", () => {
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne");
  });

  it("has every section, each with a heading that the navigation leads to", () => {
    const links = [...page.matchAll(/<nav[\s\S]*?<\/nav>/g)][0]![0];
    for (const id of [
      "glance",
      "revenue",
      "customers",
      "products",
      "regions",
      "field",
      "incidents",
      "stock",
      "suppliers",
      "quality",
      "lineage",
    ]) {
      expect(links).toContain(`href="#${id}"`);
      expect(page).toContain(`<section id="${id}" aria-labelledby="${id}-title">`);
    }
  });

  it("says what is in the tables", async () => {
    const year =
      "JOIN dim_date d ON d.date_id = k.date_id CROSS JOIN gold_period p WHERE d.date BETWEEN p.period_start AND p.as_of";
    expect(shown("glance.revenue")).toBeCloseTo(
      await number(`SELECT sum(total_revenue_excl_tax) AS n FROM sales_daily_kpi k ${year}`),
      2,
    );
    expect(shown("glance.orders")).toBe(
      await number(`SELECT sum(total_orders_count) AS n FROM sales_daily_kpi k ${year}`),
    );
    expect(shown("glance.stock")).toBeCloseTo(
      await number("SELECT sum(stock_value) AS n FROM fact_inventory"),
      2,
    );
    expect(shown("glance.known")).toBe(
      await number("SELECT count(*) AS n FROM dim_customer WHERE is_current AND customer_key > 0"),
    );
    expect(shown("segment.VIP")).toBe(
      await number("SELECT count(*) AS n FROM sales_by_customer WHERE customer_segment = 'VIP'"),
    );
    expect(shown("abc.A")).toBe(
      await number("SELECT count(*) AS n FROM sales_by_product WHERE abc_classification = 'A'"),
    );
    expect(shown("quality.current")).toBe(
      shown("quality.loaded") + shown("quality.quarantined") + shown("quality.left-out"),
    );
    expect(shown("quality.loaded")).toBe(
      await number("SELECT sum(loaded_rows) AS n FROM silver_reconciliation"),
    );
  });

  it("has the page of the models beside it, with every formula", () => {
    const models = readFileSync(join(folder, "out", "models.html"), "utf8");
    for (const { name, docs } of gold.models) {
      expect(models).toContain(name);
      for (const column of Object.keys(docs)) expect(models).toContain(column);
    }
    expect(models).toContain("Reinartz and Kumar");
  });

  it("tells those who cannot see a chart what it shows", () => {
    const charts = [...page.matchAll(/<svg[^>]*>/g)].map((match) => match[0]);
    expect(charts.length).toBeGreaterThan(3);
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-label="[^"]+"/);
    for (const split of page.match(/<div class="split chart"[^>]*>/g)!)
      expect(split).toContain("aria-label=");
  });
});
