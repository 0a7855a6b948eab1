import { defineTable, int64 } from "@lakewright/core";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readNdjson } from "../../src/text.ts";
import { allRows, inOneBuffer, inPieces, utf8Bytes } from "./reading.ts";

const table = defineTable("t", { id: int64() });
const part = (from: number): Uint8Array =>
  utf8Bytes(Array.from({ length: 500 }, (_, k) => `{"id":${from + k}}\n`).join(""));
/** With a checksum, without which damage within a block may go unnoticed. */
const zstd = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const ids = (count: number): { id: bigint }[] =>
  Array.from({ length: count }, (_, k) => ({ id: BigInt(k) }));

afterEach(() => void vi.restoreAllMocks());

describe("packed text", () => {
  it.each([
    ["gzip", gzipSync],
    ["zstd", zstd],
  ])("is unpacked from %s, one member after the other", async (name, pack) => {
    const both = Buffer.concat([pack(part(0)), pack(part(500))]);
    for (const size of [1, 7, 100_000]) {
      const found = await allRows(readNdjson(inPieces(both, [size]), table), table);
      expect(found).toEqual(ids(1000));
    }
    if (name === "zstd") {
      const other = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
      const mixed = Buffer.concat([both, other, zstdCompressSync(new Uint8Array(0))]);
      expect(await allRows(readNdjson(mixed, table), table)).toEqual(ids(1000));
    }
    const batches = readNdjson(both, table, { compression: name as "gzip" });
    await allRows(batches, table);
    expect(batches.metrics).toEqual({ bytes: both.length, rows: 1000, rejected: 0 });
  });

  it.each([
    ["gzip", gzipSync],
    ["zstd", zstd],
  ])("that is cut off or damaged is an error: %s", async (name, pack) => {
    const whole = pack(part(0));
    const damaged = Buffer.from(whole);
    damaged[whole.length >> 1]! ^= 0xff;
    for (const bytes of [whole.subarray(0, whole.length - 9), damaged]) {
      await expect(
        allRows(readNdjson(bytes, table, { rejects: () => undefined }), table),
      ).rejects.toMatchObject({
        code: "LAKE_INVALID_TEXT",
        message: expect.stringContaining(`The ${name} that packs the text is damaged`) as string,
      });
    }
  });

  it("is an error where another member follows zeros, at which unpacking stops in silence", async () => {
    const zeros = Buffer.alloc(512);
    const padded = Buffer.concat([gzipSync(part(0)), zeros]);
    const hidden = Buffer.concat([padded, gzipSync(part(500))]);
    for (const size of [1, 100, 100_000]) {
      expect(await allRows(readNdjson(inPieces(padded, [size]), table), table)).toEqual(ids(500));
      await expect(
        allRows(readNdjson(inPieces(hidden, [size]), table), table),
      ).rejects.toMatchObject({ code: "LAKE_INVALID_TEXT" });
    }
  });

  it("may come in one buffer that is filled again and again", async () => {
    const plain = Buffer.concat([utf8Bytes("\ufeff"), part(0), part(500)]);
    for (const bytes of [plain, gzipSync(plain), zstd(plain)]) {
      for (const size of [1, 2, 5, 300]) {
        expect(await allRows(readNdjson(inOneBuffer(bytes, size), table), table)).toEqual(
          ids(1000),
        );
      }
    }
  });

  it("is unpacked by what browsers have where there is no Node", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
    for (const bytes of [gzipSync(part(0)), zstdCompressSync(part(0))]) {
      expect(await allRows(readNdjson(inPieces(bytes, [50]), table), table)).toEqual(ids(500));
    }
  });

  it("passes on what the input failed with, as it is", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(part(0)).subarray(0, 40);
      await Promise.resolve();
      throw new RangeError("the disk is gone");
    }
    await expect(allRows(readNdjson(failing(), table), table)).rejects.toThrow(
      new RangeError("the disk is gone"),
    );
  });
});
