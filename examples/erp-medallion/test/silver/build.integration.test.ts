import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import type { Warehouse } from "@lakewright/warehouse";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSilver, type SilverSummary } from "../../src/silver/build.ts";
import { openSilver } from "../../src/silver/open.ts";
import { type SmallBronze, smallBronze, type SourceRows } from "../support/bronze.ts";
import { smallCompany } from "./small-company.ts";

const DAY_1 = "2025-10-23T22:00:00Z";
const DAY_2 = "2025-10-24T22:00:00Z";

let folder: string;
let bronze: SmallBronze;
let engine: SqlEngine;
let warehouse: Warehouse;
let summary: SilverSummary;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "silver-"));
  bronze = smallBronze(folder);
  await bronze.record(DAY_1, smallCompany);
  engine = duckdb(":memory:");
  warehouse = await openSilver(engine);
  summary = await buildSilver(bronze, warehouse, { at: DAY_1 });
});

afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = (query: string): Promise<Record<string, unknown>[]> => engine.query(query).rows();
const row = async (query: string): Promise<Record<string, unknown>> => engine.query(query).row();

describe("silver of a small company", () => {
  it("cleans a customer: name, contact, phone, e-mail, address, coordinates", async () => {
    expect(await row("SELECT * FROM dim_customer WHERE customer_id = 'CL1'")).toMatchObject({
      name: "Hôtel du Port",
      family_name: "Professionnels",
      subfamily_name: "Hôtels",
      main_contact_name: "Mme Zoé Petit",
      phone: "+33299000000",
      email: "accueil@port.fr",
      billing_address_full: "1 quai Duguay, 35400 Saint-Malo, FR",
      delivery_address_full: "1 quai Duguay, 35400 Saint-Malo, FR",
      delivery_latitude: 48.65,
      segment: "A",
      first_order_date: "2025-02-03",
      is_current: true,
    });
    expect(await row("SELECT * FROM dim_customer WHERE customer_id = 'CL2'")).toMatchObject({
      phone: null,
      email: null,
      billing_address_full: "01000 Bourg-en-Bresse, FR",
      billing_zipcode: "01000",
    });
  });

  it("has euro amounts that add up, the day an impossible document was entered, and payments", async () => {
    const sales = await rows(
      `SELECT line_id, CAST(document_date AS VARCHAR) AS day, CAST(net_amount_excl_tax AS VARCHAR) AS net, CAST(tax_amount AS VARCHAR) AS tax,
  CAST(net_amount_incl_tax AS VARCHAR) AS incl, CAST(margin_amount AS VARCHAR) AS margin, is_paid, product_key > 0 AS known FROM fact_sales ORDER BY line_id`,
    );
    expect(sales).toEqual([
      {
        line_id: 1,
        day: "2025-02-01",
        net: "900.00",
        tax: "180.00",
        incl: "1080.00",
        margin: "300.00",
        is_paid: false,
        known: true,
      },
      {
        line_id: 2,
        day: "2025-02-03",
        net: "900.00",
        tax: "180.00",
        incl: "1080.00",
        margin: "300.00",
        is_paid: false,
        known: true,
      },
      {
        line_id: 3,
        day: "2025-02-10",
        net: "900.00",
        tax: "180.00",
        incl: "1080.00",
        margin: "300.00",
        is_paid: true,
        known: true,
      },
      // 12.02 and 2.40 dollars at 0.9, each rounded; its article is gone.
      {
        line_id: 5,
        day: "2025-03-10",
        net: "10.82",
        tax: "2.16",
        incl: "12.98",
        margin: "7.82",
        is_paid: false,
        known: false,
      },
    ]);
  });

  it("puts aside what does not add up, and accounts for every row", async () => {
    expect(
      await rows("SELECT source_table, source_key, reason FROM silver_quarantine ORDER BY 1, 2"),
    ).toEqual([
      { source_table: "sale_document_line", source_key: "6", reason: "amounts_do_not_add_up" },
      { source_table: "sale_document_line", source_key: "7", reason: "no_document" },
      { source_table: "schedule_event", source_key: "2", reason: "ends_before_it_starts" },
    ]);
    const sales = summary.reconciliation.find(({ table }) => table === "fact_sales");
    expect(sales).toMatchObject({ current: 7, loaded: 4, quarantined: 2, leftOut: 1 });
    for (const { current, loaded, quarantined, leftOut } of summary.reconciliation) {
      expect(loaded + quarantined + leftOut).toBe(current);
    }
  });

  it("knows the way, the weather and the time of a visit in France, and the manager of a colleague", async () => {
    expect(
      await row(`SELECT f.distance_km, f.temperature_c, f.sla_met_flag, f.start_time_key, f.end_time_key, f.actual_duration_minutes AS minutes, l.city, p.product_id
FROM fact_interventions f JOIN dim_location l ON l.location_key = f.location_key JOIN dim_product p ON p.product_key = f.product_key`),
    ).toMatchObject({
      temperature_c: 19,
      sla_met_flag: true,
      start_time_key: 101000n,
      end_time_key: 114000n,
      minutes: 90,
      city: "Saint-Malo",
      product_id: "ART1",
    });
    expect(
      await row(
        "SELECT m.name AS manager, c.is_active FROM dim_colleague c JOIN dim_colleague m ON m.colleague_key = c.manager_colleague_key",
      ),
    ).toEqual({ manager: "Le Goff", is_active: false });
  });

  it("has the stock of the day and how long it lasts: 80 at half a unit a day", async () => {
    expect(
      await row(
        "SELECT CAST(quantity_available AS VARCHAR) AS available, CAST(days_of_supply AS VARCHAR) AS days, date_key FROM fact_inventory",
      ),
    ).toEqual({ available: "80.000", days: "160.0", date_key: 20251023n });
  });

  it("changes nothing when it is built again", async () => {
    const again = await buildSilver(bronze, warehouse, { at: "2025-10-23T22:00:01Z" });
    for (const { table, inserted, updated, closed, deleted } of again.tables) {
      if (table !== "fact_inventory")
        expect({ table, inserted, updated, closed, deleted }).toEqual({
          table,
          inserted: 0,
          updated: 0,
          closed: 0,
          deleted: 0,
        });
    }
    expect(again.reconciliation).toEqual(summary.reconciliation);
    expect(again.dirt).toEqual(summary.dirt);
  });
});

