import { type Column, showValue } from "@lakewright/core";
import { type Dialect, id, type Sql } from "@lakewright/sql";
import type { WarehouseError } from "../../errors.ts";
import { invalid } from "../../options.ts";
import { layoutOf } from "../../schema/layout.ts";
import { factColumn, type Metrics, STEP_COLUMN } from "../define/metrics.ts";
import type { Grain, TimeGrain } from "../define/metrics-query.ts";

/** What the fact is called in compiled queries, and in the SQL of measures. */
export const FACT = "f";

/** Something to group by or to filter on. */
export interface Resolved {
  /** The column in the answer. */
  readonly name: string;
  readonly column: Column;
  readonly sql: Sql;
  /** The role whose dimension it needs. */
  readonly role: string | undefined;
  /** Where rows are grouped by something else than `sql`. */
  readonly grouping?: Grouping | undefined;
}

/** Columns that make the groups of an expression: how many, a planner knows of columns only. */
export interface Grouping {
  readonly keys: readonly Sql[];
  /** The value of a group, from the `sql` of any of its rows. */
  ofGroup(any: Sql): Sql;
}

/** What a dimension is called in compiled queries. */
export function aliasOf(of: Metrics, role: string): string {
  return `r${of.fact.roles.findIndex((it) => it.name === role)}`;
}

/** A column of the fact, or "role.column". @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function resolveDimension(of: Metrics, name: string): Resolved {
  const own = typeof name === "string" ? factColumn(of.fact, name) : undefined;
  if (own !== undefined) {
    return { name, column: own.column, sql: id(FACT, name), role: undefined };
  }
  const dot = String(name).indexOf(".");
  const [roleName, columnName] = [String(name).slice(0, dot), String(name).slice(dot + 1)];
  const role = of.fact.roles.find((it) => it.name === roleName);
  const field = role && layoutOf(role.dimension).columns.find((it) => it.name === columnName);
  if (role === undefined || field === undefined) throw noDimension(of, name);
  return {
    name,
    column: { ...field.column, nullable: true },
    sql: id(aliasOf(of, role.name), columnName),
    role: role.name,
  };
}

const GRAINS: readonly Grain[] = ["day", "week", "month", "quarter", "year"];

/** The columns of a calendar that are the same on all days of a step. */
const STEPS: Readonly<Record<Exclude<Grain, "day">, readonly string[]>> = {
  week: ["iso_year", "iso_week"],
  month: ["year", "month"],
  quarter: ["year", "quarter"],
  year: ["year"],
};

/** A step of time. @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function resolveGrain(
  of: Metrics,
  dialect: Dialect,
  { time, grain, as }: TimeGrain,
): Resolved {
  if (!GRAINS.includes(grain)) {
    throw invalid(`The grain is ${showValue(grain)}.`, `Grains are ${GRAINS.join(", ")}.`);
  }
  const { day, role } = dayOf(of, dialect, time);
  const named = { name: as ?? `${time}_${grain}`, column: STEP_COLUMN, role };
  if (grain === "day") return { ...named, sql: day };
  if (role === undefined) return { ...named, sql: dialect.truncateDay(grain, day) };
  const keys = STEPS[grain].map((column) => id(aliasOf(of, role), column));
  const grouping = { keys, ofGroup: (any: Sql) => dialect.truncateDay(grain, any) };
  return { ...named, sql: day, grouping };
}

/** The day of a time column of the fact, or of a calendar by its role. */
export function dayOf(
  of: Metrics,
  dialect: Dialect,
  time: string,
): { readonly day: Sql; readonly role: string | undefined } {
  const own = factColumn(of.fact, time);
  const kind = own?.column.type.kind;
  if (kind === "date") return { day: id(FACT, time), role: undefined };
  if (kind === "timestamp") {
    const isInstant = own!.column.type.kind === "timestamp" && own!.column.type.utc;
    const column = id(FACT, time);
    return {
      day: dialect.cast(isInstant ? dialect.inUtc(column) : column, STEP_COLUMN),
      role: undefined,
    };
  }
  const role = of.fact.roles.find((it) => it.name === time);
  if (role?.dimension.days !== undefined) {
    return { day: id(aliasOf(of, role.name), role.dimension.key[0]!), role: role.name };
  }
  throw invalid(
    `"${time}" is no time of "${of.fact.name}".`,
    "A time is a date or timestamp of the fact, or the role of a calendar.",
  );
}

function noDimension({ fact }: Metrics, name: unknown): WarehouseError {
  const own = layoutOf(fact).columns.map((it) => it.name);
  const roles = fact.roles.map(
    (role) => `${role.name}.${layoutOf(role.dimension).columns[1]?.name ?? "…"}`,
  );
  return invalid(
    `${showValue(name)} is no dimension of "${fact.name}".`,
    `Its own are ${own.join(", ")}; of others, such as ${roles.join(", ")}.`,
  );
}
