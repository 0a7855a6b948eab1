import { showValue } from "@lakewright/core";
import { amountOf, groupMarkOf } from "./amounts.ts";

type Mark = "." | ",";

/** A column of numbers: text as it is written, and what is a number already. */
export interface WrittenAmounts {
  readonly name: string;
  readonly values: readonly (string | number)[];
}

/** How the numbers of a file are written, as far as its first values show. */
export interface AmountStyle {
  readonly decimalMark: Mark;
  /** Whether it stands in a text of the file; numbers of JSON have it anyway. */
  readonly shown: boolean;
  /** What stands between groups of thousands. */
  readonly groupMarks: readonly string[];
  /** What could be read another way, or is written another way than most. */
  readonly doubts: readonly string[];
}

/**
 * The decimal mark of the first column that shows it. "1,50" and "1.234,5" show one; "1.234" may be either, and where
 * there is nothing but that, a point is taken for the decimal point, and doubts say so.
 */
export function amountStyleOf(columns: readonly WrittenAmounts[]): AmountStyle {
  const votes = columns.map(({ name, values }) => ({ name, ...votesOf(values) }));
  const decided = votes.find(({ points, commas }) => points.length + commas.length > 0);
  const decimalMark = decided && decided.commas.length > decided.points.length ? "," : ".";
  const texts = columns.flatMap(({ values }) =>
    values.filter((value) => typeof value === "string"),
  );
  return {
    decimalMark,
    shown: texts.some((text) => [decimalMark, "either"].includes(markOf(text) ?? "")),
    groupMarks: [...new Set(texts.flatMap((text) => groupMarkOf(text, decimalMark) ?? []))],
    doubts: decided
      ? othersOf(decided, decimalMark)
      : votes.flatMap(({ name, either }) => either.map((text) => doubt(name, text))),
  };
}

interface Votes {
  readonly points: readonly (string | number)[];
  readonly commas: readonly string[];
  /** Values that may be both: the first with a point, and the first with a comma. */
  readonly either: readonly string[];
}

function votesOf(values: readonly (string | number)[]): Votes {
  const byMark = Map.groupBy(values, (value) =>
    typeof value === "string" ? markOf(value) : Number.isInteger(value) ? undefined : ".",
  );
  const either = (byMark.get("either") ?? []) as string[];
  return {
    points: byMark.get(".") ?? [],
    commas: (byMark.get(",") ?? []) as string[],
    either: [".", ","].flatMap((mark) => either.find((text) => text.includes(mark)) ?? []),
  };
}

/** The decimal mark a text shows; undefined where it shows none, or is no number. */
function markOf(text: string): Mark | "either" | undefined {
  const digits = text.trim().replace(/^[+-]/, "");
  const marks = digits.match(/[.,]/g);
  if (marks === null || !/^[\d.,' \u00a0\u202f]*\d$/.test(digits)) return undefined;
  const last = marks.at(-1) as Mark;
  const other = last === "." ? "," : ".";
  // A group of thousands is behind one to three digits, the first no zero.
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(digits)) return "either";
  if (typeof amountOf(digits, last) !== "string") return last;
  return typeof amountOf(digits, other) !== "string" ? other : undefined;
}

function doubt(name: string, text: string): string {
  const reading = (mark: Mark): string => String(Number(String(amountOf(text, mark))));
  return `${name}: ${showValue(text)} is read as ${reading(".")}; say "csv": { "decimalSeparator": "," } in a mapping if it is ${reading(",")}.`;
}

/** A few values written another way are for the quarantine, which names them; more than one in ten is worth a note. */
function othersOf({ name, points, commas }: Votes & { name: string }, mark: Mark): string[] {
  const [most, others] = mark === "," ? [commas, points] : [points, commas];
  if (others.length * 10 <= most.length + others.length) return [];
  return [
    `${name} is written both as ${showValue(String(most[0]))} and as ${showValue(String(others[0]))}: a decimal ${mark === "," ? "comma" : "point"} is taken, and what cannot be read so is quarantined.`,
  ];
}
