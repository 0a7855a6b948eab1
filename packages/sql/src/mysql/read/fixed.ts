import type { Data, DataType } from "apache-arrow";
import { columnData } from "@lakewright/core";
import { type ViewType, viewOf } from "../../shared/columns/view-of.ts";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import { ColumnSink, readSpan, span } from "./column-sink.ts";

/** Numbers whose bytes MySQL and Arrow agree on. */
export class FixedSink extends ColumnSink {
  private readonly View: ViewType;
  private readonly width: number;
  protected readonly buffer: GrowingBytes = new GrowingBytes();

  constructor(type: DataType, View: ViewType) {
    super(type);
    this.View = View;
    this.width = View.BYTES_PER_ELEMENT;
  }

  get byteLength(): number {
    return this.buffer.length;
  }

  append(bytes: Buffer, at: number): number {
    const { buffer, width } = this;
    buffer.reserve(width);
    const out = buffer.bytes;
    const start = buffer.length;
    for (let k = 0; k < width; k++) out[start + k] = bytes[at + k]!;
    buffer.length = start + width;
    this.rows++;
    return at + width;
  }

  protected skip(): void {
    const { buffer, width } = this;
    buffer.reserve(width);
    buffer.bytes.fill(0, buffer.length, buffer.length + width);
    buffer.length += width;
    this.rows++;
  }

  finish(): Data {
    const { rows: length } = this;
    this.rows = 0;
    const data = viewOf(this.View, this.buffer.take());
    return columnData(this.type, { length, data, ...this.validity.take(length) });
  }
}

/** Integers of 64 bits that an expression declares to have few digits, as 32 bits. */
export class NarrowSink extends FixedSink {
  private readonly refuse: (value: bigint) => Error;

  constructor(type: DataType, refuse: (value: bigint) => Error) {
    super(type, Int32Array);
    this.refuse = refuse;
  }

  override append(bytes: Buffer, at: number): number {
    const value = bytes.readBigInt64LE(at);
    if (value !== BigInt.asIntN(32, value)) throw this.refuse(value);
    super.append(bytes, at);
    return at + 8;
  }
}

/** A truth as an integer of one byte, or as a BIT. */
export class BoolSink extends ColumnSink {
  private readonly isBit: boolean;
  private bits = new Uint8Array(1024);

  constructor(type: DataType, isBit: boolean) {
    super(type);
    this.isBit = isBit;
  }

  get byteLength(): number {
    return this.rows >> 3;
  }

  append(bytes: Buffer, at: number): number {
    this.skip();
    let value = bytes[at]!;
    let next = at + 1;
    if (this.isBit) {
      readSpan(bytes, at);
      value = bytes[span.to - 1]!;
      next = span.to;
    }
    const row = this.rows - 1;
    if (value !== 0) this.bits[row >> 3]! |= 1 << (row & 7);
    return next;
  }

  protected skip(): void {
    const byte = this.rows >> 3;
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(2 * this.bits.length);
      grown.set(this.bits);
      this.bits = grown;
    }
    this.rows++;
  }

  finish(): Data {
    const { rows: length } = this;
    const data = this.bits.slice(0, (length + 7) >> 3);
    this.bits.fill(0, 0, data.length);
    this.rows = 0;
    return columnData(this.type, { length, data, ...this.validity.take(length) });
  }
}

/** A BIT of several bits, most significant byte first, as an integer. */
export class BitsSink extends FixedSink {
  private readonly scratch = Buffer.alloc(8);

  override append(bytes: Buffer, at: number): number {
    readSpan(bytes, at);
    const { from, to } = span;
    this.scratch.fill(0);
    for (let k = from; k < to; k++) this.scratch[to - 1 - k] = bytes[k]!;
    super.append(this.scratch, 0);
    return to;
  }
}
