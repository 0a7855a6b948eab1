import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineTable, int64 } from "@lakewright/core";
import { afterAll, describe, expect, it } from "vitest";
import { LakeError } from "../../src/errors.ts";
import { fileBytes } from "../../src/node.ts";
import { readNdjson } from "../../src/text.ts";
import { allRows } from "./reading.ts";

const folder = mkdtempSync(join(tmpdir(), "lakewright-file-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const counted = defineTable("counted", { n: int64() });
const ROWS = 60_000;
const file = join(folder, "rows.ndjson");
writeFileSync(file, Array.from({ length: ROWS }, (_, n) => `{"n":${n}}\n`).join(""));

describe("the bytes of a file", () => {
  it("are read whole, by path and by URL, over many pieces", async () => {
    for (const path of [file, pathToFileURL(file)]) {
      const rows = await allRows(readNdjson(fileBytes(path), counted), counted);
      expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: ROWS }, (_, n) => n));
    }
  });

  it("are none of an empty file", async () => {
    const empty = join(folder, "empty.csv");
    writeFileSync(empty, "");
    expect(await Array.fromAsync(fileBytes(empty))).toEqual([]);
  });

  it("leave no file open behind a loop that is left", async () => {
    if (process.platform !== "linux") return console.warn("Skipped: only Linux lists open files.");
    const before = readdirSync("/proc/self/fd").length;
    for await (const piece of fileBytes(file)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(readdirSync("/proc/self/fd")).toHaveLength(before);
  });

  it.each([
    ["that is missing", "absent.csv", "LAKE_STORE_NOT_FOUND"],
    ["that is a folder", "", "LAKE_STORE_FAILED"],
  ])("are an error of the lake for a file %s", async (_, name, code) => {
    const failure = await Array.fromAsync(fileBytes(join(folder, name))).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(LakeError);
    expect(failure).toMatchObject({ code });
  });

  it("pass on what the reader of the loop throws", async () => {
    const read = async (): Promise<void> => {
      for await (const _ of fileBytes(file)) throw new RangeError("mine");
    };
    await expect(read()).rejects.toThrow(new RangeError("mine"));
  });
});
