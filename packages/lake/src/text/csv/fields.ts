import { type Field, parseText, type Table } from "@lakewright/core";
import { type ByteColumn, Token } from "../columns/byte-column.ts";
import { isUtf8 } from "../columns/utf8.ts";
import { readValue } from "../json/read-value.ts";
import { skipBlanks } from "../json/tokens.ts";
import { type LineProblem, misfit } from "../rejects.ts";
import type { RowBuffer } from "../row-buffer.ts";
import type { CsvReadOptions } from "../types.ts";
import { NumberFormat } from "./number-format.ts";
import { type CompiledRecord, compileRecord } from "./compiled-record.ts";
import type { Dialect } from "./dialect.ts";
import type { FieldSink } from "./record-reader.ts";

const LF = 10;

/** A column and how its fields are read. */
interface FieldPlan {
  readonly name: string;
  readonly column: ByteColumn;
  readonly numbers: NumberFormat | undefined;
  readonly trim: boolean;
  // Those of the column again: the plans are all of one shape, which columns are not.
  readonly nullable: boolean;
  readonly isNested: boolean;
}

/** Puts the fields of records into the columns they belong to. */
export class FieldWriter implements FieldSink {
  /** What is wrong with a value of the record under way. */
  problem: LineProblem | undefined;
  private readonly rows: RowBuffer;
  private readonly plans: readonly FieldPlan[];
  private readonly nulls: readonly Uint8Array[];
  /** By the position of a field; undefined for one that is left out. */
  private order: readonly (FieldPlan | undefined)[] = [];
  private absent: readonly ByteColumn[] = [];
  private readonly format: { readonly decimal: "." | ","; readonly thousands: string };

  constructor(table: Table, rows: RowBuffer, options: CsvReadOptions) {
    const { trim = false, nullValues = [""] } = options;
    const { decimalSeparator = ".", thousandsSeparator = "" } = options;
    const plain = decimalSeparator === "." && thousandsSeparator === "";
    this.format = { decimal: decimalSeparator, thousands: thousandsSeparator };
    this.rows = rows;
    this.nulls = nullValues.map((text) => new TextEncoder().encode(text));
    this.plans = table.fields.map(({ name, column: { type, nullable } }: Field, k) => ({
      name,
      column: rows.columns[k]!,
      numbers:
        !plain && /^(?:u?int|float|decimal)/.test(type.kind)
          ? new NumberFormat(decimalSeparator, thousandsSeparator)
          : undefined,
      trim: trim || !/^(?:utf8|oneOf)$/.test(type.kind),
      nullable,
      isNested: (rows.columns[k]!.tokens & Token.NESTED) !== 0,
    }));
  }

  /** Says which field is which column of the table: its position, -1 for none. */
  arrange(columns: readonly number[]): void {
    this.order = columns.map((k) => this.plans[k]);
    this.absent = this.plans.flatMap(({ column }, k) => (columns.includes(k) ? [] : [column]));
  }

  /** A reader of records whose fields are written the usual way, by code of its own. */
  compile(dialect: Dialect): CompiledRecord | undefined {
    const fields = this.order.map(
      (plan) =>
        plan && {
          column: plan.column,
          isPlain: isPlain(plan),
          nulls: plan.nullable
            ? this.nulls.filter((text) => isFoundAsItStands(text, plan, dialect))
            : [],
        },
    );
    return compileRecord(fields, this.absent, dialect, this);
  }

  /** Begins a record. */
  begin(): void {
    this.problem = undefined;
    for (const column of this.absent) column.putNull(this.rows.row);
  }

  field(index: number, bytes: Uint8Array, from: number, to: number, quoted: boolean): void {
    const plan = this.order[index];
    if (plan === undefined || this.problem !== undefined) return;
    if (!quoted) {
      if (plan.trim) {
        while (from < to && isBlank(bytes[from]!)) from++;
        while (to > from && isBlank(bytes[to - 1]!)) to--;
      }
      if (plan.nullable && this.isNull(bytes, from, to)) {
        plan.column.putNull(this.rows.row);
        return;
      }
    }
    if (!this.put(plan, bytes, from, to)) this.problem = this.explain(plan, bytes, from, to);
  }

  private put(
    { column, numbers, isNested }: FieldPlan,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): boolean {
    const { row } = this.rows;
    if (numbers) {
      const length = numbers.plain(bytes, from, to);
      return length >= 0 && column.put(numbers.bytes, 0, length, row);
    }
    if (!isNested) return column.put(bytes, from, to, row);
    const json = new Uint8Array(to - from + 1);
    json.set(bytes.subarray(from, to));
    json[to - from] = LF;
    const end = readValue(column, json, skipBlanks(json, 0), row);
    return end >= 0 && skipBlanks(json, end) === to - from;
  }

  private isNull(bytes: Uint8Array, from: number, to: number): boolean {
    const size = to - from;
    for (const text of this.nulls) {
      if (text.length !== size) continue;
      let i = 0;
      while (i < size && text[i] === bytes[from + i]) i++;
      if (i === size) return true;
    }
    return false;
  }

  private explain(
    { name, column, numbers }: FieldPlan,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): LineProblem {
    const value = new TextDecoder().decode(bytes.subarray(from, to));
    if (value === "") return misfit(name, value, "is empty, and the column is not nullable");
    if (!isUtf8(bytes, from, to)) {
      return misfit(name, value, 'is no UTF-8 (encoding: "windows-1252", say, reads other text)');
    }
    const parsed = parseText(column.type, value.trim());
    const problem = parsed.ok ? `is no ${column.type.kind} that the column takes` : parsed.problem;
    if (numbers) {
      const { decimal, thousands } = this.format;
      const grouped =
        thousands === "" ? "" : ` and groups of three digits parted by "${thousands}"`;
      const isWhole = !/^(?:float|decimal)/.test(column.type.kind);
      const written = isWhole
        ? grouped.replace(/^ and/, " written with")
        : ` written with a decimal "${decimal}"${grouped}`;
      return misfit(name, value, `is no ${column.type.kind}${written}, or does not fit`);
    }
    return /^-?[\d.]+,\d*$/.test(value) && /^(?:float|decimal)/.test(column.type.kind)
      ? misfit(name, value, `${problem} (decimalSeparator: "," reads a decimal comma)`)
      : misfit(name, value, problem);
  }
}

function isPlain({ column, numbers, trim, isNested }: FieldPlan): boolean {
  const trimmedText = trim && /^(?:utf8|oneOf)$/.test(column.type.kind);
  return column.scans !== 0 && !numbers && !isNested && !trimmedText;
}

/** Whether a text for null can be compared with the bytes of a record; fields are parted, and trimmed, before they are. */
function isFoundAsItStands(text: Uint8Array, { trim }: FieldPlan, dialect: Dialect): boolean {
  if (text.some((byte) => byte === LF || byte === dialect.separator || byte === dialect.quote)) {
    return false;
  }
  return text.length === 0 || !trim || !(isBlank(text[0]!) || isBlank(text.at(-1)!));
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}
