import { Decimal, parseOptions } from "@lakewright/core";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { DemoError } from "../failure.ts";
import { isOurName, ourColumns, ourNames, type OurName } from "./columns.ts";

const ourName = z.custom<OurName>(
  (value) => typeof value === "string" && isOurName(value),
  `is none of our columns: ${ourNames.join(", ")}`,
);
const currency = z.string().regex(/^[A-Z]{3}$/, "must be three capital letters, such as EUR");
const digits = z
  .string("must be decimal text in quotes, so that no digit is lost")
  .regex(/^-?\d+(\.\d+)?$/, 'must be decimal text, such as "0.01"');
const rate = digits.refine((text) => Number(text) > 0, "must be more than zero");
const delimiter = z
  .string()
  .regex(/^[^"\r\n\u0080-\uffff]$/, "must be one ASCII character, and no quote or line end");
const quote = z
  .string()
  .regex(/^[^\r\n\u0080-\uffff]?$/, "must be one ASCII character, or empty for none");

/** How a file's columns become ours. Everything else in the file is left out. */
const mappingSchema = z
  .strictObject({
    /** What the report calls the data. */
    name: z.string().optional(),
    /** Ours: theirs; dots lead into nested JSON. */
    columns: z.partialRecord(ourName, z.string().min(1)),
    /** Ours: one value for all records. */
    constants: z.partialRecord(ourName, z.string()).optional(),
    /** Ours: how dates are written ("dd/MM/yyyy HH:mm", "epoch-seconds", "epoch-millis"). Default ISO 8601. */
    formats: z.partialRecord(ourName, z.string().min(1)).optional(),
    format: z.enum(["csv", "ndjson"]).optional(),
    csv: z
      .strictObject({
        delimiter: delimiter.optional(),
        quote: quote.optional(),
        decimalSeparator: z.enum([".", ","]).optional(),
        encoding: z.enum(["utf-8", "windows-1252", "iso-8859-1", "utf-16le"]).optional(),
      })
      .optional(),
    /** Text that stands for "no value", next to the empty text. */
    nullValues: z.array(z.string()).optional(),
    ratesToEur: z.record(currency, rate).optional(),
    rules: z
      .strictObject({
        minAmount: digits.optional(),
        maxAmount: digits.optional(),
        /** The currencies taken. Default those of ISO 4217. */
        currencies: z.array(currency).optional(),
        /** Whether a transaction dated after the start of the run is refused. Default false. */
        refuseFuture: z.boolean().optional(),
        /** Columns that may not be empty; amount and currency never may. */
        required: z.array(ourName).optional(),
      })
      .optional(),
    /** Ids of users whose transactions go to the blacklisted stream and no further. */
    blacklist: z.array(z.string()).optional(),
  })
  .superRefine((mapping, context) => {
    for (const [path, message] of complaints(mapping)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

export type Mapping = z.output<typeof mappingSchema>;

/** What fits each by itself and not together. */
function* complaints(mapping: Mapping): Generator<readonly [readonly string[], string]> {
  const { columns, constants = {}, formats = {}, csv, rules = {} } = mapping;
  const known = (name: string): boolean => Object.hasOwn({ ...columns, ...constants }, name);
  if (columns.amount === undefined) yield [["columns"], "must name the column of the amount"];
  for (const name of Object.keys(constants)) {
    if (Object.hasOwn(columns, name)) yield [["constants", name], "is in columns as well"];
  }
  if (constants.currency !== undefined && !currency.safeParse(constants.currency).success) {
    yield [["constants", "currency"], "must be three capital letters, such as EUR"];
  }
  for (const name of Object.keys(formats) as OurName[]) {
    const { kind } = ourColumns[name];
    if (kind !== "timestamp" && kind !== "day") yield [["formats", name], "is no date"];
    else if (!known(name)) yield [["formats", name], "needs a column of that name in columns"];
  }
  if (csv?.delimiter !== undefined && csv.delimiter === csv.quote) {
    yield [["csv", "quote"], "must not be the delimiter"];
  }
  if (mapping.ratesToEur?.["EUR"] !== undefined && Number(mapping.ratesToEur["EUR"]) !== 1) {
    yield [["ratesToEur", "EUR"], "is 1"];
  }
  const { minAmount: least, maxAmount: most } = rules;
  if (least !== undefined && most !== undefined && Decimal.from(least).compare(most) > 0) {
    yield [["rules", "minAmount"], `is above maxAmount (${most})`];
  }
  for (const name of rules.required ?? []) {
    if (!known(name)) yield [["rules", "required"], `needs ${name} in columns`];
  }
  if (mapping.blacklist !== undefined && columns.user_id === undefined) {
    yield [["blacklist"], "needs user_id in columns"];
  }
}

/** @throws CoreError CORE_INVALID_OPTION listing every complaint */
export function checkMapping(value: unknown, origin: string): Mapping {
  return parseOptions(`mapping ${origin}`, mappingSchema, value);
}

/** @throws DemoError DEMO_INVALID_MAPPING where the file cannot be read, is no JSON, or no mapping */
export async function readMapping(path: string): Promise<Mapping> {
  try {
    return checkMapping(
      JSON.parse((await readFile(path, "utf8")).replace(/^\ufeff/, "")) as unknown,
      path,
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const text =
      code === "ENOENT"
        ? `There is no mapping file ${path}.`
        : error instanceof SyntaxError
          ? `The mapping file ${path} is no JSON: ${message}.`
          : code === "CORE_INVALID_OPTION"
            ? message
            : `The mapping file ${path} cannot be read: ${message}.`;
    throw new DemoError("DEMO_INVALID_MAPPING", text, {
      hint: "The README of the example describes mapping files; mappings/ has some that work.",
      cause: error,
    });
  }
}
