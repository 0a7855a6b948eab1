import {
  binary,
  bool,
  type Column,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  naiveTimestamp,
  nullable,
  timestamp,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTable, memoryStore, openTable } from "../../src/index.ts";
import { dataFiles, textOf } from "./sales.ts";

const byNumber = (rows: readonly Record<string, unknown>[]): Record<string, unknown>[] =>
  rows.toSorted((a, b) => (a["n"] as number) - (b["n"] as number));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// The vectors Spark was seen to write, and PROTOCOL.md, "Partition Value Serialization".
test.each<[Column, unknown, string | null, string, string]>([
  [utf8(), "US/East", "US/East", "p=US%2FEast", "p=US%252FEast"],
  [utf8(), "100%25", "100%25", "p=100%2525", "p=100%252525"],
  [utf8(), "a{b", "a{b", "p=a%7Bb", "p=a%257Bb"],
  [utf8(), "a}b", "a}b", "p=a}b", "p=a%7Db"],
  [utf8(), "hello world", "hello world", "p=hello world", "p=hello%20world"],
  [utf8(), "日本語", "日本語", "p=日本語", "p=日本語"],
  [utf8(), "a<b>c|d", "a<b>c|d", "p=a<b>c|d", "p=a%3Cb%3Ec%7Cd"],
  [utf8(), "a@b!c(d)", "a@b!c(d)", "p=a@b!c(d)", "p=a@b!c(d)"],
  [utf8(), " ", " ", "p= ", "p=%20"],
  [nullable(utf8()), null, null, "p=__HIVE_DEFAULT_PARTITION__", "p=__HIVE_DEFAULT_PARTITION__"],
  [
    decimal(38, 18),
    "1.23",
    "1.230000000000000000",
    "p=1.230000000000000000",
    "p=1.230000000000000000",
  ],
  [date(), "2024-06-15", "2024-06-15", "p=2024-06-15", "p=2024-06-15"],
  [bool(), true, "true", "p=true", "p=true"],
  [
    int64(),
    -9_007_199_254_740_993n,
    "-9007199254740993",
    "p=-9007199254740993",
    "p=-9007199254740993",
  ],
  [float64(), 1e10, "1.0E10", "p=1.0E10", "p=1.0E10"],
  [
    timestamp("us"),
    "2024-06-15T19:30:45.000001Z",
    "2024-06-15T19:30:45.000001Z",
    "p=2024-06-15T19%3A30%3A45.000001Z",
    "p=2024-06-15T19%253A30%253A45.000001Z",
  ],
  [
    naiveTimestamp("us"),
    "2024-06-15T12:30:45",
    "2024-06-15 12:30:45.000000",
    "p=2024-06-15 12%3A30%3A45.000000",
    "p=2024-06-15%2012%253A30%253A45.000000",
  ],
])(
  "%#: the folder, the log and the text of a value",
  async (column, value, text, folder, logged) => {
    const store = memoryStore();
    const table = await createTable(store, defineTable("t", { p: column, n: int32() }), {
      partitionBy: ["p"],
    });
    await table.append([{ p: value, n: 1 }]);
    const log = await textOf(store, "_delta_log/00000000000000000001.json");
    const { add } = JSON.parse(log.trim().split("\n")[1]!) as {
      add: { path: string; partitionValues: object };
    };
    expect(add.partitionValues).toEqual({ p: text });
    expect(add.path.slice(0, add.path.indexOf("/part-"))).toBe(logged);
    const [file] = await dataFiles(store);
    expect(file!.slice(0, file!.indexOf("/part-"))).toBe(folder);
    expect(await (await openTable(store)).scan({ columns: ["n"] }).rows()).toEqual([{ n: 1 }]);
  },
);

test.each<[Column, readonly unknown[]]>([
  [
    nullable(utf8()),
    ["a", "=", "%3D", "..", "e\u0301", "é", "😀", "a\nb", "__HIVE_DEFAULT_PARTITION__", null],
  ],
  [nullable(int64()), [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), null]],
  [
    nullable(float64()),
    [0, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 1e21, 0.1],
  ],
  [nullable(decimal(20, 3)), [Decimal.from("-12.500"), Decimal.from("0.000"), null]],
  [nullable(date()), ["0001-01-01", "1969-12-31", "9999-12-31", null]],
  [nullable(timestamp("us")), [0n, -1n, -62_135_596_800_000_000n, 253_402_300_799_999_999n, null]],
  [nullable(timestamp("ms")), [new Date(0), new Date(-1), null]],
  [nullable(binary()), [bytes("ab"), bytes("é"), null]],
  [nullable(bool()), [true, false, null]],
])("%#: partitions hold every value of their type", async (column, values) => {
  const store = memoryStore();
  const table = defineTable("t", { n: int32(), p: column });
  const lake = await createTable(store, table, { partitionBy: ["p"], checkpointInterval: 1 });
  const rows = values.map((p, n) => ({ n, p }));
  expect(await lake.append(rows)).toMatchObject({ files: values.length });
  const found = await (await openTable(store)).scan().rows();
  expect(byNumber(found)).toEqual(rows);
});

test("any text comes back from the partition it was written to, but an empty one as null", async () => {
  const text = fc
    .string({ unit: "binary", maxLength: 12 })
    .filter((value) => !value.includes("\0"));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(text, { maxLength: 8 }), async (values) => {
      const store = memoryStore();
      const table = defineTable("t", { n: int32(), p: nullable(utf8()), q: nullable(utf8()) });
      const lake = await createTable(store, table, { partitionBy: ["q", "p"] });
      await lake.append(values.map((p, n) => ({ n, p, q: p })));
      const found = await (await openTable(store)).scan().rows();
      expect(byNumber(found)).toEqual(values.map((p, n) => ({ n, p: p || null, q: p || null })));
    }),
    { numRuns: 60 },
  );
});

test("an empty text is refused where null is", async () => {
  const table = defineTable("t", { n: int32(), p: utf8() });
  const lake = await createTable(memoryStore(), table, { partitionBy: ["p"] });
  await expect(lake.append([{ n: 1, p: "" }])).rejects.toMatchObject({
    code: "LAKE_INVALID_VALUE",
  });
});

test.each<[Column, unknown]>([
  [utf8(), "a\0b"],
  [binary(), Uint8Array.of(0xff)],
])("a value no folder or log can hold is refused: %#", async (column, p) => {
  const store = memoryStore();
  const lake = await createTable(store, defineTable("t", { n: int32(), p: column }), {
    partitionBy: ["p"],
  });
  await expect(lake.append([{ n: 1, p }])).rejects.toMatchObject({ code: "LAKE_INVALID_VALUE" });
  expect(await dataFiles(store)).toEqual([]);
});

test("more partitions than files may be open are written all the same", async () => {
  const lake = await createTable(memoryStore(), defineTable("t", { n: int32(), p: int32() }), {
    partitionBy: ["p"],
  });
  await lake.append(Array.from({ length: 3000 }, (_, n) => ({ n, p: n % 1500 })));
  expect(lake.files().reduce((sum, file) => sum + file.rows!, 0)).toBe(3000);
  expect(lake.files().length).toBeGreaterThanOrEqual(1500);
});
