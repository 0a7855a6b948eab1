import type { Decimal } from "@lakewright/core";
import {
  binary,
  type Columns,
  defineTable,
  int32,
  int64,
  list,
  map,
  nullable,
  type RowInput,
  struct,
  type Table,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { Converted } from "../../src/parquet/format/constants.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { patchElements, patchFooter } from "./patch.ts";
import { decodeRows, encodeFile } from "./tables.ts";

function fileOf<C extends Columns>(columns: C, rows: readonly RowInput<Table<C>>[]): Uint8Array {
  const table = defineTable("t", columns);
  return encodeFile(table, [toBatch(table, rows)]).bytes;
}

const tags = fileOf({ tags: nullable(list(int32())) }, [{ tags: [1, 2] }, { tags: [] }, {}]);
const noAnnotation = { converted: undefined, logical: undefined };

/** The list of the file without its middle level. */
function twoLevels(name: string, list: object): Uint8Array {
  return patchFooter(tags, (file) => ({
    ...file,
    schema: [
      file.schema[0]!,
      { ...file.schema[1]!, ...list },
      { ...file.schema[3]!, name, repetition: 2 },
    ],
    rowGroups: file.rowGroups.map((group) => ({
      ...group,
      chunks: group.chunks.map((chunk) => ({ ...chunk, path: ["tags", name] })),
    })),
  }));
}

describe("the schema of a file", () => {
  it("has lists in two levels, as older writers made them", async () => {
    for (const bytes of [twoLevels("array", {}), twoLevels("tags_tuple", { logical: undefined })]) {
      const file = await openParquet(bytesAccess(bytes));
      expect(file.table.columns.tags).toEqual({
        type: { kind: "list", item: { type: { kind: "int32" }, nullable: false } },
        nullable: true,
      });
      expect(await decodeRows(bytes)).toEqual([{ tags: [1, 2] }, { tags: [] }, { tags: null }]);
    }
  });

  it("takes a repeated field without annotation for a list", async () => {
    const bytes = twoLevels("item", noAnnotation);
    expect(await decodeRows(bytes)).toEqual([
      { tags: { item: [1, 2] } },
      { tags: { item: [] } },
      { tags: null },
    ]);
  });

  it("knows the element of a list from a struct with one field by the name of the group", async () => {
    const rename = (name: string): Uint8Array =>
      patchFooter(tags, (file) => ({
        ...file,
        schema: file.schema.map((e) => (e.name === "list" ? { ...e, name } : e)),
        rowGroups: file.rowGroups.map((group) => ({
          ...group,
          chunks: group.chunks.map((chunk) => ({ ...chunk, path: ["tags", name, "element"] })),
        })),
      }));
    expect((await decodeRows(rename("bag")))[0]).toEqual({ tags: [1, 2] });
    expect((await decodeRows(rename("array")))[0]).toEqual({
      tags: [{ element: 1 }, { element: 2 }],
    });
  });

  it("has maps as older writers annotated them", async () => {
    const rows = [{ m: [["a", 1n]] as [string, bigint][] }, { m: [] }];
    const bytes = fileOf({ m: map(utf8(), int64()) }, rows);
    const outer = { logical: undefined, converted: Converted.MAP_KEY_VALUE };
    expect(await decodeRows(patchElements(bytes, { m: outer }))).toEqual(rows);
    const old = { m: { logical: undefined }, key_value: { converted: Converted.MAP_KEY_VALUE } };
    expect(await decodeRows(patchElements(bytes, old))).toEqual(rows);
    expect(await decodeRows(patchElements(bytes, { m: noAnnotation }))).toEqual([
      { m: { key_value: [{ key: "a", value: 1n }] } },
      { m: { key_value: [] } },
    ]);
  });

  it("reads nanoseconds as microseconds where nothing is lost, and refuses them where it is", async () => {
    const logical = { kind: "timestamp", utc: true, unit: "ns" };
    const asNanos = (values: bigint[]): Uint8Array =>
      patchElements(
        fileOf(
          { at: int64() },
          values.map((at) => ({ at })),
        ),
        { at: { logical } },
      );
    expect(await decodeRows(asNanos([1_000n, -5_000n, 0n]))).toEqual([
      { at: 1n },
      { at: -5n },
      { at: 0n },
    ]);
    await expect(decodeRows(asNanos([1_000n, -5_001n]))).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_PARQUET",
      message: expect.stringMatching(/Column "at" in row group 0.* 999 nanoseconds/) as string,
    });
    const { rowGroups } = await openParquet(bytesAccess(asNanos([-1_500n, 1_500n])));
    expect(rowGroups[0]!.columns[0]).toMatchObject({ min: -2n, max: 2n });
  });

  it("reads decimals of any storage", async () => {
    const logical = { kind: "decimal", precision: 38, scale: 3 };
    const patch = { type: 6, typeLength: undefined, converted: undefined, logical };
    const bytes = (...values: number[]): { d: Uint8Array } => ({ d: Uint8Array.from(values) });
    const rows = [
      bytes(),
      bytes(1),
      bytes(0xff),
      bytes(1, 0),
      bytes(0x80, ...Array(15).fill(0)),
      bytes(0xff, 0xff, ...Array(15).fill(0xff), 0xfe),
    ];
    const read = await decodeRows(patchElements(fileOf({ d: binary() }, rows), { d: patch }));
    const digits = [0n, 1n, -1n, 256n, -(2n ** 127n), -2n];
    expect(read.map(({ d }) => (d as Decimal).unscaled)).toEqual(digits);
    const tooWide = fileOf({ d: binary() }, [bytes(1, ...Array(16).fill(0))]);
    await expect(decodeRows(patchElements(tooWide, { d: patch }))).rejects.toThrow(/17 bytes/);
    const wide = { d: { ...patch, logical: { ...logical, precision: 76 } } };
    await expect(decodeRows(patchElements(tooWide, wide))).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_PARQUET",
    });
  });

  it("refuses numbers that their type does not have", async () => {
    const logical = { kind: "integer", bitWidth: 8, signed: true };
    const bytes = patchElements(fileOf({ a: int32() }, [{ a: 128 }]), { a: { logical } });
    await expect(decodeRows(bytes)).rejects.toThrow(/128 is no int8/);
  });

  it("keeps fields whose names an object would sort", async () => {
    const rows = [{ s: { b: 1, "2": "two", "1": 1n } }];
    const bytes = fileOf({ s: struct({ b: int32(), "2": utf8(), "1": int64() }) }, rows);
    const swap = patchFooter(bytes, (file) => ({
      ...file,
      schema: [0, 1, 4, 3, 2].map((k) => file.schema[k]!),
      rowGroups: file.rowGroups.map((group) => ({
        ...group,
        chunks: [2, 1, 0].map((k) => group.chunks[k]!),
      })),
    }));
    expect(await decodeRows(bytes)).toEqual(rows);
    expect(await decodeRows(swap)).toEqual(rows);
  });

  it("gives field ids by path, and the metadata of the footer", async () => {
    const table = defineTable("t", { a: list(struct({ b: int32() })), m: map(utf8(), int32()) });
    const ids = new Map([
      ["a", 1],
      ["a.element", 2],
      ["a.element.b", 3],
      ["m", 4],
      ["m.key", 5],
      ["m.value", 6],
    ]);
    const metadata = { note: "ü", __proto__x: "" };
    const file = await openParquet(
      bytesAccess(encodeFile(table, [], { fieldIds: ids, metadata }).bytes),
    );
    expect(new Map(file.fieldIds)).toEqual(ids);
    expect(file.metadata).toEqual(metadata);
    expect(file.table.columns).toEqual(table.columns);
  });
});
