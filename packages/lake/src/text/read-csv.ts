import type { Table } from "@lakewright/core";
import { checkCsvOptions, checkInput } from "./checks.ts";
import { CsvScanner } from "./csv/csv-scanner.ts";
import { datePattern } from "./csv/date-format.ts";
import { BATCH_ROWS, MAX_LINE_BYTES } from "./read-ndjson.ts";
import { RowBuffer } from "./row-buffer.ts";
import { TextReading } from "./text-reading.ts";
import type { CsvReadOptions, TextBatches, TextInput } from "./types.ts";

/**
 * Reads CSV straight to batches of a table: `await orders.append(readCsv(stream, orders.table, { separator: ";" }))`.
 * Records follow RFC 4180: quoted fields may have separators, line ends and doubled quotes in them. Fields are found by the
 * names in the header, in any order. An empty unquoted field is null in a nullable column. A record with another number of
 * fields than the header is rejected, and so is a value that its column does not hold exactly. One batch is held, and the
 * record under way. A list, struct or map is a field of JSON; binary is base64.
 *
 * @param input - gzip and zstd are unpacked
 * @throws LakeError LAKE_INVALID_OPTION; while it is read LAKE_INVALID_TEXT for a header that does not fit the table, a
 * record that is no row (see `rejects`), a damaged gzip or zstd. Browsers unpack the first member of a gzip only: there,
 * one with several is an error.
 */
export function readCsv<T extends Table>(
  input: TextInput,
  table: T,
  options: CsvReadOptions<Extract<keyof T["columns"], string>> = {},
): TextBatches {
  checkCsvOptions(table, options);
  checkInput("readCsv", input);
  const { batchRows = BATCH_ROWS, dictionaries = true, maxLineBytes = MAX_LINE_BYTES } = options;
  const datePatterns = (options.dateFormats ?? []).map((format) => datePattern(format));
  const rows = new RowBuffer(table, batchRows, { dictionaries, datePatterns });
  const scanner = new CsvScanner(table, rows, options as CsvReadOptions, maxLineBytes);
  const encoding = options.encoding ?? "utf-8";
  return new TextReading(table, input, options, { rows, scanner, encoding, maxLineBytes });
}
