import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cursor } from "../../src/parquet/decode/cursor.ts";
import { decodeDelta32, decodeDelta64 } from "../../src/parquet/decode/delta.ts";
import { ByteValues } from "../../src/parquet/decode/byte-values.ts";
import { Encoding } from "../../src/parquet/format/constants.ts";

/** Differences as the format's document has them, one bit at a time on bigints. */
function encode(
  values: readonly bigint[],
  bits: 32 | 64,
  block: number,
  parts: number,
): Uint8Array {
  const out: number[] = [];
  const varint = (value: bigint): void => {
    for (; value > 127n; value >>= 7n) out.push(Number(value & 127n) | 128);
    out.push(Number(value));
  };
  const zigzag = (value: bigint): void =>
    varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  varint(BigInt(block));
  varint(BigInt(parts));
  varint(BigInt(values.length));
  zigzag(values[0] ?? 0n);
  const deltas = values.slice(1).map((value, i) => BigInt.asIntN(bits, value - values[i]!));
  for (let at = 0; at < deltas.length; at += block) {
    const here = deltas.slice(at, at + block);
    const min = here.reduce((a, b) => (b < a ? b : a));
    zigzag(min);
    const rest = here.map((delta) => BigInt.asUintN(bits, delta - min));
    const size = block / parts;
    const groups = Array.from({ length: parts }, (_, k) => rest.slice(k * size, (k + 1) * size));
    const widths = groups.map((group) =>
      Math.max(0, ...group.map((v) => (v === 0n ? 0 : v.toString(2).length))),
    );
    out.push(...widths);
    groups.forEach((group, k) => {
      if (group.length === 0) return;
      const text = Array.from({ length: size }, (_, i) =>
        (group[i] ?? 0n).toString(2).padStart(widths[k]!, "0"),
      )
        .map((digits) => (widths[k] === 0 ? "" : digits))
        .reverse()
        .join("");
      for (let end = text.length; end > 0; end -= 8)
        out.push(parseInt(text.slice(Math.max(0, end - 8), end), 2));
    });
  }
  return Uint8Array.from(out);
}

const shapes = fc.constantFrom([128, 4], [128, 1], [256, 8], [1024, 32]) as fc.Arbitrary<
  [number, number]
>;

describe("differences", () => {
  it("of 32-bit integers come out as they went in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer(), fc.integer({ min: -9, max: 9 })), { maxLength: 700 }),
        shapes,
        (values, [block, parts]) => {
          const cursor = new Cursor(encode(values.map(BigInt), 32, block, parts));
          const out = new Int32Array(values.length);
          decodeDelta32(cursor, out, 0, values.length);
          expect([...out]).toEqual(values);
          expect(cursor.at).toBe(cursor.end);
        },
      ),
    );
  });

  it("of 64-bit integers come out as they went in", () => {
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const value = fc.oneof(
      long,
      fc.bigInt({ min: -9n, max: 9n }),
      fc.bigInt({ min: -(2n ** 34n), max: 2n ** 34n }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(value, { maxLength: 500 }),
          fc.array(fc.bigInt({ min: 0n, max: 99n }), { maxLength: 500 }),
        ),
        shapes,
        (values, [block, parts]) => {
          const cursor = new Cursor(encode(values, 64, block, parts));
          const out = new Int32Array(2 * values.length);
          decodeDelta64(cursor, out, 0, values.length);
          expect([...new BigInt64Array(out.buffer)]).toEqual(values);
          expect(cursor.at).toBe(cursor.end);
        },
      ),
    );
  });

  it("of texts to the ones before come out as they went in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "b", "é"), maxLength: 12 }), {
          maxLength: 300,
        }),
        (texts) => {
          const bytes = texts.map((text) => Buffer.from(text));
          const prefixes = bytes.map((b, i) => {
            const before = bytes[i - 1] ?? Buffer.alloc(0);
            let k = 0;
            while (k < b.length && k < before.length && b[k] === before[k]) k++;
            return k;
          });
          const page = Buffer.concat([
            encode(prefixes.map(BigInt), 32, 128, 4),
            encode(
              bytes.map((b, i) => BigInt(b.length - prefixes[i]!)),
              32,
              128,
              4,
            ),
            ...bytes.map((b, i) => b.subarray(prefixes[i])),
          ]);
          const values = new ByteValues(texts.length);
          values.read(Encoding.DELTA_BYTE_ARRAY, new Cursor(page), texts.length);
          const read = texts.map((_, i) =>
            Buffer.from(values.bytes.subarray(values.offsets[i], values.offsets[i + 1])).toString(),
          );
          expect(read).toEqual(texts);
        },
      ),
    );
  });

  it("are refused where they are of another number of values, or of no blocks", () => {
    const page = encode([1n, 2n, 3n], 32, 128, 4);
    expect(() => decodeDelta32(new Cursor(page), new Int32Array(2), 0, 2)).toThrow(
      /3 values where 2/,
    );
    expect(() =>
      decodeDelta32(new Cursor(Uint8Array.of(7, 0, 1, 0)), new Int32Array(1), 0, 1),
    ).toThrow(/blocks of 7/);
  });
});
