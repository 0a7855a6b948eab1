import { parseDate } from "@lakewright/core";
import type { DatePattern } from "../columns/times.ts";
import { invalidOption } from "../../options.ts";

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
const TOKEN = /yyyy|MM?|dd?|HH?|mm|ss|SSSSSS|SSS|[A-Za-z]|[^A-Za-z]+/g;

/**
 * A reader of dates written by a pattern of `yyyy MM M dd d HH H mm ss SSS SSSSSS`; a "T" and what is no letter stand for
 * themselves.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a pattern with other letters, or without year, month and day.
 */
export function datePattern(pattern: string): DatePattern {
  let source = "";
  for (const [part] of pattern.matchAll(TOKEN)) {
    const token = TOKENS[part];
    if (token === undefined && /[A-SU-Za-z]/.test(part)) {
      throw invalidOption(
        `readCsv: the date format "${pattern}" has the unknown letter "${part}".`,
        `Known are ${Object.keys(TOKENS).join(" ")}.`,
      );
    }
    source += token ?? part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  }
  for (const needed of ["year", "month", "day"]) {
    if (source.split(`<${needed}>`).length !== 2) {
      throw invalidOption(`readCsv: the date format "${pattern}" needs one ${needed}.`);
    }
  }
  const regex = compiled(source, pattern);
  return {
    read: (text) => {
      const groups = regex.exec(text)?.groups as Readonly<Record<string, string | undefined>>;
      return (groups as typeof groups | undefined) && readGroups(groups);
    },
  };
}

function compiled(source: string, pattern: string): RegExp {
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw invalidOption(`readCsv: the date format "${pattern}" has a part twice.`);
  }
}

function readGroups(
  groups: Readonly<Record<string, string | undefined>>,
): ReturnType<DatePattern["read"]> {
  const two = (name: string): string => (groups[name] ?? "0").padStart(2, "0");
  const days = parseDate(`${groups["year"]}-${two("month")}-${two("day")}`);
  const [hour, minute, second] = [two("hour"), two("minute"), two("second")].map(Number);
  if (days === undefined || hour! > 23 || minute! > 59 || second! > 59) return undefined;
  const micros = Number((groups["fraction"] ?? "0").padEnd(6, "0"));
  return {
    days,
    micros: ((hour! * 60 + minute!) * 60 + second!) * 1e6 + micros,
    hasTime: groups["hour"] !== undefined,
  };
}
