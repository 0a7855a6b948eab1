import { Malformed } from "./malformed.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Type numbers of the compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;
const UUID = 13;

const NOTHING = 0;
const DEEPEST = 64;

/**
 * Reads Thrift structs in the compact protocol. Whatever a caller does not read of a struct is skipped, so that fields of
 * later versions of the format do no harm. Source: Thrift, doc/specs/thrift-compact-protocol.md.
 */
export class ThriftReader {
  at: number;
  private readonly bytes: Uint8Array;
  /** Type of the value that comes next; NOTHING once it was read. */
  private next = NOTHING;
  private depth = 0;

  constructor(bytes: Uint8Array, at: number = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A struct that is no field: the whole message. */
  message(field: (id: number) => void): void {
    this.next = STRUCT;
    this.struct(field);
  }

  /** Calls `field` with the id of each field; it reads the value, or leaves it. */
  struct(field: (id: number) => void): void {
    this.expect(STRUCT);
    if (++this.depth > DEEPEST) throw new Malformed("structs are nested too deeply.");
    let id = 0;
    for (;;) {
      const head = this.byte();
      if (head === 0) break;
      const step = head >> 4;
      id = step === 0 ? this.zigzag() : id + step;
      this.next = head & 15;
      field(id);
      if (this.next !== NOTHING) this.skip(this.next, false);
    }
    this.depth--;
    this.next = NOTHING;
  }

  /** The items of a list, one call each. */
  list<T>(item: () => T): T[] {
    this.expect(LIST);
    const { type, size } = this.listHead();
    const items: T[] = [];
    for (let k = 0; k < size; k++) {
      this.next = type;
      items.push(item());
      if (this.next !== NOTHING) this.skip(type, true);
    }
    this.next = NOTHING;
    return items;
  }

  /** An integer of any width; beyond 2^53 it is approximate. */
  int(): number {
    const type = this.next;
    if (type < BYTE || type > I64) throw wrongType(type);
    this.next = NOTHING;
    return type === BYTE ? (this.byte() << 24) >> 24 : this.zigzag();
  }

  bool(): boolean {
    const type = this.next;
    if (type !== TRUE && type !== FALSE) throw wrongType(type);
    this.next = NOTHING;
    return type === TRUE;
  }

  /** Not copied. */
  binary(): Uint8Array {
    this.expect(BINARY);
    this.next = NOTHING;
    const length = this.length();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return decoder.decode(this.binary());
  }

  /** Reads a length and checks that as many bytes are there. The position is then before them. */
  private length(): number {
    const length = this.varint();
    if (length > this.bytes.length - this.at) throw new Malformed("a length leads past the end.");
    return length;
  }

  private expect(type: number): void {
    if (this.next !== type) throw wrongType(this.next);
  }

  private listHead(): { readonly type: number; readonly size: number } {
    const head = this.byte();
    const size = head >> 4 === 15 ? this.varint() : head >> 4;
    // An item takes a byte at least.
    if (size > this.bytes.length - this.at) throw new Malformed("a list leads past the end.");
    return { type: head & 15, size };
  }

  private skip(type: number, inList: boolean): void {
    this.next = NOTHING;
    if (type === TRUE || type === FALSE) this.move(inList ? 1 : 0);
    else if (type === BYTE) this.move(1);
    else if (type <= I64) this.varint();
    else if (type === DOUBLE) this.move(8);
    else if (type === UUID) this.move(16);
    else if (type === BINARY) this.move(this.length());
    else if (type === STRUCT) {
      this.next = STRUCT;
      this.struct(() => {});
    } else if (type === LIST || type === SET) {
      const { type: item, size } = this.listHead();
      this.skipAll(size, () => this.skip(item, true));
    } else if (type === MAP) {
      const size = this.varint();
      if (size === 0) return;
      const types = this.byte();
      this.skipAll(size, () => {
        this.skip(types >> 4, true);
        this.skip(types & 15, true);
      });
    } else throw wrongType(type);
  }

  private skipAll(count: number, skip: () => void): void {
    if (++this.depth > DEEPEST) throw new Malformed("lists are nested too deeply.");
    for (let k = 0; k < count; k++) skip();
    this.depth--;
  }

  private move(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new Malformed("a struct leads past the end.");
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw new Malformed("a struct leads past the end.");
    return this.bytes[this.at++]!;
  }

  private varint(): number {
    let value = 0;
    let factor = 1;
    for (let k = 0; k < 10; k++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw new Malformed("a number has more than ten bytes.");
  }

  private zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function wrongType(type: number): Malformed {
  return new Malformed(`a value of type ${type} stands where another belongs.`);
}
