import {
  bool,
  type Column,
  type Columns,
  date,
  decimal,
  defineTable,
  float64,
  int64,
  naiveTimestamp,
  nullable,
  parseDate,
  parseTimestamp,
  type Table,
  timestamp,
  toRows,
  utf8,
} from "@lakewright/core";
import { readCsv } from "@lakewright/lake/text";

/** How a CSV file is to be read: its table, and which field of the header each column is. */
export interface CsvPlan {
  readonly table: Table;
  readonly separator: string;
  readonly columns: Readonly<Record<string, string>>;
}

const LONGEST_HEADER = 1_000_000;
const SEPARATORS = [",", ";", "\t", "|"];

/** Reads a CSV file once, to see what its columns hold. Every value must fit: a column of numbers with one word is text. */
export async function planCsv(name: string, file: Blob): Promise<CsvPlan> {
  const line = await firstLine(file);
  const separator = SEPARATORS.map((one) => ({ one, fields: splitLine(line, one).length })).reduce(
    (best, next) => (next.fields > best.fields ? next : best),
  ).one;
  const fields = splitLine(line, separator);
  const names = columnNames(fields);
  const columns = Object.fromEntries(names.map((column, k) => [column, fields[k]!]));
  const texts = defineTable(
    name,
    Object.fromEntries(names.map((column) => [column, nullable(utf8())])) as Columns,
  );
  const seen = names.map(() => new Seen());
  for await (const batch of readCsv(file.stream(), texts, { separator, columns })) {
    for (const row of toRows(batch)) {
      names.forEach((column, k) => seen[k]!.add(row[column] as string | null));
    }
  }
  const table = defineTable(
    name,
    Object.fromEntries(names.map((column, k) => [column, nullable(seen[k]!.column())])) as Columns,
  );
  return { table, separator, columns };
}

/** What all values of a column are. */
class Seen {
  private values = 0;
  private whole = true;
  private fixed = true;
  private float = true;
  private isBool = true;
  private day = true;
  private instant = true;
  private local = true;
  private digits = 0;
  private scale = 0;

  add(value: string | null): void {
    if (value === null) return;
    this.values++;
    const number = /^-?(\d+)(?:\.(\d+))?$/.exec(value);
    if (!number || (number[1]!.length > 1 && number[1]!.startsWith("0"))) {
      this.whole = this.fixed = false;
    } else {
      this.digits = Math.max(this.digits, number[1]!.length);
      this.scale = Math.max(this.scale, number[2]?.length ?? 0);
      this.whole &&= number[2] === undefined && number[1]!.length <= 18;
    }
    this.float &&= /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) && !/^-?0\d/.test(value);
    this.isBool &&= value === "true" || value === "false";
    this.day &&= /^\d{4}-\d\d-\d\d$/.test(value) && parseDate(value) !== undefined;
    const moment = /^\d{4}-\d\d-\d\d[T ]/.test(value) ? parseTimestamp(value) : undefined;
    this.instant &&= moment?.hasZone === true;
    this.local &&= moment?.hasZone === false;
  }

  column(): Column {
    if (this.values === 0) return utf8();
    if (this.isBool) return bool();
    if (this.whole) return int64();
    if (this.fixed && this.digits + this.scale <= 38) {
      return decimal(Math.max(18, this.digits + this.scale), this.scale);
    }
    if (this.float) return float64();
    if (this.day) return date();
    if (this.instant) return timestamp("us");
    return this.local ? naiveTimestamp("us") : utf8();
  }
}

async function firstLine(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = first === 0x1f && second === 0x8b;
  const bytes = isGzip ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bytes as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    if (/[\r\n]/.test(text) || text.length > LONGEST_HEADER) break;
  }
  return /^[^\r\n]*/.exec(text)?.[0] ?? "";
}

function splitLine(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      fields.push(field);
      field = "";
    } else field += char;
  }
  return [...fields, field];
}

/** Names a Delta table without column mapping may have, each once. */
function columnNames(fields: readonly string[]): string[] {
  const taken = new Set<string>();
  return fields.map((field, k) => {
    const plain = field.trim().replaceAll(/[ ,;{}()\n\t=]+/g, "_") || `column_${k + 1}`;
    let name = plain;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${plain}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
