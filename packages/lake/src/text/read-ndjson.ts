import type { Table } from "@lakewright/core";
import { checkInput, checkNdjsonOptions } from "./checks.ts";
import { LineScanner } from "./json/line-scanner.ts";
import { RowBuffer } from "./row-buffer.ts";
import { TextReading } from "./text-reading.ts";
import type { NdjsonReadOptions, TextBatches, TextInput } from "./types.ts";

export const BATCH_ROWS = 65_536;
export const MAX_LINE_BYTES: number = 1 << 24;

/**
 * Reads lines of JSON objects straight to batches of a table: `await orders.append(readNdjson(stream, orders.table))`.
 * Names come in any order; one that is left out is null, one written twice counts with its last value. Numbers are exact:
 * 64-bit integers and decimals are read to the last digit, and may be text. Timestamps and days are ISO 8601 text, binary
 * is base64, a map is an object or an array of pairs. Blank lines are passed over. One batch is held, and the line under way.
 *
 * @param input - UTF-8 or, with a byte order mark, UTF-16; gzip and zstd are unpacked
 * @throws LakeError LAKE_INVALID_OPTION; while it is read LAKE_INVALID_TEXT for a line that is no row (see `rejects`), or a
 * damaged gzip or zstd. Browsers unpack the first member of a gzip only: there, one with several is an error.
 */
export function readNdjson(
  input: TextInput,
  table: Table,
  options: NdjsonReadOptions = {},
): TextBatches {
  checkNdjsonOptions(options);
  checkInput("readNdjson", input);
  const { batchRows = BATCH_ROWS, dictionaries = true, maxLineBytes = MAX_LINE_BYTES } = options;
  const rejectUnknown = options.unknown === "reject";
  const { numericTimestamps } = options;
  const rows = new RowBuffer(table, batchRows, { dictionaries, numericTimestamps, rejectUnknown });
  const scanner = new LineScanner(table, rows, rejectUnknown, maxLineBytes);
  return new TextReading(table, input, options, {
    rows,
    scanner,
    encoding: "utf-8",
    maxLineBytes,
  });
}
