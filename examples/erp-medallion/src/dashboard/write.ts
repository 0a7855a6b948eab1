import type { JobOptions } from "@lakewright/core";
import { html, page, type PagePart } from "@lakewright/example-report-kit";
import type { SqlEngine } from "@lakewright/sql";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { dashboardReader, text } from "./reader.ts";
import { customersSection } from "./sections/customers.ts";
import { fieldSection } from "./sections/field.ts";
import { glanceSection } from "./sections/glance.ts";
import { incidentsSection } from "./sections/incidents.ts";
import { lineageSection } from "./sections/lineage.ts";
import { productsSection } from "./sections/products.ts";
import { qualitySection } from "./sections/quality.ts";
import { regionsSection } from "./sections/regions.ts";
import { revenueSection } from "./sections/revenue.ts";
import { stockSection } from "./sections/stock.ts";
import { suppliersSection } from "./sections/suppliers.ts";

export interface DashboardOptions extends Pick<JobOptions, "signal"> {
  /** Where the page of the models is, as the dashboard links to it: "models.html". Default: no link. */
  readonly models?: string | undefined;
}

/** Writes the dashboard from the tables of silver and gold: one HTML file, no script, no request. It is there whole or not. */
export async function writeDashboard(
  engine: SqlEngine,
  path: string,
  options: DashboardOptions = {},
): Promise<void> {
  const markup = await dashboardPage(engine, options);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, markup);
  await rename(`${path}.new`, path);
}

/** The dashboard as HTML. */
export async function dashboardPage(
  engine: SqlEngine,
  { signal, models }: DashboardOptions = {},
): Promise<string> {
  const reader = dashboardReader(engine, signal);
  const asOf = text(await reader.row("SELECT as_of FROM gold_period"), "as_of");
  const parts: PagePart[] = [
    ["glance", "At a glance", await glanceSection(reader, asOf)],
    ["revenue", "Revenue", await revenueSection(reader)],
    ["customers", "Customers", await customersSection(reader)],
    ["products", "Products", await productsSection(reader)],
    ["regions", "Regions", await regionsSection(reader)],
    ["field", "Visits", await fieldSection(reader)],
    ["incidents", "Tickets", await incidentsSection(reader)],
    ["stock", "Stock", await stockSection(reader)],
    ["suppliers", "Suppliers", await suppliersSection(reader)],
    ["quality", "Data quality", await qualitySection(reader)],
    ["lineage", "Lineage", lineageSection(models)],
  ];
  return page({
    title: `Dashboard, ${asOf}`,
    heading: "The company today",
    lead: html`As of ${asOf}: from the ERP through bronze, silver and gold, by Lakewright.`,
    parts,
    footer:
      "Each formula stands with its column in the models of gold; tests compute the tables again by SQL of their own.",
  });
}
