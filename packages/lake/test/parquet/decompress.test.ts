import { brotliCompressSync, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { compressors } from "hyparquet-compressors";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { compressSnappy } from "../../src/parquet/codec/snappy-compress.ts";
import { decompressorOf } from "../../src/parquet/codec/decompress.ts";
import { ByteSink } from "../../src/parquet/format/byte-sink.ts";
import { Codec } from "../../src/parquet/format/constants.ts";

/** Bytes with something to compress: pieces that come again. */
const content = fc
  .tuple(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1 }), fc.array(fc.nat()))
  .map(([pieces, order]) =>
    Uint8Array.from(Buffer.concat(order.map((k) => pieces[k % pieces.length]!))),
  );

function snappy(input: Uint8Array): Uint8Array {
  const sink = new ByteSink();
  compressSnappy(input, sink);
  return sink.take();
}

describe("decompression", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("undoes our Snappy, as another implementation does", async () => {
    const decompress = await decompressorOf(Codec.SNAPPY);
    fc.assert(
      fc.property(content, (input) => {
        const output = decompress(snappy(input), input.length);
        expect(Buffer.compare(output, input)).toBe(0);
        if (input.length > 0)
          expect(Buffer.compare(compressors.SNAPPY!(snappy(input), input.length), input)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  const large = Buffer.from("lakehouse ".repeat(5000));
  it.each([
    ["GZIP", gzipSync],
    ["BROTLI", brotliCompressSync],
    ["ZSTD", zstdCompressSync],
  ] as const)("of %s works with node:zlib and without", async (name, compress) => {
    for (const runtime of ["node", "browser"]) {
      if (runtime === "browser") vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
      const decompress = await decompressorOf(Codec[name]);
      const compressed = compress(large);
      expect(Buffer.compare(decompress(compressed, large.length), large)).toBe(0);
      expect(decompress(new Uint8Array(0), 0)).toHaveLength(0);
      if (runtime === "node") expect(() => decompress(compressed, large.length - 1)).toThrow();
      expect(() =>
        decompress(compressed.subarray(0, compressed.length >> 1), large.length),
      ).toThrow();
    }
  });

  it("of gzip takes files of several members", async () => {
    const decompress = await decompressorOf(Codec.GZIP);
    const twice = Buffer.concat([gzipSync("ab"), gzipSync("cd")]);
    expect(Buffer.from(decompress(twice, 4)).toString()).toBe("abcd");
    expect(() => decompress(deflateRawSync("ab"), 2)).toThrow();
  });

  // A block by hand: the literals "abc", then 9 bytes from 3 back.
  const block = Uint8Array.of(0x35, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x64);
  it("of LZ4 takes bare blocks and those with sizes in front", async () => {
    const raw = await decompressorOf(Codec.LZ4_RAW);
    const old = await decompressorOf(Codec.LZ4);
    const text = "abcabcabcabcd";
    const framed = Uint8Array.of(0, 0, 0, 13, 0, 0, 0, 8, ...block);
    expect(Buffer.from(raw(block, 13)).toString()).toBe(text);
    expect(Buffer.from(old(block, 13)).toString()).toBe(text);
    expect(Buffer.from(old(framed, 13)).toString()).toBe(text);
    const two = Uint8Array.of(...framed, ...framed);
    expect(Buffer.from(old(two, 26)).toString()).toBe(text + text);
    expect(() => raw(block, 12)).toThrow(/LZ4/);
    expect(() => raw(block.subarray(0, 5), 13)).toThrow(/LZ4/);
    expect(() => raw(block, 2 ** 30)).toThrow(/LZ4/);
  });

  it("of LZO is refused by name", async () => {
    await expect(decompressorOf(Codec.LZO)).rejects.toThrow(/LZO/);
  });
});
