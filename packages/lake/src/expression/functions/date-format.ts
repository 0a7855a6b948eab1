import { floorDiv } from "@lakewright/core";
import { MICROS_PER_DAY } from "../cast.ts";
import { invalidExpression } from "../errors.ts";
import { civilOf, dayOfYear, weekday } from "./calendar.ts";

/** The parts of a time a pattern shows. */
interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly days: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

type Show = (parts: Parts) => string;

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

const two = (value: number, width: number): string => String(value).padStart(width, "0");

const number =
  (read: (parts: Parts) => number, most: number): ((width: number) => Show | undefined) =>
  (width) =>
    width > most ? undefined : (parts) => two(read(parts), width);

const LETTERS: Readonly<Record<string, (width: number) => Show | undefined>> = {
  y: (width) => {
    if (width > 6) return undefined;
    if (width === 2) return ({ year }) => two(((year % 100) + 100) % 100, 2);
    return ({ year }) =>
      (year < 0 ? "-" : year > 9999 && width >= 4 ? "+" : "") + two(Math.abs(year), width);
  },
  M: (width) => {
    if (width > 4) return undefined;
    if (width === 4) return ({ month }) => MONTHS[month - 1]!;
    return width === 3
      ? ({ month }) => MONTHS[month - 1]!.slice(0, 3)
      : ({ month }) => two(month, width);
  },
  d: number(({ day }) => day, 2),
  D: number(({ days }) => dayOfYear(days), 3),
  H: number(({ hour }) => hour, 2),
  h: number(({ hour }) => hour % 12 || 12, 2),
  k: number(({ hour }) => hour || 24, 2),
  K: number(({ hour }) => hour % 12, 2),
  m: number(({ minute }) => minute, 2),
  s: number(({ second }) => second, 2),
  S: (width) =>
    width > 9 ? undefined : ({ micros }) => two(micros, 6).padEnd(9, "0").slice(0, width),
  Q: number(({ month }) => Math.ceil(month / 3), 2),
  q: number(({ month }) => Math.ceil(month / 3), 2),
  E: (width) => {
    if (width > 4) return undefined;
    const name: Show = ({ days }) => DAYS[weekday(days)]!;
    return width === 4 ? name : (parts) => name(parts).slice(0, 3);
  },
  a: (width) => (width === 1 ? ({ hour }) => (hour < 12 ? "AM" : "PM") : undefined),
};

/**
 * The text of a time by a pattern of Spark's date_format, in English and UTC.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION for letters not known
 */
export function dateFormatter(pattern: string): (micros: bigint) => string {
  const shows = partsOf(pattern);
  return (micros) => {
    const days = Number(floorDiv(micros, MICROS_PER_DAY));
    const rest = Number(micros - BigInt(days) * MICROS_PER_DAY);
    const seconds = Math.floor(rest / 1e6);
    const parts: Parts = {
      ...civilOf(days),
      days,
      hour: Math.floor(seconds / 3600),
      minute: Math.floor(seconds / 60) % 60,
      second: seconds % 60,
      micros: rest % 1e6,
    };
    return shows.map((show) => show(parts)).join("");
  };
}

function partsOf(pattern: string): readonly Show[] {
  const shows: Show[] = [];
  for (const [text] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (text === "'")
      throw invalidExpression(`The pattern ${JSON.stringify(pattern)} has a quote without end.`);
    if (text.startsWith("'")) {
      const quoted = text === "''" ? "'" : text.slice(1, -1).replaceAll("''", "'");
      shows.push(() => quoted);
    } else if (/^[A-Za-z]/.test(text)) {
      const show = Object.hasOwn(LETTERS, text[0]!) ? LETTERS[text[0]!]!(text.length) : undefined;
      if (!show) {
        throw invalidExpression(
          `date_format does not know "${text}" of ${JSON.stringify(pattern)}.`,
          {
            hint: `It knows ${Object.keys(LETTERS).join(", ")} and text in single quotes.`,
          },
        );
      }
      shows.push(show);
    } else shows.push(() => text);
  }
  return shows;
}
