import { defineTable, int64, type Row, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { extract, full } from "@lakewright/warehouse/extract";
import { expect, it } from "vitest";
import { sourceIn } from "./extraction.ts";

const numbered = defineTable("numbered", { id: int64(), text: utf8() });
const named = defineTable("named", { code: utf8(), n: int64() });

/** What reading in ranges promises. */
export function parallelSuite(engine: () => SqlEngine, schema: () => string): void {
  it.each([
    ["dense", (k: number) => BigInt(k)],
    ["negative", (k: number) => BigInt(k - 500)],
    ["full of gaps", (k: number) => BigInt(k) ** 5n],
    ["beyond 2^53", (k: number) => 2n ** 60n + BigInt(k)],
  ])("reads every row once where keys are %s", async (_, key) => {
    const source = await sourceIn(engine(), schema(), numbered, ["id"]);
    const rows = Array.from({ length: 1000 }, (_, k) => ({ id: key(k), text: `t${k}` }));
    await engine().load(source.path, numbered, rows);
    for (const connections of [2, 5]) {
      const extraction = extract(engine(), source, { strategy: full(), connections });
      const found = await Array.fromAsync(extraction.rows());
      expect(found.sort((a, b) => (a["id"]! < b["id"]! ? -1 : 1))).toEqual(rows);
    }
  });

  it.each([0, 1, 3, 2000])("reads a table of %i texts", async (count) => {
    const source = await sourceIn(engine(), schema(), named, ["code"]);
    const rows = Array.from({ length: count }, (_, k) => ({
      code: `${["é", "Z", "a", "_", "É", "z"][k % 6]!}${k}`,
      n: BigInt(k),
    }));
    await engine().load(source.path, named, rows);
    const extraction = extract(engine(), source, { strategy: full(), connections: 3 });
    const found = (await Array.fromAsync(extraction.rows())) as Row<typeof named>[];
    expect(found.sort((a, b) => Number(a.n - b.n))).toEqual(rows);
  });

  it("stops its connections when the reader leaves, and says what failed", async () => {
    const source = await sourceIn(engine(), schema(), numbered, ["id"]);
    const rows = Array.from({ length: 5000 }, (_, k) => ({ id: BigInt(k), text: "x" }));
    await engine().load(source.path, numbered, rows);
    const options = { strategy: full(), connections: 4, batchRows: 10 };
    for await (const batch of extract(engine(), source, options)) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    const broken = { ...source, path: [schema(), "missing"] };
    await expect(Array.fromAsync(extract(engine(), broken, options))).rejects.toMatchObject({
      code: "SQL_QUERY_FAILED",
    });
    expect(await Array.fromAsync(extract(engine(), source, options).rows())).toHaveLength(5000);
  });
}
