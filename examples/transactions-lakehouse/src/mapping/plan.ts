import { Decimal, parseJson, showValue } from "@lakewright/core";
import { basename } from "node:path";
import { fail } from "../failure.ts";
import { amountOf } from "./amounts.ts";
import { type AmountStyle, amountStyleOf } from "./amount-style.ts";
import { type ConstantValue, constantsOf } from "./constants.ts";
import { matchColumns, type OurName, ourColumns, ourNames, plainName } from "./columns.ts";
import { delimiterOf, SAMPLE_LINES, sampleColumns } from "./csv-sample.ts";
import { dateParser, type ParseInstant } from "./dates.ts";
import { dateFormatOf } from "./guess.ts";
import { pathsOf, valueAt } from "./json-paths.ts";
import type { Mapping } from "./schema.ts";
import { type Encoding, readSample, type Sample } from "./sample.ts";

/** The currency of ISO 4217 for amounts without one. */
export const NO_CURRENCY = "XXX";

/** How one file is read: what the mapping says, and what it leaves open as the file shows it. */
export interface InputPlan {
  readonly name: string;
  readonly path: string;
  readonly format: "csv" | "ndjson";
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly quote: string;
  readonly decimalSeparator: "." | ",";
  /** Ours: theirs. */
  readonly columns: ReadonlyMap<OurName, string>;
  readonly constants: ReadonlyMap<OurName, ConstantValue>;
  readonly dates: ReadonlyMap<OurName, ParseInstant>;
  readonly nullValues: ReadonlySet<string>;
  readonly ratesToEur: Readonly<Record<string, string>>;
  readonly rules: NonNullable<Mapping["rules"]>;
  readonly blacklist: ReadonlySet<string>;
  /** How values are read, given or guessed: records of one job must all be read alike. */
  readonly reading: string;
  /** What a reader of the report should know: what is left out, and what was guessed. */
  readonly notes: readonly string[];
}

/** What a sample shows of a file: the names it has, and their first values as text. */
interface Seen {
  readonly names: readonly string[];
  values(name: string): readonly string[];
  /** Texts as text, and numbers as numbers. */
  written(name: string): readonly (string | number)[];
}

/**
 * Looks at the beginning of a file and decides how it is read.
 *
 * @throws DemoError DEMO_INPUT for a file that cannot be read, DEMO_MISSING_COLUMN where it lacks a column that was
 * mapped, or has no amount
 */
export async function planInput(path: string, mapping: Mapping | undefined): Promise<InputPlan> {
  const notes: string[] = [];
  const constants = constantsOf(mapping);
  const sample = await readSample(path, {
    ...(mapping?.csv?.encoding && { encoding: mapping.csv.encoding }),
    ...(mapping?.format && { format: mapping.format }),
  });
  const quote = mapping?.csv?.quote ?? '"';
  const delimiter = mapping?.csv?.delimiter ?? delimiterOf(sample.lines[0] ?? "");
  const seen = sample.format === "csv" ? seenInCsv(sample, delimiter, quote) : seenInJson(sample);
  const columns = mapping
    ? new Map(
        ourNames.flatMap((ours) =>
          mapping.columns[ours] === undefined ? [] : [[ours, mapping.columns[ours]]],
        ),
      )
    : matchColumns(seen.names);
  checkColumns(path, columns, seen, mapping !== undefined);
  const style = mapping?.csv?.decimalSeparator === undefined ? styleOf(columns, seen) : undefined;
  const decimalSeparator = style?.decimalMark ?? mapping!.csv!.decimalSeparator!;
  noteMarks(
    sample,
    seen,
    mapping?.csv?.delimiter === undefined ? delimiter : undefined,
    style,
    notes,
  );
  if (!mapping) {
    leaveOutRepeatedId(columns, seen, notes);
    leaveOutNoNumbers(columns, seen, decimalSeparator, notes);
  }
  if (!mapping)
    notes.push(
      `Columns by name: ${[...columns].map(([ours, theirs]) => `${ours} ← ${theirs}`).join(", ")}.`,
    );
  if (!mapping?.csv?.encoding && sample.encoding !== "utf-8")
    notes.push(`The file is no UTF-8; it is read as ${sample.encoding}.`);
  const formats = dateFormatsOf(columns, mapping, seen, notes);
  const unused = seen.names.filter((name) => ![...columns.values()].includes(name));
  if (unused.length > 0) notes.push(`Columns of the file that are not used: ${listed(unused)}.`);
  if (!columns.has("currency") && !constants.has("currency")) {
    constants.set("currency", NO_CURRENCY);
    notes.push(
      `The file names no currency: amounts count under ${NO_CURRENCY}, ISO 4217 for "no currency".`,
    );
  }
  return {
    name: mapping?.name ?? basename(path),
    path,
    format: sample.format,
    encoding: sample.encoding,
    delimiter,
    quote,
    decimalSeparator,
    columns,
    constants,
    dates: new Map([...formats].map(([ours, format]) => [ours, dateParser(format, ours)])),
    nullValues: new Set(mapping?.nullValues ?? []),
    ratesToEur: { EUR: "1", ...mapping?.ratesToEur },
    rules: mapping?.rules ?? {},
    blacklist: new Set(mapping?.blacklist ?? []),
    reading: [
      `decimal ${decimalSeparator === "," ? "comma" : "point"}`,
      ...[...formats].map(([ours, format]) => `${ours} as ${format}`),
    ].join(", "),
    notes,
  };
}

