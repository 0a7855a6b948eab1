import { parseOptions } from "@lakewright/core";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { DemoError } from "../failure.ts";
import { isOurName, ourNames, type OurName } from "./columns.ts";

const ourName = z.custom<OurName>(
  (value) => typeof value === "string" && isOurName(value),
  `is none of our columns: ${ourNames.join(", ")}`,
);
const currency = z.string().regex(/^[A-Z]{3}$/, "must be three capital letters, such as EUR");
const digits = z
  .string("must be decimal text in quotes, so that no digit is lost")
  .regex(/^-?\d+(\.\d+)?$/, 'must be decimal text, such as "0.01"');
const oneCharacter = z.string().length(1, "must be one character");

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
        delimiter: oneCharacter.optional(),
        quote: z.string().max(1).optional(),
        decimalSeparator: z.enum([".", ","]).optional(),
        encoding: z.enum(["utf-8", "windows-1252", "iso-8859-1", "utf-16le"]).optional(),
      })
      .optional(),
    /** Text that stands for "no value", next to the empty text. */
    nullValues: z.array(z.string()).optional(),
    ratesToEur: z.record(currency, digits).optional(),
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
    if (mapping.columns.amount === undefined) {
      context.addIssue({
        code: "custom",
        path: ["columns"],
        message: "must name the column of the amount",
      });
    }
    for (const name of Object.keys(mapping.constants ?? {})) {
      if (!Object.hasOwn(mapping.columns, name)) continue;
      context.addIssue({
        code: "custom",
        path: ["constants", name],
        message: "is in columns as well",
      });
    }
    const blacklisted = mapping.blacklist !== undefined && mapping.columns.user_id === undefined;
    if (blacklisted) {
      context.addIssue({
        code: "custom",
        path: ["blacklist"],
        message: "needs user_id in columns",
      });
    }
  });

export type Mapping = z.output<typeof mappingSchema>;

/** @throws CoreError CORE_INVALID_OPTION listing every complaint */
export function checkMapping(value: unknown, origin: string): Mapping {
  return parseOptions(`mapping ${origin}`, mappingSchema, value);
}

/** @throws DemoError DEMO_INVALID_MAPPING where the file cannot be read, is no JSON, or no mapping */
export async function readMapping(path: string): Promise<Mapping> {
  try {
    return checkMapping(JSON.parse(await readFile(path, "utf8")) as unknown, path);
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
