import type { Data } from "apache-arrow";
import { columnData } from "@lakewright/core";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import { ColumnSink, readSpan, span } from "./column-sink.ts";

/** Texts and bytes, copied as they are. */
export class TextSink extends ColumnSink {
  private readonly content = new GrowingBytes();
  private offsets = new Int32Array(1024);

  get byteLength(): number {
    return this.content.length + 4 * this.rows;
  }

  append(bytes: Buffer, at: number): number {
    readSpan(bytes, at);
    const { from, to } = span;
    const { content } = this;
    const size = to - from;
    content.reserve(size);
    const out = content.bytes;
    const start = content.length;
    if (size < 48) for (let k = 0; k < size; k++) out[start + k] = bytes[from + k]!;
    else out.set(bytes.subarray(from, to), start);
    content.length = start + size;
    this.skip();
    return to;
  }

  protected skip(): void {
    if (++this.rows >= this.offsets.length) {
      const grown = new Int32Array(2 * this.offsets.length);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.offsets[this.rows] = this.content.length;
  }

  finish(): Data {
    const { rows: length } = this;
    const valueOffsets = this.offsets.slice(0, length + 1);
    this.rows = 0;
    const data = this.content.take();
    return columnData(this.type, { length, data, valueOffsets, ...this.validity.take(length) });
  }
}
