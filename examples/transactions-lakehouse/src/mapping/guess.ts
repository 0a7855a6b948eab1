import { type ParseInstant, dateParser, parseIso, usualFormats } from "./dates.ts";

/** The decimal mark of amounts, and a value that leaves it open, to be noted. */
export interface GuessedMark {
  readonly mark: "." | ",";
  readonly unclear: string | undefined;
}

/**
 * How amounts are written: a comma is the decimal mark where no value has digits after a point. Three digits after the
 * one mark of all values ("1.234") may be a group of thousands or not.
 */
export function decimalMarkOf(values: readonly string[]): GuessedMark {
  const written = values.filter((value) => value.trim() !== "");
  const comma = written.some((value) => /,\d{1,2}$|,\d{4,}$/.test(value.trim()));
  const point = written.some((value) => /\.\d{1,2}$|\.\d{4,}$/.test(value.trim()));
  return {
    mark: comma && !point ? "," : ".",
    unclear:
      comma || point
        ? undefined
        : written.find((value) => /^\D*\d{1,3}[.,]\d{3}$/.test(value.trim())),
  };
}

export type GuessedFormat =
  | { readonly kind: "format"; readonly format: string }
  | { readonly kind: "unclear"; readonly problem: string };

/** The one format all dates of a sample are written in. */
export function dateFormatOf(values: readonly string[]): GuessedFormat {
  const written = values.filter((value) => value.trim() !== "");
  if (written.length === 0) return { kind: "format", format: "iso" };
  const reads = (parse: ParseInstant): number =>
    written.filter((value) => parse(value) !== undefined).length;
  // A few broken values are for the quarantine; a format is one that reads nearly all.
  const most = Math.ceil(0.9 * written.length);
  if (reads(parseIso) >= most) return { kind: "format", format: "iso" };
  const numbers = written.filter((value) => /^\d+$/.test(value.trim())).map(Number);
  if (numbers.length >= most) {
    const middle = numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
    if (middle > 1e8 && middle < 1e10) return { kind: "format", format: "epoch-seconds" };
    if (middle > 1e11 && middle < 1e13) return { kind: "format", format: "epoch-millis" };
  }
  const counts = usualFormats.map((format) => reads(dateParser(format, "created_at")));
  const best = Math.max(...counts);
  const [first, ...others] = usualFormats.filter((_, k) => counts[k] === best && best >= most);
  if (first === undefined)
    return { kind: "unclear", problem: `"${written[0]}" is in no format known here` };
  const parse = dateParser(first, "created_at");
  const rival = others.find((format) =>
    written.some((value) => dateParser(format, "created_at")(value) !== parse(value)),
  );
  return rival === undefined
    ? { kind: "format", format: first }
    : { kind: "unclear", problem: `"${written[0]}" may be ${first} or ${rival}` };
}
