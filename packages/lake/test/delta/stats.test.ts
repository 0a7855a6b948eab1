import {
  binary,
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTable, memoryStore } from "../../src/index.ts";
import { textCeiling } from "../../src/delta/statistics/write.ts";
import { compareText } from "../../src/where/text-order.ts";
import { textOf } from "../table/sales.ts";

const everything = defineTable("t", {
  n: nullable(int64()),
  amount: decimal(20, 10),
  at: timestamp("us"),
  wall: naiveTimestamp("us"),
  day: date(),
  x: float64(),
  ok: nullable(bool()),
  bytes: binary(),
  text: utf8(),
  tags: nullable(list(nullable(utf8()))),
  labels: nullable(map(utf8(), int32())),
  address: nullable(struct({ city: nullable(utf8()), tags: nullable(list(int32())) })),
});

test("statistics are written as the protocol has them", async () => {
  const store = memoryStore();
  const table = await createTable(store, everything);
  const row = {
    at: "2026-01-02T03:04:05.678999Z",
    wall: "2026-01-02T03:04:05.678999",
    day: "1969-12-31",
    ok: true,
    bytes: new Uint8Array(1),
    text: "b",
  };
  await table.append([
    {
      ...row,
      n: 2n ** 53n + 1n,
      amount: "-9999999999.9999999999",
      x: NaN,
      tags: [null],
      labels: [],
      address: { city: "Köln", tags: [1] },
    },
    {
      ...row,
      n: null,
      amount: "1.5",
      x: 2.5,
      tags: null,
      labels: null,
      ok: null,
      address: { city: null, tags: null },
    },
    { ...row, n: 3n, amount: "0", x: -1, tags: [], labels: [["k", 1]], address: null },
  ]);
  const log = await textOf(store, "_delta_log/00000000000000000001.json");
  const { add } = JSON.parse(log.trim().split("\n")[1]!) as { add: { stats: string } };
  expect(add.stats).toBe(
    JSON.stringify({
      numRecords: 3,
      minValues: {
        n: 3,
        amount: "@-9999999999.9999999999@",
        at: "2026-01-02T03:04:05.678Z",
        wall: "2026-01-02T03:04:05.678",
        day: "1969-12-31",
        x: -1,
        text: "b",
        address: { city: "Köln" },
      },
      maxValues: {
        n: "@9007199254740993@",
        amount: "@1.5000000000@",
        at: "2026-01-02T03:04:05.678Z",
        wall: "2026-01-02T03:04:05.678",
        day: "1969-12-31",
        x: 2.5,
        text: "b",
        address: { city: "Köln" },
      },
      nullCount: {
        n: 1,
        amount: 0,
        at: 0,
        wall: 0,
        day: 0,
        x: 0,
        ok: 1,
        bytes: 0,
        text: 0,
        tags: 1,
        labels: 1,
        address: { city: 2, tags: 2 },
      },
    }).replaceAll(/"@|@"/g, ""),
  );
});

test.each([
  ["1", ["a"]],
  ["0", []],
  ["-1", Array.from({ length: 40 }, (_, k) => `c${k}`)],
])("delta.dataSkippingNumIndexedCols = %s limits them", async (limit, names) => {
  const columns = limit === "-1" ? names : ["a", "b"];
  const table = defineTable("t", Object.fromEntries(columns.map((name) => [name, int32()])));
  const store = memoryStore();
  const lake = await createTable(store, table, {
    properties: { "delta.dataSkippingNumIndexedCols": limit },
  });
  await lake.append([Object.fromEntries(columns.map((name) => [name, 1]))]);
  const log = await textOf(store, "_delta_log/00000000000000000001.json");
  const { add } = JSON.parse(log.trim().split("\n")[1]!) as { add: { stats: string } };
  const stats = JSON.parse(add.stats) as { minValues: object; nullCount: object };
  expect(Object.keys(stats.minValues)).toEqual(names);
  expect(Object.keys(stats.nullCount)).toEqual(names);
});

test("the cut maximum of a text is above it and every text it begins with", () => {
  const unit = fc.constantFrom("a", "z", "\u007f", "\u{10ffff}", "\uffff", "é", "😀");
  fc.assert(
    fc.property(fc.string({ unit, minLength: 25, maxLength: 90 }), (text) => {
      const ceiling = textCeiling(text);
      if (ceiling !== undefined) expect(compareText(ceiling, text)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2000 },
  );
});
