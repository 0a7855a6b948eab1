import { parseDate } from "@lakewright/core";
import { invalidDefinition } from "../names.ts";

/** Days since 1970-01-01. @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where the text is no day. */
export function dayNumber(date: string): number {
  const number = /^\d{4}-\d{2}-\d{2}$/.test(date) ? parseDate(date) : undefined;
  if (number === undefined) throw invalidDefinition(`"${date}" is no day of the calendar.`);
  return number;
}

/** 1 is Monday, 7 Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
