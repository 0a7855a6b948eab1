import type { JobOptions } from "@lakewright/core";
import { html, page, type PagePart } from "@lakewright/example-report-kit";
import type { SqlEngine } from "@lakewright/sql";
import { type ModelsRun, modelsPage } from "@lakewright/warehouse/models";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gold } from "../gold/project.ts";
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
  /** What the last run of gold did, for the page of the models. Default: not told. */
  readonly run?: ModelsRun | undefined;
}

/** The page of gold's models, beside the dashboard: graph, columns and where they come from, SQL, tests. */
const MODELS = "models.html";

/**
 * Writes the dashboard from the tables of silver and gold, one HTML file without script or request, and beside it
 * `models.html`, which says how each column is computed. Each is there whole or not.
 */
export async function writeDashboard(
  engine: SqlEngine,
  path: string,
  { signal, run }: DashboardOptions = {},
): Promise<void> {
  const folder = dirname(path);
  const dashboard = await dashboardPage(engine, { signal, models: MODELS });
  const models = await modelsPage(gold, {
    title: "The models of gold",
    ...(run && { runs: run }),
  });
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, MODELS), models);
  await writeWhole(path, dashboard);
}

async function writeWhole(path: string, markup: string): Promise<void> {
  await writeFile(`${path}.new`, markup);
  await rename(`${path}.new`, path);
}

/** The dashboard as HTML. */
export async function dashboardPage(
  engine: SqlEngine,
  options: { readonly signal?: AbortSignal | undefined; readonly models?: string | undefined } = {},
): Promise<string> {
  const { signal, models } = options;
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
