import {
  batchBuilder,
  conformBatch,
  defineTable,
  float64,
  int32,
  list,
  nullable,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { LakeError } from "../../src/errors.ts";
import { parquetWriter } from "../../src/parquet.ts";
import { encodeFile } from "./tables.ts";

const table = defineTable("t", { id: int32(), name: nullable(utf8()) });
const rows = Array.from({ length: 1000 }, (_, i) => ({ id: i, name: i % 3 ? `name ${i}` : null }));
const builder = batchBuilder(table);

describe("a Parquet writer", () => {
  it("gives out a row group as soon as it is full, and holds no more than one", () => {
    const writer = parquetWriter(table, { rowGroupRows: 250 });
    const first = writer.write(builder.build(rows.slice(0, 200)));
    expect(first.map((chunk) => chunk.length)).toEqual([4]);
    expect(writer.estimatedBytes).toBeGreaterThan(200);
    const next = writer.write(builder.build(rows.slice(200, 800)));
    expect(next).toHaveLength(6);
    expect(writer.rows).toBe(800);
  });

  it("estimates the size of the file within a factor of two once a row group is out", () => {
    const writer = parquetWriter(table, { rowGroupRows: 400 });
    writer.write(builder.build(rows));
    const estimate = writer.estimatedBytes;
    const { bytes } = writer.finish().summary;
    expect(estimate).toBeGreaterThan(bytes / 2);
    expect(estimate).toBeLessThan(bytes * 2);
  });

  it("sums up rows, bytes, nulls and lossless extremes of every leaf", () => {
    const long = "ü".repeat(500);
    const wide = defineTable("t", {
      text: utf8(),
      number: float64(),
      tags: list(nullable(utf8())),
    });
    const batch = toBatch(wide, [
      { text: long, number: NaN, tags: ["a", null] },
      { text: "a", number: -0, tags: [] },
      { text: "", number: -3, tags: ["b"] },
    ]);
    const { bytes, summary } = encodeFile(wide, [batch, batch], { rowGroupRows: 2 });
    expect(summary).toEqual({
      rows: 6,
      bytes: bytes.length,
      columns: [
        { path: ["text"], nullCount: 0, min: "", max: long },
        { path: ["number"], nullCount: 0, nanCount: 2, min: -3, max: 0 },
        { path: ["tags", "element"], nullCount: 4 },
      ],
    });
  });

  it("refuses a null where the table has none, by name", () => {
    const batch = toBatch(defineTable("t", { id: nullable(int32()), name: nullable(utf8()) }), [
      { id: null },
    ]);
    expect(() => encodeFile(table, [batch])).toThrow(
      expect.objectContaining({
        code: "LAKE_SCHEMA_MISMATCH",
        message: expect.stringContaining('"id"'),
      }) as Error,
    );
    const lists = defineTable("t", { tags: list(int32()) });
    const withNull = toBatch(defineTable("t", { tags: list(nullable(int32())) }), [
      { tags: [null] },
    ]);
    expect(() => encodeFile(lists, [withNull])).toThrow(/"tags.element" has a null/);
  });

  it("refuses a batch of another table, and takes it once it conforms", () => {
    const other = toBatch(defineTable("o", { name: utf8(), id: int32() }), [{ id: 1, name: "a" }]);
    expect(() => encodeFile(table, [other])).toThrow(LakeError);
    expect(() => encodeFile(table, [other])).toThrow(/"name" in place of "id"/);
    expect(encodeFile(table, [conformBatch(table, other)]).summary.rows).toBe(1);
    const text = toBatch(defineTable("o", { id: utf8(), name: utf8() }), [{ id: "1", name: "a" }]);
    expect(() => encodeFile(table, [text])).toThrow(/Utf8 in column "id", which is int32/);
  });

  it("refuses options that cannot be, and work after the end", () => {
    expect(() => parquetWriter(table, { rowGroupRows: 0 })).toThrow(/rowGroupRows is 0/);
    expect(() => parquetWriter(table, { codec: "lzo" as never })).toThrow(
      expect.objectContaining({ code: "LAKE_INVALID_OPTION" }) as Error,
    );
    const writer = parquetWriter(table);
    writer.finish();
    expect(() => writer.finish()).toThrow(TypeError);
  });
});
