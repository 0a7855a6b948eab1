// Definitions
export { dimension } from "./define/dimension.ts";
export type {
  Dimension,
  DimensionColumns,
  DimensionOptions,
  FirstVersionFrom,
  Versioning,
} from "./define/dimension.ts";
export type { SpecialMembers } from "./define/special-members.ts";
export { junkDimension } from "./define/junk.ts";
export type { JunkDimensionOptions } from "./define/junk.ts";
export { fact } from "./define/fact.ts";
export type {
  Fact,
  FactKind,
  FactOptions,
  FactRole,
  Lag,
  OnDelete,
  PartitionBy,
  SnapshotColumns,
} from "./define/fact.ts";
export { bridge, evenWeights } from "./define/bridge.ts";
export type { BridgeOptions } from "./define/bridge.ts";
export type { FactColumns, FactKey, FactRow, RoleDimensions } from "./define/fact-columns.ts";
export type { Role, RoleDefinitions, RoleMapping } from "./define/references.ts";
export type { DefaultKey, DimensionRow, HistoryRow } from "./define/rows.ts";
export type { StarTable } from "./define/star-table.ts";
export { calendar } from "./define/calendar/calendar.ts";
export type { CalendarColumns, CalendarOptions } from "./define/calendar/calendar.ts";
export type { CalendarDay, DayRange, HolidaysOfYear, Season } from "./define/calendar/days.ts";
export { timeOfDay } from "./define/calendar/time-of-day.ts";
export type { ClockColumns, TimeOfDayOptions } from "./define/calendar/time-of-day.ts";
export type { ClockFace, ClockTime, DayPart } from "./define/calendar/clock-face.ts";
export { nrfCalendar } from "./define/calendar/retail.ts";
export type { RetailCalendar } from "./define/calendar/retail.ts";
export { frenchHolidays } from "./define/calendar/holidays.ts";
export type { FrenchTerritory } from "./define/calendar/holidays.ts";
export { publicHolidays } from "./define/calendar/public-holidays.ts";
export type { HolidaysClass, PublicHolidaysOptions } from "./define/calendar/public-holidays.ts";

// Warehouses
export { openWarehouse } from "./open.ts";
export type { WarehouseOptions } from "./open.ts";
export { planMigration } from "./schema/migration/plan-migration.ts";
export type { MigrationPlan, PlanMigrationOptions } from "./schema/migration/plan-migration.ts";
export type { Orphans } from "./schema/integrity.ts";
export type { DeleteSummary, MemberKey, Warehouse } from "./warehouse.ts";
export type { LoadData } from "./load/load-data.ts";
export type { Deletes, LoadMode, LoadOptions, LoadSummary } from "./load/options.ts";
export type { LoadPlan } from "./step.ts";
export type { DeleteFactsOptions, DeleteFactsSummary } from "./load/delete-facts.ts";
export type { AsOfRow } from "./read/as-of.ts";
export type { RewindOptions, RewindSummary } from "./load/rewind/rewind-options.ts";
export type { Instant } from "./instant.ts";
export type { Clock } from "./clock.ts";

// Errors
export { WarehouseError, warehouseErrorCodes } from "./errors.ts";
export type { WarehouseErrorCode } from "./errors.ts";
