import { defineTable, float64, int64, nullable, toBatch, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { localKeys, parquetEncryption } from "../../src/encryption.ts";
import { bytesAccess, openParquet, type ParquetWriteOptions } from "../../src/parquet.ts";
import { decodePageHeader } from "../../src/parquet/format/page-header.ts";
import { ThriftReader } from "../../src/parquet/format/thrift-reader.ts";
import { encodeFile } from "./tables.ts";

const measured = defineTable("measured", {
  id: int64(),
  some: nullable(int64()),
  text: utf8(),
  ratio: float64(),
});
const ROWS = 45_000;
const rows = Array.from({ length: ROWS }, (_, k) => ({
  id: BigInt(ROWS - k),
  some: k < 20_000 || k % 3 === 0 ? null : BigInt((k * 7919) % 10_007),
  text: k % 2 === 0 ? `${"x".repeat(70)}${k % 97}` : `t ${k % 89}`,
  ratio: k < 20_000 ? Number.NaN : k / 3,
}));

interface Place {
  offset: number;
  bytes: number;
}
interface Chunk {
  columnIndex?: Place;
  offsetIndex?: Place;
}

/** Where the footer says the indexes of each column are. */
function placesOf(file: Uint8Array): Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const start = file.length - 8 - view.getUint32(file.length - 8, true);
  const input = new ThriftReader(file, start);
  const chunks: Chunk[] = [];
  const places = (): void => {
    const at = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    input.struct((id) => {
      if (id >= 4 && id <= 7) at[id] = input.int();
    });
    chunks.push({
      ...(at[5]! > 0 && { offsetIndex: { offset: at[4]!, bytes: at[5]! } }),
      ...(at[7]! > 0 && { columnIndex: { offset: at[6]!, bytes: at[7]! } }),
    });
  };
  input.message((id) => {
    if (id !== 4) return;
    input.list(() =>
      input.struct((field) => {
        if (field === 1) input.list(places);
      }),
    );
  });
  return chunks;
}

function offsetsOf(
  file: Uint8Array,
  { offset }: Place,
): { at: number; bytes: number; row: number }[] {
  const input = new ThriftReader(file, offset);
  const pages: { at: number; bytes: number; row: number }[] = [];
  input.message(() =>
    input.list(() => {
      const page = { at: 0, bytes: 0, row: 0 };
      input.struct((id) => {
        if (id === 1) page.at = input.int();
        else if (id === 2) page.bytes = input.int();
        else page.row = input.int();
      });
      pages.push(page);
    }),
  );
  return pages;
}

function boundsOf(
  file: Uint8Array,
  { offset }: Place,
): { mins: Uint8Array[]; maxes: Uint8Array[]; order: number; nulls: number[] } {
  const input = new ThriftReader(file, offset);
  const found = {
    mins: [] as Uint8Array[],
    maxes: [] as Uint8Array[],
    order: -1,
    nulls: [] as number[],
  };
  input.message((id) => {
    if (id === 2) found.mins = input.list(() => input.binary());
    else if (id === 3) found.maxes = input.list(() => input.binary());
    else if (id === 4) found.order = input.int();
    else if (id === 5) found.nulls = input.list(() => input.int());
  });
  return found;
}

const { bytes: file } = encodeFile(measured, [toBatch(measured, rows)]);

describe("the page index", () => {
  const [id, some, text, ratio] = placesOf(file);

  test("says where each page begins, how long it is and with which row", () => {
    for (const { offsetIndex } of [id!, some!, text!, ratio!]) {
      const pages = offsetsOf(file, offsetIndex!);
      expect(pages.map(({ row }) => row)).toEqual([0, 20_000, 40_000]);
      for (const { at, bytes, row } of pages) {
        const header = decodePageHeader(file, at);
        expect(header.values).toBe(Math.min(20_000, ROWS - row));
        expect(header.contentAt + header.compressedBytes).toBe(at + bytes);
      }
    }
  });

  test("has the bounds and nulls of each page", () => {
    const long = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigInt64LE();
    const ids = boundsOf(file, id!.columnIndex!);
    expect(ids.mins.map(long)).toEqual([25_001n, 5001n, 1n]);
    expect(ids.maxes.map(long)).toEqual([45_000n, 25_000n, 5000n]);
    expect(ids).toMatchObject({ order: 2, nulls: [0, 0, 0] });
    const somes = boundsOf(file, some!.columnIndex!);
    const slices = [0, 20_000, 40_000].map((from) => rows.slice(from, from + 20_000));
    slices.forEach((slice, k) => {
      const values = slice.flatMap((row) => row.some ?? []);
      expect(somes.nulls[k]).toBe(slice.length - values.length);
      if (values.length === 0) return expect([...somes.mins[k]!, ...somes.maxes[k]!]).toEqual([]);
      values.sort((a, b) => Number(a - b));
      expect([long(somes.mins[k]!), long(somes.maxes[k]!)]).toEqual([values[0], values.at(-1)]);
    });
  });

  test("cuts long text to bounds that still hold it", () => {
    const { mins, maxes } = boundsOf(file, text!.columnIndex!);
    [0, 20_000, 40_000].forEach((from, k) => {
      const outside = rows.slice(from, from + 20_000).filter(({ text }) => {
        const bytes = Buffer.from(text);
        return Buffer.compare(mins[k]!, bytes) > 0 || Buffer.compare(maxes[k]!, bytes) < 0;
      });
      expect(outside).toEqual([]);
      expect(maxes[k]!.length).toBeLessThanOrEqual(64);
    });
  });

  test("has no bounds where a page is nothing but NaN, and none at all where it is not wanted", async () => {
    expect(ratio!.columnIndex).toBeUndefined();
    const none = (options: ParquetWriteOptions): Chunk[] =>
      placesOf(encodeFile(measured, [toBatch(measured, rows.slice(0, 10))], options).bytes);
    expect(none({ pageIndex: false })).toEqual([{}, {}, {}, {}]);
    const keys = localKeys({ a: new Uint8Array(16) });
    const encryption = await parquetEncryption({ keys, footerKey: "a", plaintextFooter: true });
    expect(none({ encryption })).toEqual([{}, {}, {}, {}]);
  });
});

test("a page whose checksum is wrong is named, and read where there is none", async () => {
  const read = async (bytes: Uint8Array): Promise<number> => {
    let count = 0;
    const parquet = await openParquet(bytesAccess(bytes), { name: "a.parquet" });
    for await (const batch of parquet.read({ columns: ["id"] })) count += batch.numRows;
    return count;
  };
  const batch = toBatch(measured, rows);
  for (const codec of ["none", "snappy"] as const) {
    for (const checksums of [true, false]) {
      const { bytes } = encodeFile(measured, [batch], { checksums, codec });
      expect(await read(bytes)).toBe(ROWS);
      const second = offsetsOf(bytes, placesOf(bytes)[0]!.offsetIndex!)[1]!;
      // The last byte of the page: packed differences, which any bits are.
      bytes[second.at + second.bytes - 1]! ^= 1;
      if (checksums) {
        await expect(read(bytes)).rejects.toMatchObject({
          code: "LAKE_CORRUPT_PARQUET",
          message: expect.stringMatching(
            /page 1 of column "id" in row group 0 of the Parquet file a\.parquet.*checksum/i,
          ) as string,
        });
      } else if (codec === "none") expect(await read(bytes)).toBe(ROWS);
    }
  }
});
