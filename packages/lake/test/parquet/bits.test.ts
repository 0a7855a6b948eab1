import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackBits } from "../../src/parquet/decode/bit-unpack.ts";
import { packBits } from "../../src/parquet/encode/bit-pack.ts";
import { bytesExtremes } from "../../src/parquet/encode/byte-extremes.ts";
import { ByteSink } from "../../src/parquet/format/byte-sink.ts";

describe("bit packing", () => {
  it("puts every bit where the format wants it, in every width", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 70 }),
        (width, numbers) => {
          const values = numbers.map((value) => value % 2 ** width);
          const sink = new ByteSink(8);
          sink.writeByte(9);
          packBits(sink, Int32Array.from(values), 0, values.length, width);
          const packed = sink.take();
          // The format's own words: value after value, lowest bit first, padded to eight values.
          const text = values.map((value) => [...value.toString(2).padStart(width, "0")].reverse());
          const bits = text.flat().map(Number);
          const bytes = new Array<number>(Math.ceil(values.length / 8) * width).fill(0);
          bits.forEach((bit, k) => (bytes[k >> 3]! |= bit << (k & 7)));
          expect([...packed]).toEqual([9, ...bytes]);
          const out = new Uint32Array(values.length);
          unpackBits(packed, 1, width, out, 0, values.length);
          expect([...out]).toEqual(values);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the extremes of byte strings", () => {
  it("are those that Buffer.compare finds", () => {
    const alphabet = fc.constantFrom(0, 1, 127, 128, 255);
    const text = fc.array(alphabet, { maxLength: 7 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
        const offsets = new Int32Array(texts.length + 1);
        texts.forEach(({ length }, i) => (offsets[i + 1] = offsets[i]! + length));
        const { min, max } = bytesExtremes(Buffer.concat(texts), offsets, texts.length);
        const sorted = texts.toSorted(Buffer.compare);
        expect([Buffer.from(min), Buffer.from(max)]).toEqual([sorted[0], sorted.at(-1)]);
      }),
      { numRuns: 500 },
    );
  });
});
