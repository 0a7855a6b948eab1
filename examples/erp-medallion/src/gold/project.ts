import { defineProject, type Project } from "@lakewright/warehouse/models";
import { colleaguePerformance } from "./models/colleague-performance.ts";
import { customerHealthScore } from "./models/customer-health.ts";
import { incidentsFunnel } from "./models/incidents-funnel.ts";
import { interventionsDailyKpi } from "./models/interventions-daily.ts";
import { inventorySnapshotDaily } from "./models/inventory-snapshot.ts";
import { salesByCustomer } from "./models/sales-by-customer.ts";
import { salesByProduct } from "./models/sales-by-product.ts";
import { salesByRegion } from "./models/sales-by-region.ts";
import { salesDailyKpi } from "./models/sales-daily.ts";
import { supplierPerformance } from "./models/supplier-performance.ts";

/** The ten tables of gold, in an order in which each finds what it reads. */
export const gold: Project = defineProject([
  salesDailyKpi,
  salesByCustomer,
  salesByProduct,
  salesByRegion,
  interventionsDailyKpi,
  colleaguePerformance,
  incidentsFunnel,
  customerHealthScore,
  inventorySnapshotDaily,
  supplierPerformance,
]);
