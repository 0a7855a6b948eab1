import { csvFields } from "../decode/csv-fields.ts";
import { badHeader, wrongEncoding } from "./file-errors.ts";

/** The names in the header of a CSV file. @throws StreamError STREAM_CSV_HEADER where it cannot be read. */
export function headerNames(
  path: string,
  text: string | Uint8Array,
  dialect: { readonly delimiter: string; readonly quote: string },
): readonly string[] {
  if (typeof text !== "string") throw badHeader(path, "is not in the encoding of the file");
  const read = csvFields(text, dialect.delimiter, dialect.quote);
  if (typeof read === "string") throw badHeader(path, `cannot be read: ${read}`);
  const names = read.fields.map((name) => name.trim());
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw badHeader(path, `(${names.join(", ")}) names "${twice}" twice`);
  return names;
}

/** Length of a byte order mark. @throws StreamError STREAM_FILE_CORRUPT for one of UTF-16. */
export function byteOrderMark(path: string, bytes: Uint8Array): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    throw wrongEncoding(path, "is UTF-16", 'Set encoding to "utf-16le".');
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const hint = "Convert it: iconv -f UTF-16 -t UTF-8.";
    throw wrongEncoding(path, "is UTF-16 with the high byte first", hint);
  }
  return 0;
}