describe("look-ups", () => {
  it("asks the services it is given: for addresses the zip codes lack, and for the weather of each visit once", async () => {
    const asked: string[] = [];
    const other = duckdb(":memory:");
    const abroad = join(folder, "abroad");
    const small = smallBronze(abroad);
    await small.record(DAY_1, {
      ...smallCompany,
      customer: [
        {
          ...smallCompany.customer![0]!,
          invoicingZipCode: "1000",
          invoicingCity: "Bruxelles",
          invoicingCountryId: "BE",
        },
      ],
    });
    await buildSilver(small, await openSilver(other), {
      at: DAY_1,
      lookups: {
        weather: (day, department) => {
          asked.push(`${day} ${department}`);
          return { temperatureC: 31, rainProbability: 0 };
        },
        geocode: ({ city }) =>
          Promise.resolve(city === "Bruxelles" ? { latitude: 50.85, longitude: 4.35 } : undefined),
      },
    });
    expect(asked).toEqual(["2025-07-01 35"]);
    expect(
      await other.query("SELECT temperature_c, rain_probability FROM fact_interventions").rows(),
    ).toEqual([{ temperature_c: 31, rain_probability: 0 }]);
    expect(
      await other
        .query(
          "SELECT delivery_latitude, delivery_zipcode FROM dim_customer WHERE customer_key > 0 AND is_current AND name IS NOT NULL",
        )
        .rows(),
    ).toEqual([{ delivery_latitude: 50.85, delivery_zipcode: "1000" }]);
    await other.close();
  });
});

