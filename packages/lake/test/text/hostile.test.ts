import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { readCsv, readNdjson } from "../../src/text.ts";
import { allRows, inPieces, utf8Bytes } from "./reading.ts";

const table = defineTable("t", { a: nullable(int64()), s: nullable(utf8()) });

describe("text that is hostile", () => {
  it("may be nested as deep as it likes: the line is rejected, the others are read", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const batches = readNdjson(utf8Bytes(`{"a":1}\n{"s":${deep}}\n{"x":${deep},"a":3}\n`), table, {
      rejects: "collect",
    });
    expect((await allRows(batches, table)).map(({ a }) => a)).toEqual([1n, 3n]);
    expect(batches.rejected).toMatchObject([{ line: 2, reason: "The line is nested too deep." }]);
  });

  it("may have a record of CSV longer than a line may be: lines after it keep their numbers", async () => {
    const lines = Array.from({ length: 3000 }, (_, k) => `${k},value ${k}\n`).join("");
    const text = utf8Bytes(`a,s\n1,"never closed\n${lines}x,bad\n`);
    for (const size of [1, 100, 1000, text.length]) {
      const batches = readCsv(inPieces(text, [size]), table, {
        rejects: "collect",
        maxLineBytes: 1000,
      });
      const rows = await allRows(batches, table);
      expect(rows.length).toBeGreaterThan(2700);
      expect(batches.rejected.map(({ line, text }) => [line, text.slice(0, 5)])).toEqual([
        [2, '1,"ne'],
        [3003, "x,bad"],
      ]);
    }
  });

  it("may end its lines with carriage returns alone: that is an error, and no file without rows", async () => {
    await expect(
      allRows(readCsv(utf8Bytes("a,s\r1,x\r2,y\r"), table), table),
    ).rejects.toMatchObject({
      code: "LAKE_INVALID_TEXT",
      message: expect.stringContaining("carriage returns") as string,
    });
  });

  it("may have bytes that its encoding does not: the line is rejected, and nothing replaced", async () => {
    const text = Uint8Array.of(...utf8Bytes("s\n"), 0x81, 0x0a, 0x83, 0x41, 0x0a);
    const batches = readCsv(text, table, { encoding: "shift_jis", rejects: "collect" });
    expect((await allRows(batches, table)).map(({ s }) => s)).toEqual(["ア"]);
    expect(batches.rejected).toMatchObject([{ line: 2, column: "s" }]);
  });
});