const LISTED = 40;

/** Names as a message lists them: files may have thousands, of any length. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => (name.length > 80 ? showValue(name) : name));
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** How the file writes numbers: by its amounts, else by what else is a number. */
function styleOf(columns: ReadonlyMap<OurName, string>, seen: Seen): AmountStyle {
  const numbers = [...columns.keys()].filter((ours) => ourColumns[ours].kind === "amount");
  const names = ["amount" as const, ...numbers.filter((ours) => ours !== "amount")].map((ours) =>
    columns.get(ours)!,
  );
  return amountStyleOf(names.map((name) => ({ name, values: seen.written(name) })));
}

/** The marks the mapping leaves to the file, as the file shows them. */
function noteMarks(
  { format, whole, lines }: Sample,
  { names }: Seen,
  delimiter: string | undefined,
  style: AmountStyle | undefined,
  notes: string[],
): void {
  const csv = format === "csv";
  const shown = (mark: string): string => (mark === "\t" ? "tab" : `"${mark}"`);
  const taken = [
    csv && delimiter !== undefined && names.length > 1 ? `delimiter ${shown(delimiter)}` : "",
    style?.shown ? `decimal mark ${shown(style.decimalMark)}` : "",
    ...(style?.groupMarks ?? []).map((mark) => `thousands mark ${shown(mark)}`),
  ].filter((part) => part !== "");
  if (taken.length > 0) notes.push(`Taken from the file: ${taken.join(", ")}.`);
  if (csv && style?.shown === false && !(whole && lines.length <= SAMPLE_LINES))
    notes.push(
      `No number in the first ${lines.length > SAMPLE_LINES ? SAMPLE_LINES : lines.length} lines has a decimal mark: a point is taken.`,
    );
  notes.push(...(style?.doubts ?? []));
}

function seenInCsv(sample: Sample, delimiter: string, quote: string): Seen {
  const { names, values } = sampleColumns(sample.lines, delimiter, quote);
  const valuesOf = (name: string): readonly string[] => values.get(name) ?? [];
  return { names, values: valuesOf, written: valuesOf };
}

function seenInJson(sample: Sample): Seen {
  const records = sample.lines.slice(0, 2000).flatMap((line) => {
    try {
      return [parseJson(line)];
    } catch {
      return [];
    }
  });
  return {
    names: pathsOf(records),
    values: (path) =>
      records.flatMap((record) => {
        const value = valueAt(record, path);
        return value === null || value === undefined || typeof value === "object"
          ? []
          : [String(value as string | number | bigint | boolean)];
      }),
    written: (path) =>
      records.flatMap((record): (string | number)[] => {
        const value = valueAt(record, path);
        if (typeof value === "string") return [value];
        const numeric =
          typeof value === "number" || typeof value === "bigint" || value instanceof Decimal;
        return numeric ? [Number(String(value))] : [];
      }),
  };
}

