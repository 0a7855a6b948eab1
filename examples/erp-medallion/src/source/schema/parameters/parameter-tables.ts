import { accountingParameters } from "./accounting.ts";
import { crmParameters } from "./crm.ts";
import { payrollParameters } from "./payroll.ts";
import { planningParameters } from "./planning.ts";
import { productionParameters } from "./production.ts";
import { purchasesParameters } from "./purchases.ts";
import { salesParameters } from "./sales.ts";
import { stockParameters } from "./stock.ts";
import { systemParameters } from "./system.ts";
import type { ParameterTable } from "./shapes.ts";

/** The tables beside the documents: lists of choices, settings, links, logs. */
export const parameterTables: readonly ParameterTable[] = [
  ...accountingParameters,
  ...salesParameters,
  ...purchasesParameters,
  ...stockParameters,
  ...planningParameters,
  ...productionParameters,
  ...crmParameters,
  ...payrollParameters,
  ...systemParameters,
];
