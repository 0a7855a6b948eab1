import type { CsvReadOptions } from "../types.ts";
import { invalidOption } from "../../options.ts";

const LF = 10;

/** How records and fields are parted, in bytes. */
export interface Dialect {
  readonly separator: number;
  /** -1 for none. */
  readonly quote: number;
  readonly escape: number;
  readonly comment: Uint8Array;
  /** 1 for the bytes that end the plain part of an unquoted field. */
  readonly stops: Uint8Array;
  /** 1 for the bytes that end the plain part of a quoted one. */
  readonly quotedStops: Uint8Array;
}

/** @throws LakeError LAKE_INVALID_OPTION where one character has two tasks. */
export function dialectOf({
  separator = ",",
  quote = '"',
  escape = quote,
  comment = "",
  decimalSeparator = ".",
  thousandsSeparator,
}: CsvReadOptions): Dialect {
  if (separator === quote || (quote !== "" && separator === escape)) {
    throw invalidOption(`readCsv: "${separator}" cannot part fields and quote them, too.`);
  }
  if (thousandsSeparator === decimalSeparator) {
    throw invalidOption(
      `readCsv: "${decimalSeparator}" cannot be the decimalSeparator and the thousandsSeparator.`,
    );
  }
  const byte = (character: string): number => (character === "" ? -1 : character.charCodeAt(0));
  const marked = (...bytes: readonly number[]): Uint8Array => {
    const marks = new Uint8Array(256);
    for (const at of bytes) if (at >= 0) marks[at] = 1;
    return marks;
  };
  return {
    separator: byte(separator),
    quote: byte(quote),
    escape: byte(escape),
    comment: new TextEncoder().encode(comment),
    stops: marked(LF, byte(separator), byte(quote)),
    quotedStops: marked(LF, byte(quote), byte(escape)),
  };
}