function checkColumns(
  path: string,
  columns: ReadonlyMap<OurName, string>,
  seen: Seen,
  mapped: boolean,
): void {
  const found = `The file has ${seen.names.length === 0 ? "no columns" : listed(seen.names)}.`;
  if (!columns.has("amount")) {
    fail("DEMO_MISSING_COLUMN", `The file ${path} has no column that is known to be an amount.`, {
      hint: `${found} Say which it is with --map: { "columns": { "amount": "…" } }.`,
    });
  }
  if (!mapped) return;
  for (const [ours, theirs] of columns) {
    if (seen.names.includes(theirs)) continue;
    fail(
      "DEMO_MISSING_COLUMN",
      `The file ${path} lacks column "${theirs}", which the mapping names as ${ours}.`,
      {
        hint: `${found} Correct the mapping${ours === "amount" ? "" : `, or leave ${ours} out of it`}.`,
      },
    );
  }
}

/** A guessed id of which one in twenty comes again is that of an order or a customer: duplicates are not told by it. */
function leaveOutRepeatedId(columns: Map<OurName, string>, seen: Seen, notes: string[]): void {
  const theirs = columns.get("transaction_id");
  if (theirs === undefined || plainName(theirs) === plainName("transaction_id")) return;
  const values = seen.values(theirs);
  if (values.length < 20 || new Set(values).size > 0.95 * values.length) return;
  columns.delete("transaction_id");
  notes.push(
    `${theirs} repeats, so it is not taken for the id of a transaction. If it is, say so in a mapping: duplicates are then dropped.`,
  );
}

/** A guessed quantity or price that is mostly no number would put good records into quarantine for something beside the point. */
function leaveOutNoNumbers(
  columns: Map<OurName, string>,
  seen: Seen,
  decimalSeparator: "." | ",",
  notes: string[],
): void {
  for (const [ours, theirs] of columns) {
    if (ours === "amount" || ourColumns[ours].kind !== "amount") continue;
    const written = seen.values(theirs).filter((value) => value.trim() !== "");
    const numbers = written.filter(
      (value) => typeof amountOf(value, decimalSeparator) !== "string",
    );
    if (numbers.length >= 0.9 * written.length) continue;
    columns.delete(ours);
    notes.push(`${leftOut(ours, theirs)}: it is mostly no number.`);
  }
}

function leftOut(ours: OurName, theirs: string): string {
  return `${theirs} is left out${ours === theirs ? "" : ` as ${ours}`}`;
}

/** Takes a date column that cannot be read away again, with a note: a date is never guessed. */
function dateFormatsOf(
  columns: Map<OurName, string>,
  mapping: Mapping | undefined,
  seen: Seen,
  notes: string[],
): Map<OurName, string> {
  const formats = new Map<OurName, string>();
  const nulls = new Set(mapping?.nullValues ?? []);
  for (const [ours, theirs] of columns) {
    if (ourColumns[ours].kind !== "timestamp" && ourColumns[ours].kind !== "day") continue;
    const given = mapping?.formats?.[ours];
    const guess =
      given === undefined
        ? dateFormatOf(seen.values(theirs).filter((value) => !nulls.has(value.trim())))
        : { kind: "format" as const, format: given };
    if (guess.kind === "format") {
      formats.set(ours, guess.format);
      if (given === undefined && guess.format !== "iso")
        notes.push(`${theirs} is read as ${guess.format}.`);
    } else {
      columns.delete(ours);
      const remedy =
        guess.format === undefined
          ? `Say which with "formats": { "${ours}": "…" } in a mapping.`
          : `With "formats": { "${ours}": "${guess.format}" } in a mapping it is kept, and what cannot be read is quarantined.`;
      notes.push(`${leftOut(ours, theirs)}: ${guess.problem}. ${remedy}`);
    }
  }
  return formats;
}
