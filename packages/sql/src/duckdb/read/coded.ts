import { type Data, Dictionary, Int32, makeVector, Utf8, type Vector } from "apache-arrow";
import { columnData } from "@lakewright/core";
import { ValidityWriter } from "../../shared/columns/bits.ts";
import { GrowingBytes } from "../../shared/columns/growing.ts";
import type { ColumnSink } from "./sink.ts";
import { VarBytes } from "./text.ts";
import type { VectorView } from "./view.ts";

const encoder = new TextEncoder();

/** ENUM: codes into its values. */
export class EnumSink implements ColumnSink {
  private readonly type = new Dictionary(new Utf8(), new Int32());
  private readonly width: 1 | 2 | 4;
  private readonly dictionary: Vector<Utf8>;
  private readonly codes = new GrowingBytes();
  private readonly validity = new ValidityWriter();

  constructor(values: readonly string[]) {
    this.width = enumWidth(values);
    this.dictionary = makeVector(textData(values.map((value) => encoder.encode(value))));
  }

  get byteLength(): number {
    return this.codes.length;
  }

  append(view: VectorView, from: number, to: number): void {
    this.validity.append(view.validity(), from, to);
    const source = codesOf(view, this.width);
    this.codes.reserve(4 * (to - from));
    const out = new Int32Array(this.codes.bytes.buffer, this.codes.length, to - from);
    const last = Math.max(this.dictionary.length - 1, 0);
    // The code of a null is whatever was in memory.
    for (let i = from; i < to; i++) out[i - from] = Math.min(source[i]!, last);
    this.codes.length += 4 * (to - from);
  }

  finish(): Data {
    const bytes = this.codes.take();
    const data = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const { dictionary } = this;
    return columnData(this.type, {
      length: data.length,
      data,
      dictionary,
      ...this.validity.take(),
    });
  }
}

/** Text that is spelled from a code or a number a row: ENUM inside a list or struct, UUID. */
export class SpelledSink implements ColumnSink {
  private readonly spell: (view: VectorView, index: number) => Uint8Array;
  private readonly values = new VarBytes();
  private readonly validity = new ValidityWriter();

  constructor(spell: (view: VectorView, index: number) => Uint8Array) {
    this.spell = spell;
  }

  get byteLength(): number {
    return this.values.byteLength;
  }

  append(view: VectorView, from: number, to: number): void {
    const validity = view.validity();
    this.validity.append(validity, from, to);
    const ends = this.values.reserveEnds(to - from);
    const { content } = this.values;
    for (let i = from; i < to; i++) {
      if (validity === undefined || validity[i >> 3]! & (1 << (i & 7)))
        content.push(this.spell(view, i));
      ends[i - from] = content.length;
    }
  }

  finish(): Data {
    return columnData(new Utf8(), { ...this.values.take(), ...this.validity.take() });
  }
}

/** The text of an ENUM's value. */
export function enumSpelling(
  values: readonly string[],
): (view: VectorView, index: number) => Uint8Array {
  const width = enumWidth(values);
  const texts = values.map((value) => encoder.encode(value));
  return (view, i) => texts[codesOf(view, width)[i]!]!;
}

/** The text of a UUID, which is stored as a 128-bit integer with its first bit flipped. */
export function uuidSpelling(view: VectorView, i: number): Uint8Array {
  const bytes = view.data(16);
  const text = new Uint8Array(36);
  for (let k = 0, at = 0; k < 16; k++) {
    const byte = bytes[16 * i + 15 - k]! ^ (k === 0 ? 0x80 : 0);
    if (k === 4 || k === 6 || k === 8 || k === 10) text[at++] = 0x2d;
    text[at++] = HEX[byte >> 4]!;
    text[at++] = HEX[byte & 15]!;
  }
  return text;
}

const HEX = encoder.encode("0123456789abcdef");

function enumWidth(values: readonly string[]): 1 | 2 | 4 {
  return values.length < 256 ? 1 : values.length < 65_536 ? 2 : 4;
}

function codesOf(view: VectorView, width: 1 | 2 | 4): ArrayLike<number> {
  const bytes = view.data(width);
  const Codes = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
  return new Codes(bytes.buffer, bytes.byteOffset, view.size);
}

function textData(texts: readonly Uint8Array[]): Data<Utf8> {
  const values = new VarBytes();
  const ends = values.reserveEnds(texts.length);
  texts.forEach((text, k) => {
    values.content.push(text);
    ends[k] = values.content.length;
  });
  return columnData(new Utf8(), { ...values.take(), nullCount: 0 }) as Data<Utf8>;
}
