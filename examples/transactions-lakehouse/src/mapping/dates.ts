import { parseTimestamp } from "@lakewright/core";
import { fail } from "../failure.ts";

/** Reads an instant in microseconds since 1970; undefined where the text is none. */
export type ParseInstant = (text: string) => bigint | undefined;

const tokens: Readonly<Record<string, string>> = {
  yyyy: "(?<year>\\d{4})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  dd: "(?<day>\\d{2})",
  d: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{2})",
  H: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  SSSSSS: "(?<fraction>\\d{6})",
  SSS: "(?<fraction>\\d{3})",
  Z: "(?<zone>Z|[+-]\\d{2}:?\\d{2})",
};
const FORMAT_HINT = `A format is made of ${Object.keys(tokens).join(", ")} and punctuation, 'text' in quotes; or it is "epoch-seconds" or "epoch-millis".`;
const TOKEN = /yyyy|MM?|dd?|HH?|mm|ss|SSSSSS|SSS|Z|'[^']*'|[A-Za-z]+|[^A-Za-z']+/g;

/** Formats tried on a file whose dates are not ISO 8601, most telling first. */
export const usualFormats: readonly string[] = [
  "dd/MM/yyyy",
  "MM/dd/yyyy",
  "dd.MM.yyyy",
  "dd-MM-yyyy",
  "yyyy/MM/dd",
  "yyyyMMdd",
  "d/M/yyyy",
  "M/d/yyyy",
].flatMap((day) => [day, `${day} HH:mm`, `${day} HH:mm:ss`, `${day} H:mm`]);

/** ISO 8601; where it names no zone, UTC is meant. Digits below the microsecond are left out. */
export const parseIso: ParseInstant = (text) => parseTimestamp(text.trim())?.micros;

/**
 * A reader of dates in a format.
 *
 * @throws DemoError DEMO_INVALID_MAPPING for a format with an unknown token, with one twice, or without a year
 */
export function dateParser(format: string, column: string): ParseInstant {
  if (format === "iso") return parseIso;
  if (format === "epoch-seconds" || format === "epoch-millis") {
    const unit = format === "epoch-seconds" ? 1_000_000n : 1000n;
    return (text) => (/^-?\d{1,14}$/.test(text.trim()) ? BigInt(text.trim()) * unit : undefined);
  }
  const patterns = (format.match(TOKEN) ?? []).map((part) => patternOf(part, format, column));
  checkParts(patterns, format, column);
  const pattern = new RegExp(`^${patterns.join("")}$`);
  return (text) => {
    const groups = pattern.exec(text.trim())?.groups;
    return groups && parseTimestamp(isoOf(groups))?.micros;
  };
}

function patternOf(part: string, format: string, column: string): string {
  if (Object.hasOwn(tokens, part)) return tokens[part]!;
  if (part.startsWith("'")) return escaped(part.slice(1, -1));
  if (!/^[A-Za-z]/.test(part)) return escaped(part);
  return fail(
    "DEMO_INVALID_MAPPING",
    `formats.${column}: "${part}" in "${format}" is no part of a date.`,
    { hint: FORMAT_HINT },
  );
}

/** A date is not made up: it needs a year, a day its month; and nothing may be said twice. */
function checkParts(patterns: readonly string[], format: string, column: string): void {
  const names = patterns.flatMap((pattern) => /^\(\?<(\w+)>/.exec(pattern)?.[1] ?? []);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  const lacking = !names.includes("year")
    ? "year"
    : names.includes("day") && !names.includes("month")
      ? "month"
      : undefined;
  if (twice === undefined && lacking === undefined) return;
  const problem = twice === undefined ? `has no ${lacking}` : `has the ${twice} twice`;
  fail("DEMO_INVALID_MAPPING", `formats.${column}: "${format}" ${problem}.`, { hint: FORMAT_HINT });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function isoOf(groups: Readonly<Record<string, string | undefined>>): string {
  const two = (name: string): string =>
    (groups[name] ?? (name === "month" || name === "day" ? "01" : "00")).padStart(2, "0");
  const fraction = groups["fraction"] ? `.${groups["fraction"]}` : "";
  return `${groups["year"] ?? "0000"}-${two("month")}-${two("day")}T${two("hour")}:${two("minute")}:${two("second")}${fraction}${groups["zone"] ?? "Z"}`;
}
