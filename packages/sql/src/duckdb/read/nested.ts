import { type Data, type DataType, Field, List, Map_, Struct } from "apache-arrow";
import { columnData } from "@lakewright/core";
import { ValidityWriter } from "../../shared/columns/bits.ts";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import type { ColumnSink } from "./sink.ts";
import type { VectorView } from "./view.ts";

/** LIST and MAP: (offset, length) a row into a child vector, which Arrow wants without holes and in order. */
export class ListSink implements ColumnSink {
  private readonly item: ColumnSink;
  private readonly typeOf: (item: DataType) => DataType;
  private readonly offsets = new GrowingBytes();
  private readonly validity = new ValidityWriter();
  private end = 0;

  /** `asMap`: the items are structs of a key and a value. */
  constructor(item: ColumnSink, asMap: boolean) {
    this.item = item;
    this.typeOf = asMap
      ? (type) => new Map_(new Field("entries", type as Struct, false) as never)
      : (type) => new List(new Field("element", type, true));
  }

  get byteLength(): number {
    return this.offsets.length + this.item.byteLength;
  }

  append(view: VectorView, from: number, to: number): void {
    const validity = view.validity();
    this.validity.append(validity, from, to);
    const bytes = view.data(16);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 4 * view.size);
    const child = view.listChild();
    this.offsets.reserve(4 * (to - from));
    const out = new Int32Array(this.offsets.bytes.buffer, this.offsets.length, to - from);
    let runFrom = 0;
    let runTo = 0;
    for (let i = from; i < to; i++) {
      const there = validity === undefined || validity[i >> 3]! & (1 << (i & 7));
      const size = there ? words[4 * i + 2]! : 0;
      if (size > 0) {
        const start = words[4 * i]!;
        if (start !== runTo) {
          if (runTo > runFrom) this.item.append(child, runFrom, runTo);
          runFrom = start;
        }
        runTo = start + size;
        this.end += size;
      }
      out[i - from] = this.end;
    }
    if (runTo > runFrom) this.item.append(child, runFrom, runTo);
    this.offsets.length += 4 * (to - from);
  }

  finish(): Data {
    const bytes = this.offsets.take();
    const length = bytes.length / 4;
    const valueOffsets = new Int32Array(length + 1);
    valueOffsets.set(new Int32Array(bytes.buffer, bytes.byteOffset, length), 1);
    this.end = 0;
    const child = this.item.finish();
    return columnData(this.typeOf(child.type), {
      length,
      valueOffsets,
      child,
      ...this.validity.take(),
    });
  }
}

/** ARRAY: as many items a row as its type says, read as a list. */
export class ArraySink implements ColumnSink {
  private readonly item: ColumnSink;
  private readonly size: number;
  private readonly validity = new ValidityWriter();
  private length = 0;

  constructor(item: ColumnSink, size: number) {
    this.item = item;
    this.size = size;
  }

  get byteLength(): number {
    return this.item.byteLength;
  }

  append(view: VectorView, from: number, to: number): void {
    this.validity.append(view.validity(), from, to);
    this.item.append(view.arrayChild(this.size), from * this.size, to * this.size);
    this.length += to - from;
  }

  finish(): Data {
    const { length, size } = this;
    this.length = 0;
    const valueOffsets = Int32Array.from({ length: length + 1 }, (_, i) => i * size);
    const child = this.item.finish();
    const type = new List(new Field("element", child.type, true));
    return columnData(type, { length, valueOffsets, child, ...this.validity.take() });
  }
}

/** STRUCT; also the entries of a MAP, whose keys are never null. */
export class StructSink implements ColumnSink {
  private readonly names: readonly string[];
  private readonly fields: readonly ColumnSink[];
  private readonly asEntries: boolean;
  private readonly validity = new ValidityWriter();
  private length = 0;

  constructor(names: readonly string[], fields: readonly ColumnSink[], asEntries = false) {
    this.names = names;
    this.fields = fields;
    this.asEntries = asEntries;
  }

  get byteLength(): number {
    return this.fields.reduce((sum, field) => sum + field.byteLength, 0);
  }

  append(view: VectorView, from: number, to: number): void {
    this.validity.append(view.validity(), from, to);
    this.fields.forEach((field, k) => field.append(view.structChild(k), from, to));
    this.length += to - from;
  }

  finish(): Data {
    const { length } = this;
    this.length = 0;
    const children = this.fields.map((field) => field.finish());
    const fields = children.map(
      (child, k) => new Field(this.names[k]!, child.type, !(this.asEntries && k === 0)),
    );
    return columnData(new Struct(fields), { length, children, ...this.validity.take() });
  }
}
