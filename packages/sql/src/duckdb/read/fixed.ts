import { type Data, type DataType, Decimal } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { columnData } from "@lakewright/core";
import { type ViewType, viewOf } from "../../shared/columns/view-of.ts";
import { BitWriter, ValidityWriter } from "../../shared/columns/bits.ts";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import type { ColumnSink } from "./sink.ts";
import type { VectorView } from "./view.ts";

/** Values whose bytes DuckDB and Arrow agree on. */
export class FixedSink implements ColumnSink {
  private readonly type: DataType;
  private readonly View: ViewType;
  private readonly buffer = new GrowingBytes();
  private readonly validity = new ValidityWriter();

  constructor(type: DataType, View: ViewType) {
    this.type = type;
    this.View = View;
  }

  get byteLength(): number {
    return this.buffer.length;
  }

  append(view: VectorView, from: number, to: number): void {
    const width = this.View.BYTES_PER_ELEMENT;
    this.buffer.push(view.data(width).subarray(from * width, to * width));
    this.validity.append(view.validity(), from, to);
  }

  finish(): Data {
    const data = viewOf(this.View, this.buffer.take()) as ArrayLike<number>;
    return columnData(this.type, { length: data.length, data, ...this.validity.take() });
  }
}

/** Days and timestamps; DuckDB's infinities are among neither Arrow's nor ours. */
export class TimeSink extends FixedSink {
  private readonly name: string;
  private readonly words: 1 | 2;

  constructor(
    name: string,
    type: DataType,
    View: Int32ArrayConstructor | BigInt64ArrayConstructor,
  ) {
    super(type, View);
    this.name = name;
    this.words = View === Int32Array ? 1 : 2;
  }

  override append(view: VectorView, from: number, to: number): void {
    const { words } = this;
    const bytes = view.data(4 * words);
    const ints = new Int32Array(bytes.buffer, bytes.byteOffset, view.size * words);
    for (let i = from; i < to; i++) {
      const high = ints[i * words + words - 1]!;
      if (high === 0x7fff_ffff || high === -0x7fff_ffff || high === -0x8000_0000) {
        this.refuseInfinity(view, ints, i);
      }
    }
    super.append(view, from, to);
  }

  private refuseInfinity(view: VectorView, ints: Int32Array, i: number): void {
    const validity = view.validity();
    if (validity && (validity[i >> 3]! & (1 << (i & 7))) === 0) return;
    if (this.words === 2) {
      const low = ints[2 * i]!;
      const high = ints[2 * i + 1]!;
      const infinite = high === 0x7fff_ffff ? low === -1 : high === -0x8000_0000 && low === 1;
      if (!infinite) return;
    }
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `Column "${this.name}" has an infinite date or timestamp.`,
      {
        hint: "Leave such rows out with isfinite(…), or make them null with nullif(…, 'infinity').",
        details: { column: this.name },
      },
    );
  }
}

/** true and false, a byte each in DuckDB and a bit each in Arrow. */
export class BoolSink implements ColumnSink {
  private readonly type: DataType;
  private readonly bits = new BitWriter();
  private readonly validity = new ValidityWriter();

  constructor(type: DataType) {
    this.type = type;
  }

  get byteLength(): number {
    return this.bits.length >> 3;
  }

  append(view: VectorView, from: number, to: number): void {
    this.bits.appendBytes(view.data(1), from, to);
    this.validity.append(view.validity(), from, to);
  }

  finish(): Data {
    const length = this.bits.length;
    return columnData(this.type, { length, data: this.bits.take(), ...this.validity.take() });
  }
}

/** 10^38 as the upper and lower 64 bits. */
const LIMIT = 10n ** 38n;
const LIMIT_HIGH_WORD = Number(LIMIT >> 96n);

/** Decimals of any width DuckDB stores them in, and HUGEINT, as 128-bit decimals. */
export class DecimalSink implements ColumnSink {
  private readonly name: string;
  private readonly type: Decimal;
  private readonly width: 2 | 4 | 8 | 16;
  private readonly buffer = new GrowingBytes();
  private readonly validity = new ValidityWriter();

  constructor(name: string, precision: number, scale: number, width: 2 | 4 | 8 | 16) {
    this.name = name;
    this.type = new Decimal(scale, precision, 128);
    this.width = width;
  }

  get byteLength(): number {
    return this.buffer.length;
  }

  append(view: VectorView, from: number, to: number): void {
    const { buffer, width } = this;
    this.validity.append(view.validity(), from, to);
    const bytes = view.data(width);
    if (width === 16) {
      this.checkRange(view, from, to);
      buffer.push(bytes.subarray(16 * from, 16 * to));
      return;
    }
    buffer.reserve(16 * (to - from));
    const out = new Int32Array(buffer.bytes.buffer, buffer.length, 4 * (to - from));
    if (width === 8) {
      const longs = new Int32Array(bytes.buffer, bytes.byteOffset, 2 * view.size);
      for (let i = from, k = 0; i < to; i++, k += 4) {
        const high = longs[2 * i + 1]!;
        out[k] = longs[2 * i]!;
        out[k + 1] = high;
        out[k + 2] = out[k + 3] = high >> 31;
      }
    } else {
      const Ints = width === 4 ? Int32Array : Int16Array;
      const ints = new Ints(bytes.buffer, bytes.byteOffset, view.size);
      for (let i = from, k = 0; i < to; i++, k += 4) {
        const value = ints[i]!;
        out[k] = value;
        out[k + 1] = out[k + 2] = out[k + 3] = value >> 31;
      }
    }
    buffer.length += 16 * (to - from);
  }

  finish(): Data {
    const data = viewOf(Uint32Array, this.buffer.take()) as Uint32Array;
    return columnData(this.type, { length: data.length >> 2, data, ...this.validity.take() });
  }

  /** HUGEINT goes up to 1.7 · 10^38, a decimal to 10^38. */
  private checkRange(view: VectorView, from: number, to: number): void {
    const bytes = view.data(16);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, 4 * view.size);
    const validity = view.validity();
    for (let i = from; i < to; i++) {
      const high = words[4 * i + 3]!;
      if (high < LIMIT_HIGH_WORD && high > -LIMIT_HIGH_WORD) continue;
      if (validity && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue;
      const longs = new BigUint64Array(bytes.buffer, bytes.byteOffset, 2 * view.size);
      const value = BigInt.asIntN(128, (longs[2 * i + 1]! << 64n) | longs[2 * i]!);
      if (value < LIMIT && value > -LIMIT) continue;
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Column "${this.name}" has ${value}, which has more than 38 digits.`,
        {
          hint: "Cast the column to VARCHAR, or to DOUBLE where digits may be lost.",
          details: { column: this.name },
        },
      );
    }
  }
}
