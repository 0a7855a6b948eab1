import {
  bool,
  decimal,
  defineTable,
  int32,
  int64,
  nullable,
  toBatch,
  utf8,
} from "@lakewright/core";
import { tableFromIPC, tableToIPC, Table as ArrowTable } from "apache-arrow";
import { describe, expect, test } from "vitest";
import {
  and,
  createTable,
  eq,
  gt,
  isNull,
  type LakeTable,
  memoryStore,
  openTable,
  source,
  sql,
  type Store,
} from "../../src/index.ts";
import { dataFiles } from "../table/sales.ts";
import { contents, type Item, row, stock, stocked, three, upsert } from "./stock.ts";

describe.each([
  ["rewriting files", {}],
  ["with deletion vectors", { properties: { "delta.enableDeletionVectors": "true" } }],
])("a merge %s", (_, options) => {
  test("updates what matches and inserts what does not", async () => {
    const table = await stocked(
      [
        [row(1, "a", "1.00"), row(2, "b", "2.00")],
        [row(10, "c", "10.00"), row(11, null, "11.00")],
      ],
      options,
    );
    const result = await table.merge([row(2, "B", "2.50"), row(3, "n", "3.00")], upsert);
    expect(await contents(table)).toEqual([
      "1 a 1.00",
      "10 c 10.00",
      "11 null 11.00",
      "2 B 2.50",
      "3 n 3.00",
    ]);
    expect(result).toMatchObject({
      version: 3n,
      written: true,
      rowsMatched: 1,
      sourceRows: 2,
      rowsUpdated: 1,
      rowsInserted: 1,
      rowsDeleted: 0,
      filesSkipped: 1,
    });
    const [commit] = await table.history(1);
    expect(commit).toMatchObject({
      operation: "MERGE",
      isBlindAppend: false,
      metrics: {
        numSourceRows: "2",
        numTargetRowsInserted: "1",
        numTargetRowsUpdated: "1",
        numTargetRowsDeleted: "0",
        numTargetRowsMatchedUpdated: "1",
      },
    });
  });
});

describe("what is merged", () => {
  const changes = defineTable("changes", {
    id: int32(),
    amount: decimal(9, 1),
    gone: nullable(bool()),
  });
  const batch = toBatch(changes, [
    { id: 1, amount: "7.5", gone: false },
    { id: 2, amount: "0.0", gone: true },
    { id: 9, amount: "9.0", gone: null },
  ]);

  test("may be batches with columns of their own", async () => {
    const table = await stocked(three);
    const result = await table.merge(batch, {
      on: ["id"],
      whenMatched: [
        { when: sql("source.gone"), then: "delete" },
        { then: "update", set: { amount: sql("target.amount + source.amount") } },
      ],
      whenNotMatched: [
        { then: "insert", values: { id: source("id"), amount: source("amount"), place: "new" } },
      ],
      whenNotMatchedBySource: [{ when: isNull("place"), then: "update", set: { place: "?" } }],
    });
    expect(await contents(table)).toEqual(["1 a 8.50", "3 ? 3.00", "9 new 9.00"]);
    expect(result).toMatchObject({
      rowsMatched: 2,
      rowsUpdated: 2,
      rowsDeleted: 1,
      rowsInserted: 1,
    });
    expect((await table.history(1))[0]!.metrics).toMatchObject({
      numTargetRowsMatchedUpdated: "1",
      numTargetRowsMatchedDeleted: "1",
      numTargetRowsNotMatchedBySourceUpdated: "1",
      numTargetRowsNotMatchedBySourceDeleted: "0",
    });
  });

  test("may come in a stream, in IPC bytes, or not at all", async () => {
    const table = await stocked(three);
    const stream = async function* (): AsyncGenerator<Item> {
      yield row(1, "s", "1.50");
      yield row(4, "s", "4.00");
    };
    await table.merge(stream(), upsert);
    expect(await contents(table)).toEqual(["1 s 1.50", "2 b 2.00", "3 null 3.00", "4 s 4.00"]);
    const bytes = tableToIPC(new ArrowTable([toBatch(stock, [row(4, "ipc", "4.50")])]));
    await table.merge(bytes, upsert);
    expect((await contents(table)).at(-1)).toBe("4 ipc 4.50");
    await table.merge(tableFromIPC(bytes).batches, { on: ["id"], whenMatched: "delete" });
    const before = table.version;
    const nothing = await table.merge([], upsert);
    expect(nothing).toMatchObject({
      written: false,
      version: before,
      sourceRows: 0,
      rowsMatched: 0,
    });
    await table.merge([], { on: ["id"], whenNotMatchedBySource: "delete" });
    expect(await contents(table)).toEqual([]);
    await table.merge([row(1, "x", "1.00")], upsert);
    expect(await contents(table)).toEqual(["1 x 1.00"]);
  });

  test("goes by a condition, of which equal columns are joined and the rest is tested", async () => {
    const table = await stocked(three);
    const on = and(eq("id", source("id")), gt(source("amount"), sql("target.amount")));
    await table.merge(batch, { on, whenMatched: [{ then: "update", set: { place: "more" } }] });
    expect(await contents(table)).toEqual(["1 more 1.00", "2 b 2.00", "3 null 3.00"]);
  });

  test("may have no equality, and is joined row by row then", async () => {
    const table = await stocked(three);
    const result = await table.merge([row(0, "", "2.50")], {
      on: sql("target.amount > source.amount"),
      whenMatched: "delete",
    });
    expect(result).toMatchObject({ rowsMatched: 1, rowsDeleted: 1 });
    expect(await contents(table)).toEqual(["1 a 1.00", "2 b 2.00"]);
  });

  test("may be found by what is computed of columns, in both", async () => {
    const table = await stocked(three);
    const texts = toBatch(defineTable("texts", { key: utf8(), Place: utf8() }), [
      { key: "1", Place: "A" },
      { key: "2", Place: "a" },
      { key: "3", Place: "x" },
    ]);
    const result = await table.merge(texts, {
      on: sql(
        "target.ID = CAST(source.key AS BIGINT) AND upper(target.place) = upper(source.place)",
      ),
      whenMatched: [{ then: "update", set: { place: source("key") } }],
    });
    expect(result).toMatchObject({ rowsMatched: 1, filesSkipped: 0 });
    expect(await contents(table)).toEqual(["1 1 1.00", "2 b 2.00", "3 null 3.00"]);
  });

  test("null equals nothing, and is inserted", async () => {
    const table = await stocked(three);
    await table.merge([row(7, null, "7.00")], { ...upsert, on: ["place"] });
    expect((await contents(table)).filter((line) => line.includes("null"))).toEqual([
      "3 null 3.00",
      "7 null 7.00",
    ]);
  });
});

