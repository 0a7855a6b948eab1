import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDeletionVector } from "../../src/delta/deletion-vector/read.ts";
import { DeletionVectorWriter } from "../../src/delta/deletion-vector/write.ts";
import { readRoaring } from "../../src/delta/deletion-vector/roaring.ts";
import { formatRoaring } from "../../src/delta/deletion-vector/roaring-write.ts";
import { looseStats } from "../../src/delta/statistics/loose.ts";
import { decodeZ85, encodeZ85 } from "../../src/delta/deletion-vector/z85.ts";
import { memoryStore } from "../../src/store/memory.ts";

describe("Z85", () => {
  test("encodes the vectors of ZeroMQ RFC 32 and PROTOCOL.md", () => {
    expect(encodeZ85(Uint8Array.from(Buffer.from("864fd26fb559f75b", "hex")))).toBe("HelloWorld");
    const uuid = Uint8Array.from(Buffer.from("d2c639aa8816431aaaf6d3fe2512ff61", "hex"));
    expect(encodeZ85(uuid)).toBe("^-aqEH.-t@S}K{vb[*k^");
  });
  test("gives back what was encoded, filled up to a multiple of four", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const decoded = decodeZ85(encodeZ85(bytes))!;
        expect(decoded.length).toBe(4 * Math.ceil(bytes.length / 4));
        expect(decoded.subarray(0, bytes.length)).toEqual(bytes);
        expect(decoded.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });
});

/** Ascending values that make arrays, bitmaps and runs, in containers near and far. */
const values = fc
  .array(
    fc.record({
      from: fc.oneof(
        fc.nat({ max: 70_000 }),
        fc.integer({ min: 65_530, max: 65_540 }),
        fc.integer({ min: 0, max: 0xffff_0000 }),
      ),
      count: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 20 }) }, fc.nat({ max: 9000 })),
      step: fc.constantFrom(1, 1, 2, 7),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((ranges) => {
    const all = ranges.flatMap(({ from, count, step }) =>
      Array.from({ length: count + 1 }, (_, k) => from + k * step),
    );
    return Uint32Array.from(new Set(all)).sort();
  });

describe("Roaring bitmaps", () => {
  test("hold the values they were made of", () => {
    fc.assert(
      fc.property(values, (values) => {
        const bytes = formatRoaring(values);
        const read: number[] = [];
        expect(readRoaring(bytes, 0, 0, read)).toBe(bytes.length);
        expect(Uint32Array.from(read)).toEqual(values);
      }),
      { numRuns: 150 },
    );
  });
  test.each([
    // cookie and count, key and cardinality, offset, array
    ["few values as an array", [1, 5, 9], 8 + 4 + 4 + 6],
    // cookie, flags, key and cardinality, count of runs, run
    ["a range as a run", Array.from({ length: 60_000 }, (_, k) => k), 4 + 1 + 4 + 2 + 4],
    ["every other value as a bitmap", Array.from({ length: 30_000 }, (_, k) => 2 * k), 16 + 8192],
  ] as const)("keep %s", (_, values, size) => {
    expect(formatRoaring(Uint32Array.from(values)).length).toBe(size);
  });
});

describe("deletion vectors", () => {
  test("are kept in the log where they are small, in the bytes other writers give them", () => {
    const vector = new DeletionVectorWriter().add(Uint32Array.of(3, 4, 7, 11, 18, 29));
    expect(vector).toEqual({
      storageType: "i",
      pathOrInlineDv: "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
      sizeInBytes: 44,
      cardinality: 6,
    });
  });

  test("are read back, several from one file, and from the log", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 4 }), async (lists) => {
        const store = memoryStore();
        const writer = new DeletionVectorWriter();
        const vectors = lists.map((places) => writer.add(places));
        await writer.finish(store);
        for (const [k, vector] of vectors.entries()) {
          const rows = await readDeletionVector(store, vector);
          expect(Uint32Array.from(rows)).toEqual(lists[k]);
        }
        const paths: string[] = [];
        for await (const { path } of store.list("")) paths.push(path);
        expect(paths.length).toBe(vectors.some(({ storageType }) => storageType === "u") ? 1 : 0);
        await writer.discard(store);
        for await (const { path } of store.list("")) expect(path).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});

test("statistics of a file with deleted rows keep their bounds, and say that they may be wide", () => {
  const stats = `{"numRecords":3,"minValues":{"a":12345678901234567.25,"b":9007199254740993},"nullCount":{"a":0}}`;
  expect(looseStats(stats, 3)).toBe(
    `{"numRecords":3,"minValues":{"a":12345678901234567.25,"b":9007199254740993},"nullCount":{"a":0},"tightBounds":false}`,
  );
  expect(looseStats(undefined, 7)).toBe(`{"numRecords":7,"tightBounds":false}`);
  expect(looseStats("[", 7)).toBe(`{"numRecords":7,"tightBounds":false}`);
  expect(looseStats(`{"tightBounds":true,"numRecords":1}`, 2)).toContain(`"tightBounds":false`);
});
