import type { Data, DataType } from "apache-arrow";
import { columnData } from "@lakewright/core";
import { ValidityWriter } from "../../shared/columns/bits.ts";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import type { ColumnSink } from "./sink.ts";
import type { VectorView } from "./view.ts";

/** Values of at most so many bytes stand in the vector itself; of longer ones it has length, four bytes and a pointer. */
const INLINE = 12;
/** Strings next to each other in memory are read in one call, also with as many bytes between them. */
const GAP = 16;
const MAX_RUN = 1 << 20;

/** Bytes of varying length and their offsets. */
export class VarBytes {
  readonly content: GrowingBytes = new GrowingBytes();
  private readonly ends = new GrowingBytes();

  get byteLength(): number {
    return this.content.length + this.ends.length;
  }

  /** Room for the ends of `count` values, to be written by the caller. */
  reserveEnds(count: number): Int32Array {
    const { ends } = this;
    ends.reserve(4 * count);
    const room = new Int32Array(ends.bytes.buffer, ends.length, count);
    ends.length += 4 * count;
    return room;
  }

  take(): { length: number; valueOffsets: Int32Array; data: Uint8Array } {
    const ends = this.ends.take();
    const length = ends.length / 4;
    const valueOffsets = new Int32Array(length + 1);
    valueOffsets.set(new Int32Array(ends.buffer, ends.byteOffset, length), 1);
    return { length, valueOffsets, data: this.content.take() };
  }
}

/** VARCHAR and BLOB. */
export class TextSink implements ColumnSink {
  private readonly type: DataType;
  private readonly values = new VarBytes();
  private readonly validity = new ValidityWriter();

  constructor(type: DataType) {
    this.type = type;
  }

  get byteLength(): number {
    return this.values.byteLength;
  }

  append(view: VectorView, from: number, to: number): void {
    const validity = view.validity();
    this.validity.append(validity, from, to);
    const raw = view.data(16);
    const words = new Uint32Array(raw.buffer, raw.byteOffset, 4 * view.size);
    const { content } = this.values;
    const ends = this.values.reserveEnds(to - from);
    const first = content.length;
    let end = first;
    for (let i = from; i < to; i++) {
      const there = validity === undefined || validity[i >> 3]! & (1 << (i & 7));
      if (there) end += words[4 * i]!;
      ends[i - from] = end;
    }
    content.reserve(end - first);
    content.length = end;
    const long = new LongStrings(view, content.bytes);
    for (let i = from, start = first; i < to; i++) {
      const stop = ends[i - from]!;
      const size = stop - start;
      if (size > INLINE)
        long.add(words[4 * i + 2]! + words[4 * i + 3]! * 0x1_0000_0000, size, start);
      else copyShort(raw, 16 * i + 4, content.bytes, start, size);
      start = stop;
    }
    long.flush();
  }

  finish(): Data {
    return columnData(this.type, { ...this.values.take(), ...this.validity.take() });
  }
}

/**
 * Copies strings from where they lie in DuckDB's memory. A call costs more than the bytes it brings, so strings that
 * lie close together come with one. The bytes between two strings are read with them: there are so few that they
 * are on the same memory pages.
 */
class LongStrings {
  private readonly view: VectorView;
  private readonly target: Uint8Array;
  private readonly pointer = new Uint32Array(2);
  private starts: number[] = [];
  private sizes: number[] = [];
  private places: number[] = [];
  private low = 0;
  private high = 0;

  constructor(view: VectorView, target: Uint8Array) {
    this.view = view;
    this.target = target;
  }

  add(start: number, size: number, place: number): void {
    const end = start + size;
    const near = start <= this.high + GAP && end >= this.low - GAP;
    const low = Math.min(this.low, start);
    const high = Math.max(this.high, end);
    if (this.starts.length > 0 && near && high - low <= MAX_RUN) {
      this.low = low;
      this.high = high;
    } else {
      this.flush();
      this.low = start;
      this.high = end;
    }
    this.starts.push(start);
    this.sizes.push(size);
    this.places.push(place);
  }

  flush(): void {
    const { starts, sizes, places, low, high, target } = this;
    if (starts.length === 0) return;
    this.pointer[0] = low % 0x1_0000_0000;
    this.pointer[1] = Math.floor(low / 0x1_0000_0000);
    const run = this.view.bindings.get_data_from_pointer(this.pointer.buffer, 0, high - low);
    for (let k = 0; k < starts.length; k++) {
      const from = starts[k]! - low;
      const size = sizes[k]!;
      if (size < 64) copyShort(run, from, target, places[k]!, size);
      else target.set(run.subarray(from, from + size), places[k]!);
    }
    this.starts = [];
    this.sizes = [];
    this.places = [];
  }
}

function copyShort(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  at: number,
  size: number,
): void {
  for (let k = 0; k < size; k++) target[at + k] = source[from + k]!;
}
