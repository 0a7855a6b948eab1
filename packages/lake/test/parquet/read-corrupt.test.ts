import { defineTable, int32, list, nullable, oneOf, toBatch, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { isLakeError } from "../../src/errors.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { patchFooter } from "./patch.ts";
import { anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

const table = defineTable("t", {
  id: int32(),
  name: nullable(utf8()),
  currency: oneOf(["EUR", "USD"]),
  tags: list(utf8()),
});
const rows = Array.from({ length: 500 }, (_, i) => ({
  id: i * i,
  name: i % 3 ? `name ${i}` : null,
  currency: i % 2 ? "EUR" : "USD",
  tags: [`tag ${i % 7}`],
}));
const { bytes: whole } = encodeFile(table, [toBatch(table, rows as never)]);

describe("damaged bytes", () => {
  it("give rows or a LakeError, whatever byte is changed, and never hang", async () => {
    const read = async (bytes: Uint8Array): Promise<void> => {
      try {
        const file = await openParquet(bytesAccess(bytes));
        for await (const batch of file.read()) expect(batch.numRows).toBeGreaterThan(0);
        const rows = Uint32Array.from({ length: Math.ceil(file.rows / 9) }, (_, k) => 9 * k);
        for await (const batch of file.read({ rows })) expect(batch.numRows).toBeGreaterThan(0);
      } catch (error) {
        if (!isLakeError(error, "LAKE_CORRUPT_PARQUET", "LAKE_UNSUPPORTED_PARQUET")) throw error;
      }
    };
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.constantFrom("none" as const, "snappy" as const),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async ({ table, rows }, cut, codec, changes) => {
          const bytes = encodeFile(table, batchesOf(table, rows, cut), { codec }).bytes;
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          await read(bytes);
        },
      ),
      { numRuns: runs(800) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        await read(bytes);
      }),
      { numRuns: runs(800) },
    );
  }, 120_000);

  it("are refused wherever the file is cut off", async () => {
    for (let size = 0; size < whole.length; size += 37) {
      await expect(openParquet(bytesAccess(whole.subarray(0, size)))).rejects.toMatchObject({
        code: "LAKE_CORRUPT_PARQUET",
      });
    }
  });

  it("are named with file, row group, column and page", async () => {
    const bytes = patchFooter(whole, (file) => ({
      ...file,
      rowGroups: file.rowGroups.map((group) => ({
        ...group,
        chunks: group.chunks.map((chunk, k) =>
          k === 1 ? { ...chunk, dataPageOffset: chunk.dataPageOffset + 1 } : chunk,
        ),
      })),
    }));
    const file = await openParquet(bytesAccess(bytes), { name: "part-0.parquet" });
    await expect(file.read().next()).rejects.toMatchObject({
      code: "LAKE_CORRUPT_PARQUET",
      message: expect.stringMatching(
        /column "name" in row group 0 of the Parquet file part-0\.parquet cannot be decoded/i,
      ) as string,
    });
    expect(await decodeRows(bytes, { columns: ["id"] })).toHaveLength(rows.length);
  });

  it("are not made up for where a store gives fewer bytes than it said", async () => {
    const access = bytesAccess(whole);
    const short = {
      size: whole.length,
      read: async (from: number, to: number) => (await access.read(from, to)).subarray(1),
    };
    await expect(openParquet(short)).rejects.toThrow(/were asked for/);
  });

  it("of other formats and of encrypted files are told apart", async () => {
    const csv = Buffer.from("id,name\n1,a\n2,b\n");
    await expect(openParquet(bytesAccess(csv), { name: "a.csv" })).rejects.toThrow(
      /footer of the Parquet file a\.csv cannot be decoded: it ends in ",b\\n"|a\.csv/,
    );
    const encrypted = Uint8Array.from(whole);
    encrypted.set(Buffer.from("PARE"), whole.length - 4);
    await expect(openParquet(bytesAccess(encrypted))).rejects.toMatchObject({
      code: "LAKE_ENCRYPTED",
    });
  });
});

describe("the options of read", () => {
  it("name the columns there are where one is asked for that is not", async () => {
    await expect(decodeRows(whole, { columns: ["id", "nmae"] })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      hint: expect.stringContaining("id, name, currency, tags") as string,
    });
  });

  it("refuse row groups that are not there and batches of nothing", async () => {
    await expect(decodeRows(whole, { rowGroups: [1] })).rejects.toThrow(/Row group 1 .* has 1/);
    await expect(decodeRows(whole, { batchRows: 0 })).rejects.toThrow(/batchRows is 0/);
  });

  it("stop at an aborted signal between batches", async () => {
    const controller = new AbortController();
    const file = await openParquet(bytesAccess(whole));
    const batches = file.read({ batchRows: 100, signal: controller.signal });
    expect((await batches.next()).value!.numRows).toBe(100);
    controller.abort(new Error("enough"));
    await expect(batches.next()).rejects.toThrow("enough");
  });

  it("read only the bytes of the columns asked for", async () => {
    const access = bytesAccess(whole);
    let asked = 0;
    const counting = {
      size: access.size,
      read: (from: number, to: number): Promise<Uint8Array> => {
        asked += to - from;
        return access.read(from, to);
      },
    };
    const file = await openParquet(counting);
    asked = 0;
    for await (const batch of file.read({ columns: ["currency"] })) expect(batch.numRows).toBe(500);
    expect(asked).toBeLessThan(whole.length / 10);
    for await (const batch of file.read({ columns: [] })) expect(batch.numRows).toBe(500);
  });
});
