import { parameterTables } from "./parameters/parameter-tables.ts";
import type { SourceTable } from "./source-table.ts";
import * as customers from "./customers.ts";
import * as sales from "./sales.ts";
import * as deals from "./deals.ts";
import * as purchases from "./purchases.ts";
import * as stock from "./stock.ts";
import * as planning from "./planning.ts";
import * as references from "./references.ts";

/** The tables with columns of their own, by what the code calls them. */
export const tables = {
  ...customers,
  ...sales,
  ...deals,
  ...purchases,
  ...stock,
  ...planning,
  ...references,
};

/** Every table of the source: 319, with 670,349 rows on the first day. */
export const sourceTables: readonly SourceTable[] = [...Object.values(tables), ...parameterTables];

/** The fifty that analysts asked for. */
export const priorityTables: readonly SourceTable[] = sourceTables.filter(
  ({ priority }) => priority > 0,
);
