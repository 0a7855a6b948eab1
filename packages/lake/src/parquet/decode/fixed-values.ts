import { Encoding, Physical } from "../format/constants.ts";
import { Malformed } from "../format/malformed.ts";
import type { ChunkValues } from "./chunk-values.ts";
import { ByteValues } from "./byte-values.ts";
import type { Cursor } from "./cursor.ts";
import { decodeDelta32, decodeDelta64 } from "./delta.ts";
import { notRead } from "./encodings.ts";
import { pickIndices, readIndices } from "./indices.ts";

/** Values of one width as their bytes, one after another. */
export class FixedValues implements ChunkValues {
  count = 0;
  readonly width: number;
  readonly bytes: Uint8Array;
  private readonly physical: number;
  private dictionary: FixedValues | undefined;

  /** @param capacity - values there may be at most */
  constructor(physical: number, width: number, capacity: number) {
    this.physical = physical;
    this.width = width;
    // Whole words of eight bytes, for the views of all widths.
    this.bytes = new Uint8Array(8 * Math.ceil((width * capacity) / 8));
  }

  readDictionary(cursor: Cursor, count: number): void {
    if (count * this.width > cursor.end - cursor.at)
      throw new Malformed(`a dictionary of ${count} values has ${cursor.end - cursor.at} bytes.`);
    this.dictionary = new FixedValues(this.physical, this.width, count);
    this.dictionary.read(Encoding.PLAIN, cursor, count);
  }

  read(encoding: number, cursor: Cursor, count: number): void {
    const { width, bytes } = this;
    const at = this.count;
    switch (encoding) {
      case Encoding.PLAIN: {
        const from = cursor.take(count * width);
        bytes.set(cursor.bytes.subarray(from, from + count * width), at * width);
        break;
      }
      case Encoding.PLAIN_DICTIONARY:
      case Encoding.RLE_DICTIONARY:
        this.gather(cursor, count);
        break;
      case Encoding.BYTE_STREAM_SPLIT: {
        const from = cursor.take(count * width);
        for (let k = 0; k < width; k++) {
          const stream = from + k * count;
          for (let i = 0, to = at * width + k; i < count; i++, to += width)
            bytes[to] = cursor.bytes[stream + i]!;
        }
        break;
      }
      case Encoding.DELTA_BINARY_PACKED:
        if (this.physical === Physical.INT32) decodeDelta32(cursor, this.words(), at, count);
        else if (this.physical === Physical.INT64) decodeDelta64(cursor, this.words(), at, count);
        else throw notRead(encoding);
        break;
      case Encoding.DELTA_BYTE_ARRAY: {
        const texts = new ByteValues(count);
        texts.read(encoding, cursor, count);
        const isWhole = texts.offsets.every((offset, i) => i > count || offset === i * width);
        if (!isWhole) throw new Malformed(`a value has not the ${width} bytes of its type.`);
        bytes.set(texts.bytes.subarray(0, count * width), at * width);
        break;
      }
      default:
        throw notRead(encoding);
    }
    this.count += count;
  }

  words(): Int32Array {
    return new Int32Array(this.bytes.buffer);
  }

  pick(encoding: number, cursor: Cursor, count: number, places: Int32Array): void {
    const { width } = this;
    switch (encoding) {
      case Encoding.PLAIN:
        this.copy(cursor.bytes.subarray(cursor.take(count * width)), places);
        break;
      case Encoding.PLAIN_DICTIONARY:
      case Encoding.RLE_DICTIONARY: {
        const indices = new Int32Array(places.length);
        pickIndices(cursor, places, count, this.entries().count, indices, 0);
        this.copy(this.entries().bytes, indices);
        break;
      }
      default: {
        const page = new FixedValues(this.physical, width, count);
        page.read(encoding, cursor, count);
        this.copy(page.bytes, places);
      }
    }
    this.count += places.length;
  }

  /** Values of others, by index. */
  private copy(from: Uint8Array, indices: Int32Array): void {
    const { width, bytes } = this;
    let to = this.count * width;
    for (const index of indices) {
      const start = index * width;
      for (let k = 0; k < width; k++) bytes[to++] = from[start + k]!;
    }
  }

  private entries(): FixedValues {
    if (!this.dictionary) throw new Malformed("a page needs a dictionary, and there is none.");
    return this.dictionary;
  }

  private gather(cursor: Cursor, count: number): void {
    const { width } = this;
    const dictionary = this.entries();
    const indices = new Int32Array(count);
    readIndices(cursor, count, dictionary.count, indices, 0);
    if (width === 4) {
      const from = dictionary.words();
      const to = this.words();
      for (let i = 0, at = this.count; i < count; i++, at++) to[at] = from[indices[i]!]!;
    } else if (width === 8) {
      const from = dictionary.words();
      const to = this.words();
      for (let i = 0, at = 2 * this.count; i < count; i++, at += 2) {
        const index = 2 * indices[i]!;
        to[at] = from[index]!;
        to[at + 1] = from[index + 1]!;
      }
    } else {
      const from = dictionary.bytes;
      const to = this.bytes;
      for (let i = 0, at = this.count * width; i < count; i++) {
        const start = indices[i]! * width;
        for (let k = 0; k < width; k++) to[at++] = from[start + k]!;
      }
    }
  }
}
