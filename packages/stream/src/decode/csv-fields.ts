/** The fields of one record, and which of them were quoted; `quoted` is undefined where none was. */
export interface CsvFields {
  readonly fields: readonly string[];
  readonly quoted: readonly boolean[] | undefined;
}

/**
 * The fields of one CSV record by RFC 4180: fields may be quoted, a quote in a quoted field is doubled, and a quoted
 * field ends at the delimiter.
 *
 * @param text - the record without its line end
 * @returns the fields; or what is wrong, as a sentence
 */
export function csvFields(text: string, delimiter: string, quote: string): CsvFields | string {
  if (quote === "" || !text.includes(quote)) {
    return { fields: text.split(delimiter), quoted: undefined };
  }
  const fields: string[] = [];
  const quoted: boolean[] = [];
  for (let at = 0; ;) {
    if (text.startsWith(quote, at)) {
      const end = closingQuote(text, at + 1, quote);
      if (end < 0) return `Field ${fields.length + 1} opens a quote that is never closed.`;
      const inner = text.slice(at + 1, end);
      fields.push(inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner);
      quoted.push(true);
      at = end + 1;
      if (at === text.length) return { fields, quoted };
      if (!text.startsWith(delimiter, at)) {
        return `Field ${fields.length} goes on after its closing quote; a quote inside a quoted field is written twice.`;
      }
    } else {
      const found = text.indexOf(delimiter, at);
      const end = found < 0 ? text.length : found;
      const field = text.slice(at, end);
      if (field.includes(quote)) {
        return `Field ${fields.length + 1} has a quote and does not begin with one; quote the field, and write the quote twice.`;
      }
      fields.push(field);
      quoted.push(false);
      if (found < 0) return { fields, quoted };
      at = end;
    }
    at += delimiter.length;
  }
}

/** Index of the quote that ends a field, doubled quotes passed over; -1 where there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2)) {
    if (!text.startsWith(quote, at + 1)) return at;
  }
  return -1;
}
