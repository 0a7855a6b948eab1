import { showValue } from "@lakewright/core";
import { type ParseInstant, dateParser, parseIso, usualFormats } from "./dates.ts";

export type GuessedFormat =
  | { readonly kind: "format"; readonly format: string }
  | {
      readonly kind: "unclear";
      readonly problem: string;
      /** A format that reads some of the values. */
      readonly format: string | undefined;
    };

/** Formats that are not mistaken for one another; a number is a date where it is one of our decades. */
const certain: readonly (readonly [string, ParseInstant])[] = [
  ["iso", parseIso],
  ["epoch-seconds", between("epoch-seconds", 1e8, 1e10)],
  ["epoch-millis", between("epoch-millis", 1e11, 1e13)],
];
const usual = usualFormats.map((format) => [format, dateParser(format, "created_at")] as const);

/** The one format all dates of a sample are written in; a few broken ones are for the quarantine. */
export function dateFormatOf(values: readonly string[]): GuessedFormat {
  const written = values.filter((value) => value.trim() !== "");
  if (written.length === 0) return { kind: "format", format: "iso" };
  const counted = [...certain, ...usual].map(([format, parse]) => ({
    format,
    parse,
    count: written.filter((value) => parse(value) !== undefined).length,
  }));
  const nearlyAll = Math.ceil(0.9 * written.length);
  const best = Math.max(...counted.map(({ count }) => count));
  const [first, ...others] = counted.filter(({ count }) => count === best);
  if (best < nearlyAll) return unread(written, best === 0 ? undefined : first);
  const { format, parse } = first!;
  if (certain.some(([name]) => name === format)) return { kind: "format", format };
  for (const rival of others) {
    const differing = written.filter((value) => rival.parse(value) !== parse(value));
    if (differing.length === 0) continue;
    const both = differing.find(
      (value) => rival.parse(value) !== undefined && parse(value) !== undefined,
    );
    const problem = `${showValue(both ?? differing[0]!)} may be ${format} or ${rival.format}`;
    return { kind: "unclear", problem, format: undefined };
  }
  return { kind: "format", format };
}

/** Names a value that cannot be read, and how many can. */
function unread(
  written: readonly string[],
  best:
    { readonly format: string; readonly parse: ParseInstant; readonly count: number } | undefined,
): GuessedFormat {
  if (best === undefined) {
    const problem = `${showValue(written[0])} is in no format known here`;
    return { kind: "unclear", problem, format: undefined };
  }
  const { format, parse, count } = best;
  const bad = written.find((value) => parse(value) === undefined);
  return {
    kind: "unclear",
    problem: `${count} of ${written.length} are read as ${format === "iso" ? "ISO 8601" : format}; ${showValue(bad)} is none`,
    format,
  };
}

function between(format: string, least: number, most: number): ParseInstant {
  const parse = dateParser(format, "created_at");
  return (text) => (Number(text) > least && Number(text) < most ? parse(text) : undefined);
}
