import { parseDate, parseTimestamp } from "@lakewright/core";

/** Reads text as Spark's CAST does; undefined where it is no such value. */

const DATE = /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?$/s;
const TIMESTAMP =
  /^([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?)?)?$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[df]?$/i;
const NAMED_FLOAT = /^([+-]?)(?:inf|infinity)$/i;

export function textToDays(text: string): number | undefined {
  const match = DATE.exec(text.trim());
  if (!match) return undefined;
  return parseDate(`${year(match[1]!)}-${two(match[2])}-${two(match[3])}`);
}

/** Microseconds since 1970. Without a zone in it, or with `zones` false, the text is taken for UTC. */
export function textToMicros(text: string, zones: boolean): bigint | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (!match) return undefined;
  const [, y, month, day, hour, minute, second, fraction, zone] = match;
  const clock = `${two(hour, "00")}:${two(minute, "00")}:${two(second, "00")}`;
  const micros = (fraction ?? "").slice(0, 6);
  const iso = `${year(y!)}-${two(month)}-${two(day)}T${clock}${micros === "" ? "" : `.${micros}`}`;
  return parseTimestamp(iso + (zones && zone ? zoneText(zone) : ""))?.micros;
}

export function textToFloat(text: string): number | undefined {
  const trimmed = text.trim();
  if (FLOAT.test(trimmed)) return Number(trimmed.replace(/[df]$/i, ""));
  if (/^nan$/i.test(trimmed)) return NaN;
  const named = NAMED_FLOAT.exec(trimmed);
  if (!named) return undefined;
  return named[1] === "-" ? -Infinity : Infinity;
}

export function textToInteger(text: string): bigint | undefined {
  const trimmed = text.trim();
  return /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace("+", "")) : undefined;
}

export function textToBoolean(text: string): boolean | undefined {
  switch (text.trim().toLowerCase()) {
    case "t":
    case "true":
    case "y":
    case "yes":
    case "1":
      return true;
    case "f":
    case "false":
    case "n":
    case "no":
    case "0":
      return false;
    default:
      return undefined;
  }
}

function two(part: string | undefined, missing = "01"): string {
  return part === undefined ? missing : part.padStart(2, "0");
}

/** ISO's expanded form for years of more than four digits. */
function year(text: string): string {
  const signed = /^[+-]/.test(text);
  const digits = signed ? text.slice(1) : text;
  if (digits.length === 4 && text[0] !== "-") return digits;
  return (text[0] === "-" ? "-" : "+") + digits.padStart(6, "0");
}

function zoneText(zone: string): string {
  if (/^[A-Z]/.test(zone)) return "Z";
  const [, sign, hours, minutes = "00"] = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone)!;
  return `${sign!}${hours!.padStart(2, "0")}:${minutes}`;
}
