import {
  bool,
  type Column,
  type Columns,
  defineTable,
  int32,
  nullable,
  oneOf,
  utf8,
} from "@lakewright/core";
import { assertKnown } from "../../options.ts";
import type { ClockFace, DayPart } from "./clock-face.ts";
import { type Dimension, freezeDimension, plain } from "../dimension.ts";
import { invalidDefinition } from "../names.ts";

/** The columns of a clock dimension, besides its key: what {@link ClockTime} says. */
export interface ClockColumns extends Columns {
  readonly time: Column<string>;
  readonly hour: Column<number>;
  readonly minute: Column<number>;
  readonly second: Column<number>;
  readonly second_of_day: Column<number>;
  readonly minute_of_day: Column<number>;
  readonly hour_12: Column<number>;
  readonly am_pm: Column<"AM" | "PM">;
  readonly time_name: Column<string>;
  readonly day_part: Column<string | null, string | null | undefined>;
  readonly is_business_hour: Column<boolean>;
}

const columns: ClockColumns = {
  time: utf8(),
  hour: int32(),
  minute: int32(),
  second: int32(),
  second_of_day: int32(),
  minute_of_day: int32(),
  hour_12: int32(),
  am_pm: oneOf(["AM", "PM"]),
  time_name: utf8(),
  day_part: nullable(utf8()),
  is_business_hour: bool(),
};

/** The times a clock has, and what it says of each. */
export interface TimeOfDayOptions<S extends string = string> {
  /** "second" has 86,400 rows, "minute" 1,440. Default "minute". */
  readonly grain?: "second" | "minute" | undefined;
  /** What the surrogate key is: see {@link ClockFace}. Default "seconds" or "minutes", as the grain. */
  readonly key?: "seconds" | "minutes" | "hhmmss" | undefined;
  /** Spans of business hours, each from its start to before its end: `[["09:00", "12:30"], ["14:00", "18:00"]]`. Default 09:00 to 18:00. */
  readonly businessHours?: readonly (readonly [from: string, to: string])[] | undefined;
  /** Default: night (22:00), morning (06:00), afternoon (12:00), evening (18:00). */
  readonly dayParts?: readonly DayPart[] | undefined;
  /** Language of `time_name`. Default "en". */
  readonly locale?: string | undefined;
  /** Name of the key. Default "time_key". */
  readonly surrogateKey?: S | undefined;
}

const OPTIONS = ["grain", "key", "businessHours", "dayParts", "locale", "surrogateKey"];

const DAY_PARTS: readonly DayPart[] = [
  { name: "night", from: "22:00", to: "06:00" },
  { name: "morning", from: "06:00", to: "12:00" },
  { name: "afternoon", from: "12:00", to: "18:00" },
  { name: "evening", from: "18:00", to: "22:00" },
];

/**
 * A dimension of the times of a day, filled by the warehouse itself when it is opened. A fact gives the natural key
 * `time` as "HH:MM:SS", or a timestamp, of which the time in UTC counts; of a minute's clock, the minute it is in.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function timeOfDay<const S extends string = "time_key">(
  name: string,
  options: TimeOfDayOptions<S> = {},
): Dimension<ClockColumns, "time", S, "scd0", never> {
  assertKnown(`Clock "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  const { grain = "minute", locale = "en", surrogateKey = "time_key" } = options;
  if (grain !== "second" && grain !== "minute") {
    throw invalidDefinition(`Clock "${name}" has the grain "${String(grain)}".`);
  }
  const keyStyle = options.key ?? (grain === "second" ? "seconds" : "minutes");
  if (!["seconds", "minutes", "hhmmss"].includes(keyStyle)) {
    throw invalidDefinition(`Clock "${name}" has the key "${String(keyStyle)}".`);
  }
  if (keyStyle === "minutes" && grain === "second") {
    throw invalidDefinition(`Clock "${name}" counts seconds, so minutes cannot be its key.`);
  }
  const seconds = (text: string): number => secondsOf(name, text);
  const { businessHours = [["09:00", "18:00"]], dayParts = DAY_PARTS } = options;
  const clock: ClockFace = {
    grain,
    keyStyle,
    locale,
    business: businessHours.map(([from, to]) => [seconds(from), seconds(to)] as const),
    parts: dayParts.map(({ name: part, from, to }) => ({
      name: part,
      from: seconds(from),
      to: seconds(to),
    })),
  };
  return freezeDimension({
    ...plain,
    name,
    input: defineTable(name, columns),
    key: ["time"],
    surrogateKey,
    clock,
  }) as unknown as Dimension<ClockColumns, "time", S, "scd0", never>;
}

/** Seconds of the day of "HH:MM" or "HH:MM:SS"; "24:00" is its end. */
function secondsOf(clock: string, text: string): number {
  const [, hour, minute, second = "0"] = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (Number(minute) < 60 && Number(second) < 60 && seconds <= 86_400) return seconds;
  throw invalidDefinition(
    `Clock "${clock}" has the time ${JSON.stringify(text)}.`,
    'Write it as "09:30" or "09:30:15".',
  );
}
