const delimiters = [",", ";", "\t", "|"];

/** The fields of a line; good enough to look at a file, the decoder of the stream package does the reading. */
export function fieldsOf(line: string, delimiter: string, quote = '"'): string[] {
  if (quote === "") return line.split(delimiter);
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (quoted) {
      if (character !== quote) field += character;
      else if (line[i + 1] === quote) field += line[++i]!;
      else quoted = false;
    } else if (character === quote && field === "") {
      quoted = true;
    } else if (character === delimiter) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
  }
  return [...fields, field];
}

/** The delimiter that parts the header into the most fields. */
export function delimiterOf(header: string): string {
  const counts = delimiters.map((delimiter) => fieldsOf(header, delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!;
}

/** Lines that are looked at, with the header. */
export const SAMPLE_LINES = 2001;

/** The first records of a CSV sample by column name; lines with another number of fields are passed over. */
export function sampleColumns(
  lines: readonly string[],
  delimiter: string,
  quote: string,
): { readonly names: readonly string[]; readonly values: ReadonlyMap<string, readonly string[]> } {
  // Blanks around names do not count, as they do not for the file source.
  const names = fieldsOf(lines[0] ?? "", delimiter, quote).map((name) => name.trim());
  const rows = lines
    .slice(1, SAMPLE_LINES)
    .map((line) => fieldsOf(line, delimiter, quote))
    .filter((fields) => fields.length === names.length);
  return {
    names,
    values: new Map(names.map((name, k) => [name, rows.map((fields) => fields[k]!)])),
  };
}
