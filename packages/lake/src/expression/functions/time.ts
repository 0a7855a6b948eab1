import { floorDiv } from "@lakewright/core";
import { castNode, MICROS_PER_DAY, within } from "../cast.ts";
import { invalidExpression, ValueProblem } from "../errors.ts";
import { binary, type Node, unary, variadic } from "../node.ts";
import { DATE, INT, LONG, TEXT, TIMESTAMP } from "../sql-type.ts";
import {
  addMonths,
  civilOf,
  dayOfYear,
  daysOf,
  lastOfMonth,
  truncateDays,
  weekday,
  weekOfYear,
} from "./calendar.ts";
import { dateFormatter } from "./date-format.ts";
import {
  asDate,
  asInt,
  asLong,
  asTimestamp,
  define,
  type Functions,
  literalText,
} from "./define.ts";

/** Functions of dates and times. A timestamp is taken in UTC, whatever zone the machine has. */

const ofDate = (usage: string, compute: (days: number) => number): Functions[string] =>
  define(usage, ([date], text) => unary(INT, text, asDate(date!), compute as never));

/** A part of the clock: microseconds of its unit, and how many units make the next. */
const ofClock = (usage: string, unit: bigint, most: bigint): Functions[string] =>
  define(usage, ([time], text) =>
    unary(INT, text, asTimestamp(time!), ((micros: bigint) => {
      const units = floorDiv(micros, unit);
      return Number(units - floorDiv(units, most) * most);
    }) as never),
  );

const UNITS: Readonly<Record<string, bigint>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: MICROS_PER_DAY,
  dd: MICROS_PER_DAY,
};
const LARGE_UNITS = "week, month, mon, mm, quarter, year, yyyy, yy";

const dateTrunc = define("date_trunc(unit, time)", ([unit, time], text) => {
  const name = literalText(unit!, "the unit of date_trunc").toLowerCase();
  const node = asTimestamp(time!);
  const size = Object.hasOwn(UNITS, name) ? UNITS[name]! : undefined;
  if (size !== undefined) {
    return unary(
      node.type,
      text,
      node,
      ((micros: bigint) => floorDiv(micros, size) * size) as never,
    );
  }
  if (truncateDays(0, name) === undefined)
    throw unknownUnit(name, [...Object.keys(UNITS), LARGE_UNITS]);
  return unary(
    node.type,
    text,
    node,
    ((micros: bigint) =>
      BigInt(truncateDays(Number(floorDiv(micros, MICROS_PER_DAY)), name)!) *
      MICROS_PER_DAY) as never,
  );
});

const trunc = define("trunc(date, unit)", ([date, unit], text) => {
  const name = literalText(unit!, "the unit of trunc");
  if (truncateDays(0, name) === undefined) throw unknownUnit(name, [LARGE_UNITS]);
  return unary(DATE, text, asDate(date!), ((days: number) => truncateDays(days, name)!) as never);
});

function unknownUnit(name: string, units: readonly string[]): Error {
  return invalidExpression(`There is no unit of time ${JSON.stringify(name)}.`, {
    hint: `The units are ${units.join(", ")}.`,
  });
}

/** to_date and to_timestamp read ISO text; patterns other than the usual ones for it are refused. */
const reads = (name: string, patterns: RegExp, read: (node: Node) => Node): Functions[string] =>
  define(`${name}(value[, pattern])`, ([value, pattern]) => {
    const text = pattern && literalText(pattern, `the pattern of ${name}`);
    if (text !== undefined && !patterns.test(text)) {
      throw invalidExpression(`${name} does not read the pattern ${JSON.stringify(text)}.`, {
        hint: `Without a pattern it reads ISO 8601.`,
      });
    }
    return read(value!);
  });

const addDays = (name: string, sign: 1 | -1): Functions[string] =>
  define(`${name}(date, days)`, ([date, days], text) =>
    binary(DATE, text, asDate(date!), asInt(days!), ((day: number, by: number) =>
      within(INT, day + sign * by)) as never),
  );

const since1970 = (usage: string, unit: bigint): Functions[string] =>
  define(usage, ([time], text) =>
    unary(LONG, text, asTimestamp(time!), ((micros: bigint) => floorDiv(micros, unit)) as never),
  );

const from1970 = (usage: string, unit: bigint): Functions[string] =>
  define(usage, ([count], text) =>
    unary(TIMESTAMP, text, asLong(count!), ((value: bigint) =>
      within(LONG, value * unit)) as never),
  );

const day = ofDate("day(date)", (days) => civilOf(days).day);
const datediff = define("datediff(end, start)", ([end, start], text) =>
  binary(INT, text, asDate(end!), asDate(start!), ((a: number, b: number) => a - b) as never),
);

export const timeFunctions: Functions = {
  year: ofDate("year(date)", (days) => civilOf(days).year),
  quarter: ofDate("quarter(date)", (days) => Math.ceil(civilOf(days).month / 3)),
  month: ofDate("month(date)", (days) => civilOf(days).month),
  day,
  dayofmonth: day,
  // Sunday is 1.
  dayofweek: ofDate("dayofweek(date)", (days) => ((weekday(days) + 1) % 7) + 1),
  weekday: ofDate("weekday(date)", weekday),
  dayofyear: ofDate("dayofyear(date)", dayOfYear),
  weekofyear: ofDate("weekofyear(date)", weekOfYear),
  hour: ofClock("hour(time)", UNITS["hour"]!, 24n),
  minute: ofClock("minute(time)", UNITS["minute"]!, 60n),
  second: ofClock("second(time)", UNITS["second"]!, 60n),
  date: define("date(value)", ([value]) => castNode(value!, DATE)),
  to_date: reads("to_date", /^yyyy-MM-dd$/, asDate),
  to_timestamp: reads("to_timestamp", /^yyyy-MM-dd(?:[T ]HH:mm:ss)?$/, asTimestamp),
  date_trunc: dateTrunc,
  trunc,
  date_format: define("date_format(time, pattern)", ([time, pattern], text) =>
    unary(
      TEXT,
      text,
      asTimestamp(time!),
      dateFormatter(literalText(pattern!, "the pattern of date_format")) as never,
    ),
  ),
  date_add: addDays("date_add", 1),
  date_sub: addDays("date_sub", -1),
  datediff,
  date_diff: datediff,
  add_months: define("add_months(date, months)", ([date, months], text) =>
    binary(DATE, text, asDate(date!), asInt(months!), addMonths as never),
  ),
  last_day: define("last_day(date)", ([date], text) =>
    unary(DATE, text, asDate(date!), ((days: number) => lastOfMonth(civilOf(days))) as never),
  ),
  make_date: define("make_date(year, month, day)", (parts, text) =>
    variadic(DATE, text, parts.map(asInt), ((year: number, month: number, day: number) => {
      const days = daysOf({ year, month, day });
      if (days === undefined) throw new ValueProblem(`${year}-${month}-${day} is no day`);
      return days;
    }) as never),
  ),
  unix_seconds: since1970("unix_seconds(time)", 1_000_000n),
  unix_millis: since1970("unix_millis(time)", 1000n),
  unix_micros: since1970("unix_micros(time)", 1n),
  unix_date: ofDate("unix_date(date)", (days) => days),
  timestamp_seconds: from1970("timestamp_seconds(seconds)", 1_000_000n),
  timestamp_millis: from1970("timestamp_millis(milliseconds)", 1000n),
  timestamp_micros: from1970("timestamp_micros(microseconds)", 1n),
};