describe("what a merge reads and writes", () => {
  test("files without any of the keys are not read, by statistics and by partition", async () => {
    const many = Array.from({ length: 20 }, (_, k) => [
      row(2 * k, `p${k % 4}`, "1.00"),
      row(2 * k + 1, `p${k % 4}`, "1.00"),
    ]);
    const plain = await stocked(many);
    expect((await plain.planMerge([row(7, "p3", "2.00")], upsert)).filesSkipped).toBe(19);
    const parted = await stocked(many, { partitionBy: ["place"] });
    const plan = await parted.planMerge([row(999, "p1", "2.00")], {
      ...upsert,
      on: ["place", "id"],
    });
    expect(plan).toMatchObject({ filesSkipped: 20, filesTouched: 0, rowsInserted: 1 });
    const byTarget = await plain.planMerge([row(7, "", "2.00"), row(37, "", "2.00")], {
      on: and(eq("id", source("id")), gt("id", 20n)),
      whenMatched: "delete",
    });
    expect(byTarget).toMatchObject({ rowsDeleted: 1, filesSkipped: 19 });
  });

  test("files of which no row can match are deleted without being read", async () => {
    const table = await stocked([
      [row(1, "a", "1.00"), row(2, "b", "2.00")],
      [row(10, "c", "3.00"), row(11, "d", "4.00"), row(12, "e", "5.00")],
      [row(20, "f", "6.00")],
    ]);
    const { store } = table as unknown as { readonly store: Store };
    const unread = table.files().filter(({ rows }) => rows !== 2);
    expect(unread).toHaveLength(2);
    for (const { path } of unread) await store.delete(path);
    const result = await table.merge([row(2, "B", "2.50"), row(3, "n", "7.00")], {
      ...upsert,
      whenNotMatchedBySource: "delete",
    });
    expect(result).toMatchObject({ rowsDeleted: 5, rowsUpdated: 1, rowsInserted: 1 });
    expect(await contents(table)).toEqual(["2 B 2.50", "3 n 7.00"]);
    const [commit] = await table.history(1);
    expect(commit!.metrics).toMatchObject({
      numTargetRowsNotMatchedBySourceDeleted: "5",
      numTargetFilesRemoved: "3",
    });
  });

  test("inserts alone rewrite nothing, and are no blind append", async () => {
    const table = await stocked(three);
    const before = table.files().map(({ path }) => path);
    const result = await table.merge([row(3, "no", "0.00"), row(4, "d", "4.00")], {
      on: ["id"],
      whenNotMatched: "insert",
    });
    expect(result).toMatchObject({
      rowsInserted: 1,
      rowsMatched: 1,
      filesRemoved: 0,
      filesAdded: 1,
    });
    expect(table.files().map(({ path }) => path)).toEqual(expect.arrayContaining(before));
    expect((await table.history(1))[0]!.isBlindAppend).toBe(false);
  });

  test("a plan tells the counts and writes when it is run, once", async () => {
    const table = await stocked(three);
    const files = await dataFiles((table as unknown as { store: never }).store);
    const plan = await table.planMerge([row(1, "z", "9.00"), row(5, "n", "5.00")], upsert);
    expect(plan).toMatchObject({
      version: 2n,
      rowsMatched: 1,
      sourceRows: 2,
      rowsUpdated: 1,
      rowsInserted: 1,
      rowsDeleted: 0,
      filesTouched: 1,
      filesSkipped: 1,
    });
    expect(await dataFiles((table as unknown as { store: never }).store)).toEqual(files);
    expect(table.version).toBe(2n);
    expect(await plan.run()).toMatchObject({ version: 3n, rowsUpdated: 1, rowsInserted: 1 });
    await expect(plan.run()).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });

  test("a plan that another commit contradicts fails, and leaves no file", async () => {
    const store = memoryStore();
    const table = await createTable(store, stock);
    await table.append(three[0]!);
    const other = await openTable(store);
    const plan = await table.planMerge([row(1, "mine", "9.00")], upsert);
    await other.merge([row(1, "theirs", "8.00")] as never, upsert);
    const files = await dataFiles(store);
    await expect(plan.run()).rejects.toMatchObject({
      code: "LAKE_COMMIT_CONFLICT",
      details: { winner: 2n },
    });
    expect(await dataFiles(store)).toEqual(files);
    expect(await contents(await other.refresh())).toContain("1 theirs 8.00");
  });

  test("inserts of the same key by two writers do not both succeed", async () => {
    const store = memoryStore();
    const table = await createTable(store, stock);
    const other = await openTable(store);
    const plan = await table.planMerge([row(1, "mine", "9.00")], upsert);
    await other.append([row(1, "theirs", "8.00")] as never);
    await expect(plan.run()).rejects.toMatchObject({ code: "LAKE_COMMIT_CONFLICT" });
    expect(await contents(await table.refresh())).toEqual(["1 theirs 8.00"]);
  });

  test("the change feed tells old and new rows", async () => {
    const table = await stocked(three, { properties: { "delta.enableChangeDataFeed": "true" } });
    await table.merge([row(1, "A", "1.00"), row(4, "d", "4.00")], {
      ...upsert,
      whenNotMatchedBySource: [{ when: isNull("place"), then: "delete" }],
    });
    const changes = await table.changes({ from: table.version }).rows();
    const told = changes.map(({ _change_type, id, place }) => `${_change_type} ${id} ${place}`);
    expect(told.sort()).toEqual([
      "delete 3 null",
      "insert 4 d",
      "update_postimage 1 A",
      "update_preimage 1 a",
    ]);
  });
});

