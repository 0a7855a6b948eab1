import fc from "fast-check";
import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { crc32 } from "../../src/parquet/codec/crc32.ts";
import { readDeletionVector } from "../../src/delta/deletion-vector/read.ts";
import { readRoaring } from "../../src/delta/deletion-vector/roaring.ts";
import { decodeZ85 } from "../../src/delta/deletion-vector/z85.ts";
import { memoryStore } from "../../src/store/memory.ts";

const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString("hex");

describe("Z85", () => {
  test("decodes the vector of PROTOCOL.md", () => {
    expect(hex(decodeZ85("^-aqEH.-t@S}K{vb[*k^"))).toBe("d2c639aa8816431aaaf6d3fe2512ff61");
  });
  test("decodes the vector of ZeroMQ RFC 32", () => {
    expect(hex(decodeZ85("HelloWorld"))).toBe("864fd26fb559f75b");
  });
  test("decodes the padding of the Rust crate", () => {
    expect(hex(decodeZ85("##093"))).toBe("0300");
  });
  test.each(["abcd", "ab\u00e9cd", "%nSc1"])("refuses %j", (text) => {
    expect(decodeZ85(text)).toBeUndefined();
  });
});

/** A bitmap as the specification of the Roaring format writes it, container kinds by what is asked. */
function roaring(values: readonly number[], runs: boolean): Uint8Array {
  const containers = Map.groupBy(values, (value) => value >>> 16);
  const keys = [...containers.keys()].sort((a, b) => a - b);
  const out: number[] = [];
  const u16 = (n: number): unknown => out.push(n & 0xff, n >>> 8);
  const u32 = (n: number): unknown =>
    out.push(n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff, n >>> 24);
  if (runs) {
    u32(((keys.length - 1) << 16) | 12_347);
    for (let i = 0; i < (keys.length + 7) >> 3; i++) out.push(0xff);
  } else {
    u32(12_346);
    u32(keys.length);
  }
  for (const key of keys) {
    u16(key);
    u16(containers.get(key)!.length - 1);
  }
  if (!runs || keys.length >= 4) for (const _ of keys) u32(0);
  for (const key of keys) {
    const low = containers.get(key)!.map((value) => value & 0xffff);
    if (runs) {
      const list: [number, number][] = [];
      for (const value of low) {
        const last = list.at(-1);
        if (last && last[0] + last[1] + 1 === value) last[1]++;
        else list.push([value, 0]);
      }
      u16(list.length);
      for (const [start, length] of list) {
        u16(start);
        u16(length);
      }
    } else if (low.length <= 4096) {
      for (const value of low) u16(value);
    } else {
      const bits = new Uint8Array(8192);
      for (const value of low) bits[value >> 3]! |= 1 << (value & 7);
      out.push(...bits);
    }
  }
  return Uint8Array.from(out);
}

describe("Roaring bitmaps", () => {
  test.each([false, true])("reads what the format's rules write (runs: %s)", (withRuns) => {
    const value = fc.oneof(
      fc.nat({ max: 200 }),
      fc.nat({ max: 400_000 }),
      fc.constant(0xffff_ffff),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(value, { minLength: 1, maxLength: 50 }),
        fc.boolean(),
        (values, dense) => {
          const all = dense
            ? [...values, ...Array.from({ length: 5000 }, (_, i) => 500_000 + 2 * i)]
            : values;
          const sorted = [...new Set(all)].sort((a, b) => a - b);
          const bytes = roaring(sorted, withRuns);
          const read: number[] = [];
          expect(readRoaring(bytes, 0, 0, read)).toBe(bytes.length);
          expect(read).toEqual(sorted);
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

describe("deletion vectors", () => {
  const inline = {
    storageType: "i",
    pathOrInlineDv: "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
    sizeInBytes: 44,
    cardinality: 6,
  };

  test("reads an inline one of PROTOCOL.md's corpus", async () => {
    expect([...(await readDeletionVector(memoryStore(), inline))]).toEqual([3, 4, 7, 11, 18, 29]);
  });

  test("reads one of a file, and notices a wrong checksum, size or count", async () => {
    const store = memoryStore();
    const data = decodeZ85(inline.pathOrInlineDv)!.subarray(0, 44);
    const framed = new Uint8Array(1 + 4 + 44 + 4);
    const view = new DataView(framed.buffer);
    framed[0] = 1;
    view.setUint32(1, 44);
    framed.set(data, 5);
    view.setUint32(49, zlibCrc32(data));
    const path = "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin";
    await store.put(path, framed);
    const vector = {
      storageType: "u",
      pathOrInlineDv: "ab^-aqEH.-t@S}K{vb[*k^",
      offset: 1,
      sizeInBytes: 44,
      cardinality: 6,
    };
    expect([...(await readDeletionVector(store, vector))]).toEqual([3, 4, 7, 11, 18, 29]);
    const code = "LAKE_CORRUPT_LOG";
    await expect(readDeletionVector(store, { ...vector, cardinality: 5 })).rejects.toMatchObject({
      code,
    });
    await expect(readDeletionVector(store, { ...vector, sizeInBytes: 40 })).rejects.toMatchObject({
      code,
    });
    framed[20]! ^= 1;
    await store.put(path, framed);
    await expect(readDeletionVector(store, vector)).rejects.toThrow(/checksum/);
    await store.delete(path);
    await expect(readDeletionVector(store, vector)).rejects.toThrow(/missing/);
  });

  test("refuses the older format printed as an example in PROTOCOL.md", async () => {
    const old = {
      ...inline,
      pathOrInlineDv: "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
      sizeInBytes: 40,
    };
    await expect(readDeletionVector(memoryStore(), old)).rejects.toMatchObject({
      code: "LAKE_CORRUPT_LOG",
    });
  });
});

test("CRC-32 is zlib's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
});
