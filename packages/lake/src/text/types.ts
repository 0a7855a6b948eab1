import type { JobOptions } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";

/**
 * Bytes of a text file: all of them, or a stream of pieces cut anywhere. A source may fill the same buffer again once the
 * next piece is asked for.
 */
export type TextInput =
  Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** A line that is no row of the table. */
export interface RejectedLine {
  /** Counted from 1 over the file, header and blank lines included. A CSV record that has several begins there. */
  readonly line: number;
  /** Position of its first byte in the text: after decompression, and as UTF-8 where it was encoded otherwise. */
  readonly offset: number;
  /** What is wrong, one sentence. */
  readonly reason: string;
  /** The column at fault, with the path to a nested value ("address.city"); undefined where the line itself is. */
  readonly column?: string | undefined;
  /** The value at fault, as parsed from JSON, or the text of a CSV field. */
  readonly value?: unknown;
  /** The line as it stands there, at most its first 1,000 characters. */
  readonly text: string;
}

/** How far a reading is. */
export interface TextMetrics {
  /** Bytes taken from the input, as they are stored. */
  readonly bytes: number;
  /** Rows given in batches, or about to be. */
  readonly rows: number;
  /** Lines that were no row. */
  readonly rejected: number;
}

/** The batches of a text file, read as they are asked for, once. Leaving the loop closes the input. */
export interface TextBatches extends AsyncIterable<RecordBatch> {
  /** The rejected lines so far, where `rejects` is "collect". */
  readonly rejected: readonly RejectedLine[];
  readonly metrics: TextMetrics;
}

export interface TextReadOptions extends JobOptions {
  /**
   * What is done with a line that is no row: "error" (the default) ends the reading with LAKE_INVALID_TEXT; "collect" keeps
   * up to `maxRejected` of them in `rejected`, one more is an error; a function is told of each, and an error it throws
   * ends the reading.
   */
  readonly rejects?: "error" | "collect" | ((line: RejectedLine) => void) | undefined;
  /** Lines that "collect" keeps. Default 1,000. */
  readonly maxRejected?: number | undefined;
  /** A name that is no column of the table: "ignore" (the default) leaves its values out, "reject" rejects. */
  readonly unknown?: "ignore" | "reject" | undefined;
  /** Rows of a batch, the last one aside. Default 65,536. */
  readonly batchRows?: number | undefined;
  /**
   * Text columns with repeated values as Arrow dictionaries, which are faster to read and to write as Parquet. Default true.
   */
  readonly dictionaries?: boolean | undefined;
  /** How the bytes are packed. Default "auto": by their first bytes. */
  readonly compression?: "auto" | "none" | "gzip" | "zstd" | undefined;
  /** The longest line, in bytes; a longer one is rejected. Memory is bounded by it. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
}

export interface NdjsonReadOptions extends TextReadOptions {
  /** What a JSON number means in a timestamp column: units since 1970. Default: it is rejected, text is read as ISO 8601. */
  readonly numericTimestamps?: "s" | "ms" | "us" | undefined;
}

export interface CsvReadOptions<Name extends string = string> extends TextReadOptions {
  /** One ASCII character between fields. Default ",". */
  readonly separator?: string | undefined;
  /** One ASCII character around fields; "" for none, as in most tab-separated files. Default '"'. */
  readonly quote?: string | undefined;
  /** The character before a quote that belongs to a quoted field: the quote itself (the default), or another such as "\\". */
  readonly escape?: string | undefined;
  /**
   * true (the default): the first line names the fields. false: there is none, and the fields are the columns of the
   * table in order. Names: there is none, and these are the fields.
   */
  readonly header?: boolean | readonly string[] | undefined;
  /** The name in the header by column, where they differ: `{ amount: "Betrag" }`. */
  readonly columns?: { readonly [N in Name]?: string | undefined } | undefined;
  /** What stands for null in a nullable column, unquoted. Default `[""]`. */
  readonly nullValues?: readonly string[] | undefined;
  /** Takes blanks and tabs off both ends of unquoted text. Default false; other types never mind them. */
  readonly trim?: boolean | undefined;
  /** Lines that begin so are left out, such as "#". Default none. */
  readonly comment?: string | undefined;
  /** Lines before the header, or before the first row, that are left out. Default 0. */
  readonly skipLines?: number | undefined;
  /** In decimals and floats; the other one is refused. Default ".". */
  readonly decimalSeparator?: "." | "," | undefined;
  /** Between groups of three digits before the decimal separator: ".", ",", " ", "'" or a no-break space. Default none. */
  readonly thousandsSeparator?: string | undefined;
  /**
   * Patterns of date and timestamp columns, tried in order before ISO 8601: "dd/MM/yyyy", "dd.MM.yyyy HH:mm", "ddMMyyyyHHmm",
   * made of `yyyy MM M dd d HH H mm ss SSS SSSSSS` (Unicode TR 35). They name no zone: in a timestamp column the time is UTC.
   */
  readonly dateFormats?: readonly string[] | undefined;
  /**
   * How the text is encoded: a label of the WHATWG Encoding Standard ("utf-8", "windows-1252", "iso-8859-1", "utf-16le", …).
   * A byte order mark of UTF-8 or UTF-16 wins. Default "utf-8".
   */
  readonly encoding?: string | undefined;
}
