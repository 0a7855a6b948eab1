import { decimal, defineTable, int32, int64, toBatch, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { gt, type MergeOptions, openTable, source, sql } from "../../src/index.ts";
import { dataFiles } from "../table/sales.ts";
import { contents, type Item, row, stock, stocked, three, upsert } from "./stock.ts";

describe("what a merge refuses, writing nothing", () => {
  const options: MergeOptions = upsert;
  const bad: readonly (readonly [string, () => unknown, MergeOptions, object])[] = [
    [
      "a row of the table that two source rows would change",
      () => [row(1, "x", "1.00"), row(2, "y", "2.00"), row(2, "z", "2.00")],
      options,
      { code: "LAKE_MERGE_AMBIGUOUS", message: /with id 2n? of .* rows 1 and 2 of the source/ },
    ],
    [
      "a column in on that the table does not have",
      () => [],
      { ...options, on: ["ident"] },
      { code: "CORE_SCHEMA_MISMATCH", message: /ident/ },
    ],
    [
      "a column in set that the table does not have",
      () => [],
      { on: ["id"], whenMatched: [{ then: "update", set: { price: 1 } }] },
      { code: "CORE_SCHEMA_MISMATCH", message: /price/ },
    ],
    [
      "a column of the source that it does not have",
      () => toBatch(defineTable("s", { id: int64() }), [{ id: 1n }]),
      options,
      { code: "LAKE_INVALID_OPTION", message: /no column "place"/ },
    ],
    [
      "keys that are not compared by value",
      () => toBatch(defineTable("s", { id: utf8() }), [{ id: "1" }]),
      { on: ["id"], whenMatched: "delete" },
      { code: "LAKE_INVALID_OPTION", message: /"id" is utf8 .* int64/ },
    ],
    [
      "a value the column cannot be assigned",
      () => [row(1, "x", "1.00")],
      { on: ["id"], whenMatched: [{ then: "update", set: { day: source("amount") } }] },
      { code: "LAKE_INVALID_EXPRESSION", message: /day/ },
    ],
    [
      "null in a column that takes none",
      () => [row(8, "x", "1.00")],
      { on: ["id"], whenNotMatched: [{ then: "insert", values: { id: source("id") } }] },
      { message: /"?amount"?/ },
    ],
    [
      "a decimal that its column cannot hold",
      () =>
        toBatch(defineTable("s", { id: int64(), amount: decimal(20, 2) }), [
          { id: 1n, amount: "123456789012.00" },
        ]),
      { on: ["id"], whenMatched: [{ then: "update", set: { amount: source("amount") } }] },
      { code: "LAKE_INVALID_VALUE", message: /amount/ },
    ],
    [
      "a row that does not fit the table",
      () => [{ id: "one", place: null, amount: "1.00" }],
      options,
      { code: "CORE_INVALID_VALUE", message: /Row 0 of table "stock", column "id"/ },
    ],
    [
      "rows among batches",
      () => [toBatch(stock, []), row(1, "x", "1.00")],
      options,
      { code: "LAKE_INVALID_OPTION", message: /rows and batches/ },
    ],
    [
      "batches of two schemas",
      () => [
        toBatch(defineTable("s", { id: int64() }), [{ id: 1n }]),
        toBatch(defineTable("s", { id: int32() }), [{ id: 1 }]),
      ],
      { on: ["id"], whenMatched: "delete" },
      { code: "LAKE_SCHEMA_MISMATCH", message: /"id"/ },
    ],
    [
      "a source that is none",
      () => 7,
      options,
      { code: "LAKE_INVALID_OPTION", message: /source is 7/ },
    ],
    [
      "no clause",
      () => [],
      { on: ["id"] },
      { code: "LAKE_INVALID_OPTION", message: /no clause changes anything/ },
    ],
    ["no columns", () => [], { ...options, on: [] }, { code: "LAKE_INVALID_OPTION" }],
    [
      "a clause behind one that takes all",
      () => [],
      { on: ["id"], whenMatched: [{ then: "delete" }, { then: "update" }] },
      { code: "LAKE_INVALID_OPTION", message: /whenMatched\[1\] is never reached/ },
    ],
    [
      "an insert of matched rows",
      () => [],
      { on: ["id"], whenMatched: [{ then: "insert" as never }] },
      { code: "LAKE_INVALID_OPTION", message: /update, delete, ignore/ },
    ],
    [
      "an update of rows without a source row that does not say what to",
      () => [],
      { on: ["id"], whenNotMatchedBySource: [{ then: "update" }] },
      { code: "LAKE_INVALID_OPTION", message: /needs `set`/ },
    ],
    [
      "an option that does not exist",
      () => [],
      { ...options, whenMissing: "insert" } as never,
      { code: "LAKE_INVALID_OPTION", message: /whenMissing/ },
    ],
  ];
  test.each(bad)("%s", async (_, rows, merge, error) => {
    const table = await stocked(three);
    const { store } = table as unknown as { store: Parameters<typeof dataFiles>[0] };
    const files = await dataFiles(store);
    const { message = /./, ...rest } = error as { message?: RegExp };
    const thrown = await table.merge(rows() as never, merge).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(thrown).toMatchObject(rest);
    expect((thrown as Error).message).toMatch(message);
    expect(await dataFiles(store)).toEqual(files);
    expect((await openTable(store)).version).toBe(2n);
  });

  test("more pairs of rows than can be tried one by one", async () => {
    const table = await stocked([Array.from({ length: 20_000 }, (_, id) => row(id, "", "0.00"))]);
    const limits = defineTable("limits", { low: int32() });
    const many = toBatch(
      limits,
      Array.from({ length: 60_000 }, (_, low) => ({ low })),
    );
    await expect(
      table.merge(many, { on: sql("target.id > source.low"), whenMatched: "delete" }),
    ).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining("60000 rows would be tried on each of 20000"),
    });
  });

  test("a source that fails, and a signal", async () => {
    const table = await stocked(three);
    const failing = async function* (): AsyncGenerator<Item> {
      yield row(1, "x", "1.00");
      throw new Error("the source broke");
    };
    await expect(table.merge(failing(), upsert)).rejects.toThrow("the source broke");
    const stop = new AbortController();
    const stalled = async function* (): AsyncGenerator<Item> {
      yield row(1, "x", "1.00");
      setTimeout(() => stop.abort(new Error("enough")), 5);
      await new Promise(() => {});
    };
    await expect(table.merge(stalled(), { ...upsert, signal: stop.signal })).rejects.toThrow(
      "enough",
    );
    expect(table.version).toBe(2n);
  });

  test("several source rows may delete a row where nothing else can happen to it", async () => {
    const table = await stocked(three);
    const twice = [row(2, "x", "1.00"), row(2, "y", "2.00")];
    const result = await table.merge(twice, { on: ["id"], whenMatched: "delete" });
    expect(result).toMatchObject({ rowsMatched: 1, rowsDeleted: 1 });
    await expect(
      table.merge([row(1, "x", "1.00"), row(1, "y", "1.00")], {
        on: ["id"],
        whenMatched: [{ when: gt(source("amount"), 0), then: "delete" }],
      }),
    ).rejects.toMatchObject({ code: "LAKE_MERGE_AMBIGUOUS", details: { key: { id: 1n } } });
  });

  test("rows to change in a table that takes appends only; inserts it takes", async () => {
    const table = await stocked(three, { properties: { "delta.appendOnly": "true" } });
    await expect(table.merge([row(1, "x", "1.00")], upsert)).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_FEATURE",
    });
    await table.merge([row(9, "x", "1.00")], { on: ["id"], whenNotMatched: "insert" });
    expect((await contents(table)).length).toBe(4);
  });
});
