import { type Data, Decimal } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { columnData } from "@lakewright/core";
import { ColumnSink, readSpan, span } from "./column-sink.ts";

const MAX_DIGITS = 38;
const LIMIT = 10n ** BigInt(MAX_DIGITS);
/** So many digits are exact in a double. */
const SAFE_DIGITS = 15;
const [MINUS, POINT, ZERO] = [45, 46, 48];

/** Decimals, sent as text. */
export class DecimalSink extends ColumnSink {
  private readonly name: string;
  private readonly scale: number;
  private words = new Int32Array(1024);

  /** MySQL has up to 65 digits: a value that needs more than 38 is refused. */
  constructor(name: string, precision: number, scale: number) {
    super(new Decimal(scale, Math.min(MAX_DIGITS, Math.max(precision, scale, 1)), 128));
    this.name = name;
    this.scale = scale;
  }

  get byteLength(): number {
    return 16 * this.rows;
  }

  append(bytes: Buffer, at: number): number {
    readSpan(bytes, at);
    const { from, to } = span;
    const negative = bytes[from] === MINUS;
    let value = 0;
    let digits = 0;
    let fraction = -1;
    for (let k = negative ? from + 1 : from; k < to; k++) {
      const byte = bytes[k]!;
      if (byte === POINT) fraction = 0;
      else {
        value = value * 10 + byte - ZERO;
        if (value > 0) digits++;
        if (fraction >= 0) fraction++;
      }
    }
    for (let k = Math.max(fraction, 0); k < this.scale; k++, digits++) value *= 10;
    if (digits > SAFE_DIGITS || fraction > this.scale) {
      this.write(this.exact(bytes.toString("latin1", from, to)));
    } else this.writeSmall(negative ? -value : value);
    return to;
  }

  finish(): Data {
    const { rows: length } = this;
    const data = new Uint32Array(this.words.slice(0, 4 * length).buffer);
    this.rows = 0;
    return columnData(this.type, { length, data, ...this.validity.take(length) });
  }

  protected skip(): void {
    this.writeSmall(0);
  }

  private exact(text: string): bigint {
    const [whole = "", decimals = ""] = text.split(".");
    const kept = decimals.slice(0, this.scale).padEnd(this.scale, "0");
    const value = BigInt(whole + kept);
    if (/[1-9]/.test(decimals.slice(this.scale)) || value >= LIMIT || value <= -LIMIT) {
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Column "${this.name}" has ${text}, which a decimal of ${MAX_DIGITS} digits, ${this.scale} of them after the point, cannot hold.`,
        {
          hint: "Say in the query what it holds: cast it to DECIMAL(38, 10), DOUBLE or CHAR.",
          details: { column: this.name },
        },
      );
    }
    return value === 0n && text.startsWith("-") ? 0n : value;
  }

  private writeSmall(value: number): void {
    const at = this.room();
    const { words } = this;
    const high = Math.floor(value / 0x1_0000_0000);
    words[at] = value - high * 0x1_0000_0000;
    words[at + 1] = high;
    words[at + 2] = words[at + 3] = value < 0 ? -1 : 0;
  }

  private write(value: bigint): void {
    const at = this.room();
    for (let k = 0; k < 4; k++) {
      this.words[at + k] = Number(BigInt.asIntN(32, value >> BigInt(32 * k)));
    }
  }

  private room(): number {
    const at = 4 * this.rows++;
    if (at + 4 > this.words.length) {
      const grown = new Int32Array(2 * this.words.length);
      grown.set(this.words);
      this.words = grown;
    }
    return at;
  }
}
