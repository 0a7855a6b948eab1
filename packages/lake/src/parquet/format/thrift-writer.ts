import { ByteSink } from "./byte-sink.ts";

const encoder = new TextEncoder();

/** Type numbers of the compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/**
 * Writes Thrift structs in the compact protocol. Fields of a struct come in ascending order of their ids; a field whose
 * value is undefined is left out. Source: Thrift, doc/specs/thrift-compact-protocol.md.
 */
export class ThriftWriter {
  readonly sink: ByteSink = new ByteSink();
  private lastId = 0;

  /** A struct that is no field: the whole message, or an item of a list. */
  struct(fields: () => void): void {
    const outer = this.lastId;
    this.lastId = 0;
    fields();
    this.sink.writeByte(0);
    this.lastId = outer;
  }

  structField(id: number, fields: () => void): void {
    this.field(id, STRUCT);
    this.struct(fields);
  }

  bool(id: number, value: boolean | undefined): void {
    if (value !== undefined) this.field(id, value ? TRUE : FALSE);
  }

  byte(id: number, value: number): void {
    this.field(id, BYTE);
    this.sink.writeByte(value);
  }

  i16(id: number, value: number): void {
    this.field(id, I16);
    this.sink.writeZigzag(value);
  }

  i32(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.field(id, I32);
    this.sink.writeZigzag(value);
  }

  i64(id: number, value: number | undefined): void {
    if (value === undefined) return;
    this.field(id, I64);
    this.sink.writeZigzag(value);
  }

  text(id: number, value: string | undefined): void {
    if (value !== undefined) this.binary(id, encoder.encode(value));
  }

  binary(id: number, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    this.field(id, BINARY);
    this.sink.writeVarint(value.length);
    this.sink.writeBytes(value);
  }

  i32List(id: number, values: readonly number[]): void {
    this.listHeader(id, I32, values.length);
    for (const value of values) this.sink.writeZigzag(value);
  }

  i64List(id: number, values: readonly number[]): void {
    this.listHeader(id, I64, values.length);
    for (const value of values) this.sink.writeZigzag(value);
  }

  boolList(id: number, values: readonly boolean[]): void {
    this.listHeader(id, TRUE, values.length);
    for (const value of values) this.sink.writeByte(value ? TRUE : FALSE);
  }

  binaryList(id: number, values: readonly Uint8Array[]): void {
    this.listHeader(id, BINARY, values.length);
    for (const value of values) {
      this.sink.writeVarint(value.length);
      this.sink.writeBytes(value);
    }
  }

  textList(id: number, values: readonly string[]): void {
    this.binaryList(
      id,
      values.map((value) => encoder.encode(value)),
    );
  }

  structList<T>(id: number, items: readonly T[], fields: (item: T) => void): void {
    this.listHeader(id, STRUCT, items.length);
    for (const item of items) this.struct(() => fields(item));
  }

  private listHeader(id: number, type: number, size: number): void {
    this.field(id, LIST);
    if (size < 15) {
      this.sink.writeByte((size << 4) | type);
    } else {
      this.sink.writeByte(0xf0 | type);
      this.sink.writeVarint(size);
    }
  }

  private field(id: number, type: number): void {
    this.sink.writeByte(((id - this.lastId) << 4) | type);
    this.lastId = id;
  }
}
