import * as dimensions from "./dimensions.ts";
import * as facts from "./facts.ts";

const { dates, times, locations, customers, products, suppliers, colleagues, warehouses } =
  dimensions;
const { sales, purchases, inventory, interventions, incidents, activities } = facts;

/** The star schema of silver, for `openWarehouse`. */
export const star = {
  dates,
  times,
  locations,
  customers,
  products,
  suppliers,
  colleagues,
  warehouses,
  sales,
  purchases,
  inventory,
  interventions,
  incidents,
  activities,
} as const;
