import type { Table } from "@lakewright/core";
import {
  checkOptions,
  invalidOption,
  isFunction,
  isNames,
  isObject,
  isOneOf,
  isPositiveInteger,
  jobChecks,
  type OptionCheck,
} from "../options.ts";

const isBoolean: OptionCheck = (value) => (typeof value === "boolean" ? undefined : "a boolean");

const isCount: OptionCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "0 or a positive integer";

const isCharacter: OptionCheck = (value) =>
  typeof value === "string" && /^[\t\x20-\x7e]$/.test(value) ? undefined : "one ASCII character";

const isText: OptionCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a text";

const isEncoding: OptionCheck = (value) => {
  try {
    return typeof value === "string" && new TextDecoder(value) ? undefined : "a text";
  } catch {
    return 'a label of the Encoding Standard, such as "windows-1252"';
  }
};

const isThousands: OptionCheck = (value) =>
  typeof value === "string" && /^[.,' \u00a0\u202f]$/.test(value)
    ? undefined
    : "a point, comma, apostrophe, blank or no-break space";

const readChecks = {
  ...jobChecks,
  rejects: ((value) =>
    isFunction(value) === undefined || value === "error" || value === "collect"
      ? undefined
      : '"error", "collect" or a function') satisfies OptionCheck,
  maxRejected: isCount,
  unknown: isOneOf("ignore", "reject"),
  batchRows: isPositiveInteger,
  dictionaries: isBoolean,
  compression: isOneOf("auto", "none", "gzip", "zstd"),
  maxLineBytes: isPositiveInteger,
};

/** @throws LakeError LAKE_INVALID_OPTION */
export function checkNdjsonOptions(options: object): void {
  checkOptions("readNdjson", options, {
    ...readChecks,
    numericTimestamps: isOneOf("s", "ms", "us"),
  });
}

/** @throws LakeError LAKE_INVALID_OPTION */
export function checkCsvOptions(table: Table, options: object): void {
  checkOptions("readCsv", options, {
    ...readChecks,
    separator: isCharacter,
    quote: (value) => (value === "" ? undefined : isCharacter(value)),
    escape: isCharacter,
    header: (value) =>
      isBoolean(value) === undefined || isNames(value) === undefined
        ? undefined
        : "true, false or a list of names",
    columns: isObject,
    nullValues: isNames,
    trim: isBoolean,
    comment: isText,
    skipLines: isCount,
    decimalSeparator: isOneOf(".", ","),
    thousandsSeparator: isThousands,
    dateFormats: isNames,
    encoding: isEncoding,
  });
  const { columns = {} } = options as { columns?: object };
  for (const name of Object.keys(columns)) {
    if (!Object.hasOwn(table.columns, name)) {
      throw invalidOption(
        `readCsv columns: table "${table.name}" has no column "${name}".`,
        'They are names in the header by column of the table: { amount: "Betrag" }.',
      );
    }
  }
}

/** What an input must be. @throws LakeError LAKE_INVALID_OPTION */
export function checkInput(subject: string, input: unknown): void {
  const usable =
    typeof input === "object" &&
    input !== null &&
    (input instanceof Uint8Array || Symbol.iterator in input || Symbol.asyncIterator in input);
  if (usable) return;
  throw invalidOption(
    `${subject} was given ${typeof input === "string" ? "a text" : `a value of type ${typeof input}`} in place of bytes.`,
    "Give a Uint8Array, a stream of them (a file's createReadStream, a response's body), or new TextEncoder().encode(text).",
  );
}