describe("the day after", () => {
  let second: SilverSummary;

  beforeAll(async () => {
    const change = (
      name: keyof SourceRows,
      key: number | string,
      values: Record<string, unknown> | undefined,
    ): SourceRows => ({
      [name]: smallCompany[name]!.flatMap((one) =>
        one["id"] !== key ? [one] : values === undefined ? [] : [{ ...one, ...values }],
      ),
    });
    await bronze.record(DAY_2, {
      ...change("customer", "CL1", { name: "Grand Hôtel du Port" }),
      ...change("saleCommitment", 2, { state: "Paid", paidDate: "2025-10-24" }),
      ...change("scheduleEvent", 2, { endDateTime: "2025-07-02T09:00:00Z" }),
      saleDocumentLine: smallCompany
        .saleDocumentLine!.filter((one) => one["id"] !== 2)
        .map((one) =>
          one["id"] === 6
            ? { ...one, netAmountVatExcluded: "8", vatAmount: "1.6", netAmountVatIncluded: "9.6" }
            : one,
        ),
      incident: [
        {
          id: 1,
          customerId: "CL1",
          itemId: "ART1",
          colleagueId: "COL01",
          type: "Breakdown",
          severity: "Major",
          state: "Resolved",
          creationDateTime: "2025-10-24T06:00:00Z",
          firstResponseDateTime: "2025-10-24T07:30:00Z",
          resolutionDateTime: "2025-10-24T12:00:00Z",
          slaResolutionHours: 8,
        },
      ],
    });
    second = await buildSilver(bronze, warehouse, { at: DAY_2, changedSince: DAY_1 });
  });

  it("gives a customer who changed a second version, and leaves facts at the first", async () => {
    expect(
      await rows(
        "SELECT name, is_current FROM dim_customer WHERE customer_id = 'CL1' ORDER BY valid_from",
      ),
    ).toEqual([
      { name: "Hôtel du Port", is_current: false },
      { name: "Grand Hôtel du Port", is_current: true },
    ]);
    expect(
      await rows(
        "SELECT DISTINCT c.name FROM fact_sales f JOIN dim_customer c ON c.customer_key = f.customer_key WHERE c.customer_id = 'CL1'",
      ),
    ).toEqual([{ name: "Hôtel du Port" }]);
  });

  it("reads only what a change can reach", () => {
    const read = Object.fromEntries(second.tables.map((table) => [table.table, table.read]));
    expect(read).not.toHaveProperty("dim_location");
    expect(read).not.toHaveProperty("dim_product");
    expect(read).not.toHaveProperty("fact_purchases");
    expect(read).not.toHaveProperty("fact_customer_activity");
    // The lines of the invoice that was paid: one that was loaded, one that was mended.
    expect(read["fact_sales"]).toBe(2);
    expect(second.touchedDays["fact_sales"]).toEqual([20250203n, 20250310n]);
  });

  it("takes facts away with their line, and rows out of quarantine once they are mended", async () => {
    expect(await rows("SELECT line_id, is_paid FROM fact_sales ORDER BY line_id")).toEqual([
      { line_id: 1, is_paid: false },
      { line_id: 3, is_paid: true },
      { line_id: 5, is_paid: true },
      { line_id: 6, is_paid: true },
    ]);
    expect(await rows("SELECT source_key FROM silver_quarantine")).toEqual([{ source_key: "7" }]);
    expect(second.reconciliation.find(({ table }) => table === "fact_sales")).toMatchObject({
      current: 6,
      loaded: 4,
      quarantined: 1,
      leftOut: 1,
    });
  });

  it("keeps up what customers are worth, though nothing else of them changed", async () => {
    expect(
      await rows(
        "SELECT CAST(lifetime_value AS VARCHAR) AS value, is_current FROM dim_customer WHERE customer_id = 'CL2'",
      ),
    ).toEqual([{ value: "18.02", is_current: true }]);
  });

  it("follows a ticket from its creation to its resolution", async () => {
    expect(
      await row(
        "SELECT CAST(time_to_first_response_hours AS VARCHAR) AS first, CAST(time_to_resolution_hours AS VARCHAR) AS last, sla_met_flag, days_to_resolution, creation_date_key, resolution_date_key FROM fact_incidents",
      ),
    ).toEqual({
      first: "1.50",
      last: "6.00",
      sla_met_flag: true,
      days_to_resolution: 0,
      creation_date_key: 20251024n,
      resolution_date_key: 20251024n,
    });
  });
});
