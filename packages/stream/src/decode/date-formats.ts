import { parseDate } from "@lakewright/core";
import { invalidOption } from "../options.ts";

/** A text read by a pattern: a day, and the time of it. */
export interface ReadDate {
  /** "YYYY-MM-DD". */
  readonly date: string;
  /** Microseconds since 1970, the time taken as UTC. */
  readonly micros: bigint;
  readonly hasTime: boolean;
}

const TOKENS: Readonly<Record<string, string>> = {
  yyyy: String.raw`(?<year>\d{4})`,
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  dd: String.raw`(?<day>\d{2})`,
  d: String.raw`(?<day>\d{1,2})`,
  HH: String.raw`(?<hour>\d{2})`,
  H: String.raw`(?<hour>\d{1,2})`,
  mm: String.raw`(?<minute>\d{2})`,
  ss: String.raw`(?<second>\d{2})`,
  SSSSSS: String.raw`(?<fraction>\d{6})`,
  SSS: String.raw`(?<fraction>\d{3})`,
};
const TOKEN = /yyyy|MM?|dd?|HH?|mm|ss|SSSSSS|SSS|[A-Za-z]+|[^A-Za-z]+/g;

/**
 * A reader of dates written by a pattern of `yyyy MM M dd d HH H mm ss SSS SSSSSS` (Unicode TR 35); what is no letter
 * stands for itself. It gives undefined where the text is written otherwise, or is no day of the calendar.
 *
 * @throws StreamError STREAM_INVALID_OPTION for a pattern with other letters, or without year, month and day.
 */
export function dateReader(pattern: string): (text: string) => ReadDate | undefined {
  let source = "";
  for (const [part] of pattern.matchAll(TOKEN)) {
    const token = TOKENS[part];
    if (token === undefined && /[A-Za-z]/.test(part)) {
      const hint = `Known are ${Object.keys(TOKENS).join(" ")}.`;
      throw invalidOption(`Date format "${pattern}" has the unknown letters "${part}".`, hint);
    }
    source += token ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  for (const needed of ["year", "month", "day"]) {
    if (!source.includes(`<${needed}>`)) {
      throw invalidOption(`Date format "${pattern}" has no ${needed}.`);
    }
  }
  const regex = new RegExp(`^${source}$`);
  return (text) => {
    const groups = regex.exec(text.trim())?.groups;
    return groups && readDate(groups as Readonly<Record<string, string | undefined>>);
  };
}

function readDate(groups: Readonly<Record<string, string | undefined>>): ReadDate | undefined {
  const two = (name: string): string => (groups[name] ?? "0").padStart(2, "0");
  const date = `${groups["year"]}-${two("month")}-${two("day")}`;
  const days = parseDate(date);
  const [hour, minute, second] = [two("hour"), two("minute"), two("second")].map(Number);
  if (days === undefined || hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const micros =
    BigInt(((days * 24 + hour!) * 60 + minute!) * 60 + second!) * 1_000_000n +
    BigInt((groups["fraction"] ?? "0").padEnd(6, "0"));
  return { date, micros, hasTime: groups["hour"] !== undefined };
}
