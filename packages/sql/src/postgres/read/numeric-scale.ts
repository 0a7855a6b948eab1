import { SqlError } from "../../errors.ts";

const MAX_DIGITS = 38;

/**
 * The scale of a numeric column that declares none, such as a sum or an average: the digits after the point of the
 * values of the first batch. A later value with more digits than that is refused, never rounded.
 */
export class NumericScale {
  private readonly column: string;
  private scale: number | undefined;

  constructor(column: string) {
    this.column = column;
  }

  get digits(): number {
    return this.scale ?? 0;
  }

  /** Sets the scale from the values of the column, or checks them against it. */
  fit(rows: readonly Readonly<Record<string, unknown>>[], column: number): void {
    if (this.scale !== undefined) return this.check(rows, column);
    if (rows.length === 0) return;
    let whole = 0;
    let shown = 0;
    let needed = 0;
    for (const text of values(rows, column)) {
      whole = Math.max(whole, wholeDigits(text));
      shown = Math.max(shown, fractionDigits(text));
      needed = Math.max(needed, fractionDigits(withoutZeros(text)));
    }
    this.scale = Math.max(needed, Math.min(shown, MAX_DIGITS - whole));
    if (whole + this.scale > MAX_DIGITS) {
      throw this.refusal(
        `needs ${whole} digits before the point and ${this.scale} after it; a decimal has ${MAX_DIGITS}`,
      );
    }
  }

  private check(rows: readonly Readonly<Record<string, unknown>>[], column: number): void {
    for (const text of values(rows, column)) {
      const needed = fractionDigits(text) > this.digits ? fractionDigits(withoutZeros(text)) : 0;
      if (needed > this.digits) {
        throw this.refusal(
          `has ${text}; the values of the first batch have at most ${this.digits} digits after the point`,
        );
      }
      if (wholeDigits(text) + this.digits > MAX_DIGITS) {
        throw this.refusal(
          `has ${text}, which with ${this.digits} digits after the point is too long`,
        );
      }
    }
  }

  private refusal(problem: string): SqlError {
    return new SqlError("SQL_UNSUPPORTED", `Column "${this.column}" ${problem}.`, {
      hint: "Say in the query what it holds: cast it to numeric(38, 12), double precision or text.",
      details: { column: this.column },
    });
  }
}

function* values(
  rows: readonly Readonly<Record<string, unknown>>[],
  column: number,
): Generator<string> {
  for (const row of rows) {
    const value = row[column];
    if (typeof value === "string") yield value;
    else if (Array.isArray(value))
      for (const item of value) if (item !== null) yield item as string;
  }
}

function wholeDigits(text: string): number {
  const point = text.indexOf(".");
  const digits = (point < 0 ? text.length : point) - (text.startsWith("-") ? 1 : 0);
  return digits === 1 && text.startsWith("0", text.startsWith("-") ? 1 : 0) ? 0 : digits;
}

function fractionDigits(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