describe("what the table computes", () => {
  const counted = defineTable("counted", {
    id: int64(),
    n: nullable(int64()),
    twice: nullable(int64()),
    place: nullable(utf8()),
  });
  const table = async (): Promise<LakeTable<typeof counted>> => {
    const lake = await createTable(memoryStore(), counted, {
      generated: { twice: "n * 2" },
      defaults: { place: "'here'" },
      properties: { "delta.enableChangeDataFeed": "true" },
    });
    await lake.append([
      { id: 1, n: 10 },
      { id: 2, n: 20, place: "there" },
      { id: 3, n: 30 },
    ]);
    return lake;
  };
  const told = (rows: readonly object[]): string[] =>
    rows
      .map((row) =>
        ["id", "n", "twice", "place"]
          .map((name) => String((row as Record<string, unknown>)[name]))
          .join(" "),
      )
      .sort();
  const wanted = ["1 11 22 null", "2 20 40 there", "3 31 62 here", "4 4 8 here"];

  test("follows the columns that a merge sets, in the rows and in the change feed", async () => {
    const lake = await table();
    const some = defineTable("some", { id: int64(), n: int64() });
    await lake.merge(
      toBatch(some, [
        { id: 1, n: 11 },
        { id: 3, n: 31 },
        { id: 4, n: 4 },
      ]),
      {
        on: ["id"],
        whenMatched: [
          { when: sql("target.id = 1"), then: "update", set: { n: source("n"), place: null } },
          { then: "update", set: { n: source("n") } },
        ],
        whenNotMatched: "insert",
      },
    );
    expect(told(await lake.scan().rows())).toEqual(wanted);
    const feed = await lake.changes({ from: lake.version }).rows();
    const now = feed.filter(({ _change_type }) => !/delete|preimage/.test(_change_type));
    expect(told(now)).toEqual(wanted.filter((line) => !line.startsWith("2")));
  });

  test("follows rows that leave it out", async () => {
    const lake = await table();
    await lake.merge(
      [
        { id: 1, n: 11, place: null },
        { id: 3, n: 31, place: "here" },
        { id: 4, n: 4 },
      ],
      upsert,
    );
    expect(told(await lake.scan().rows())).toEqual(wanted);
  });
});
