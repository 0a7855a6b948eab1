// Definitions
export { dimension } from "./define/dimension.ts";
export type {
  Dimension,
  DimensionOptions,
  FirstVersionFrom,
  Versioning,
} from "./define/dimension.ts";
export { fact } from "./define/fact.ts";
export type { Fact, FactOptions, FactRole } from "./define/fact.ts";
export type { FactColumns, RoleDefinitions } from "./define/fact-columns.ts";
export { calendar } from "./define/calendar.ts";
export type { CalendarColumns, CalendarOptions } from "./define/calendar.ts";
export type { CalendarDay, DayRange } from "./define/days.ts";
export { frenchHolidays } from "./define/holidays.ts";

// Warehouses
export { openWarehouse } from "./open.ts";
export type { WarehouseOptions } from "./open.ts";
export type {
  DeleteSummary,
  LoadOptions,
  LoadPlan,
  LoadSummary,
  MemberKey,
  StarTable,
  Warehouse,
} from "./warehouse.ts";
export type { Instant } from "./instant.ts";
export type { Clock } from "./clock.ts";

// Errors
export { WarehouseError, warehouseErrorCodes } from "./errors.ts";
export type { WarehouseErrorCode } from "./errors.ts";
