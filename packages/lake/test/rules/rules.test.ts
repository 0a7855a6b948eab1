import {
  date,
  decimal,
  defineTable,
  int32,
  int64,
  nullable,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  createTable,
  type LakeTable,
  memoryStore,
  openTable,
  sql,
  type Store,
} from "../../src/index.ts";
import { openParquet } from "../../src/parquet.ts";
import { randomAccess } from "../../src/store/random-access.ts";
import { parseSchema } from "../../src/delta/schema/schema-json.ts";
import type { DeltaTable } from "../../src/table/delta-table.ts";

const orders = defineTable("orders", {
  id: nullable(int64()),
  amount: nullable(decimal(12, 2)),
  status: nullable(utf8()),
  at: timestamp(),
  day: nullable(date()),
});
const at = "2026-03-05T23:30:00Z";

const violated = (rule: string, row: number): object => ({
  code: "LAKE_CONSTRAINT_VIOLATED",
  details: expect.objectContaining({ rule, row }) as object,
});

/** The columns a data file has. */
async function columnsOf(
  store: Store,
  path: string,
): Promise<readonly { readonly name: string }[]> {
  const { size } = (await store.head(path))!;
  return (await openParquet(randomAccess(store, path, size), { name: path })).table.fields;
}

const schemaOf = (lake: { readonly version: bigint }): ReturnType<typeof parseSchema> =>
  parseSchema((lake as unknown as DeltaTable).state.metadata.schemaString);

describe("CHECK constraints", () => {
  const create = (): ReturnType<typeof createTable<typeof orders>> =>
    createTable(memoryStore(), orders, {
      constraints: { Positive: "amount > 0", known: "status IN ('open', 'closed')" },
    });

  test("let rows through that meet all of them", async () => {
    const lake = await create();
    await lake.append([{ amount: "0.01", status: "open", at }]);
    expect(await lake.scan({ columns: ["amount"] }).rows()).toHaveLength(1);
    expect(lake.properties).toMatchObject({ "delta.constraints.positive": "amount > 0" });
  });

  test.each([
    [{ amount: "-1", status: "open", at }, 'CHECK constraint "positive"'],
    [{ amount: "1", status: "lost", at }, 'CHECK constraint "known"'],
    // As in Delta and unlike in SQL, what is unknown is not met.
    [{ amount: null, status: "open", at }, 'CHECK constraint "positive"'],
  ])("refuse %j, and nothing is left behind", async (row, rule) => {
    const store = memoryStore();
    const lake = await createTable(store, orders, {
      constraints: { positive: "amount > 0", known: "status IN ('open', 'closed')" },
    });
    const good = { amount: "1", status: "open", at };
    await expect(lake.append([good, good, row])).rejects.toMatchObject(violated(rule, 2));
    expect(lake.version).toBe(0n);
    const paths: string[] = [];
    for await (const { path } of store.list("")) paths.push(path);
    expect(paths.filter((path) => path.endsWith(".parquet"))).toEqual([]);
  });

  test("count rows over batches", async () => {
    const lake = await create();
    const batch = toBatch(orders, [{ amount: "1", status: "open", at }]);
    const bad = toBatch(orders, [{ amount: "0", status: "open", at }]);
    await expect(lake.append([batch, batch, bad])).rejects.toMatchObject(
      violated('CHECK constraint "positive"', 2),
    );
  });

  test("hold for overwrites, updates and merges", async () => {
    const lake = await create();
    const good = { id: 1n, amount: "1", status: "open", at };
    await lake.append([good]);
    const refused = violated('CHECK constraint "positive"', 0);
    await expect(lake.overwrite([{ ...good, amount: "0" }])).rejects.toMatchObject(refused);
    await expect(lake.update({ set: { amount: sql("amount - 1") } })).rejects.toMatchObject(
      refused,
    );
    await expect(
      lake.merge([{ ...good, amount: "-1" }], { on: ["id"], whenMatched: "update" }),
    ).rejects.toMatchObject(refused);
    await expect(
      lake.merge([{ ...good, id: 2n, amount: "-1" }], { on: ["id"], whenNotMatched: "insert" }),
    ).rejects.toMatchObject(refused);
    expect(lake.version).toBe(1n);
  });

  test("that are not understood are refused at creation, with their position", async () => {
    const created = createTable(memoryStore(), orders, {
      constraints: { a: "amount > soundex(1)" },
    });
    await expect(created).rejects.toMatchObject({
      code: "LAKE_INVALID_EXPRESSION",
      details: { position: 10 },
    });
  });
});

describe("generated columns", () => {
  const create = (): ReturnType<typeof createTable<typeof orders>> =>
    createTable(memoryStore(), orders, {
      generated: { day: "CAST(at AS DATE)" },
      partitionBy: ["day"],
    });

  test("are computed where they are left out, row by row", async () => {
    const lake = await create();
    await lake.append([{ at }, { at, day: "2026-03-05" }, { at: "2026-03-06T00:00:00Z" }]);
    const rows = await lake.scan({ columns: ["day"] }).rows();
    expect(rows.map((row) => row.day).sort()).toEqual(["2026-03-05", "2026-03-05", "2026-03-06"]);
  });

  test("are checked where they are given", async () => {
    const lake = await create();
    const refused = violated('generated column "day"', 1);
    await expect(lake.append([{ at }, { at, day: "2026-03-06" }])).rejects.toMatchObject(refused);
    await expect(lake.append([{ at }, { at, day: null }])).rejects.toMatchObject(refused);
  });

  test("are computed for batches without them", async () => {
    const lake = await create();
    const some = defineTable("some", { at: timestamp() });
    await lake.append(toBatch(some, [{ at }, { at }]) as never);
    expect(await lake.scan({ columns: ["day"] }).rows()).toEqual([
      { day: "2026-03-05" },
      { day: "2026-03-05" },
    ]);
  });

  test("follow an update of the columns they are made from", async () => {
    const lake = await create();
    await lake.append([{ at }]);
    await lake.update({ set: { at: "2026-12-24T00:00:00Z" } });
    expect(await lake.scan({ columns: ["day"] }).rows()).toEqual([{ day: "2026-12-24" }]);
  });

  test("are not made from one another", async () => {
    const table = defineTable("t", { a: int32(), b: nullable(int32()), c: nullable(int32()) });
    const created = createTable(memoryStore(), table, { generated: { b: "a + 1", c: "b + 1" } });
    await expect(created).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });
});

describe("identity columns", () => {
  const table = defineTable("t", { id: nullable(int64()), name: utf8() });
  const names = (lake: Pick<LakeTable, "scan">): Promise<unknown> =>
    lake
      .scan()
      .rows()
      .then((rows) => rows.map((row) => `${String(row["id"])} ${String(row["name"])}`).sort());

  test("count on over commits and over objects", async () => {
    const store = memoryStore();
    const lake = await createTable(store, table, { identity: { id: { start: 10, step: 5 } } });
    await lake.append([{ name: "a" }, { name: "b" }]);
    await (await openTable(store)).append([{ name: "c" }]);
    await lake.refresh();
    expect(await names(lake)).toEqual(["10 a", "15 b", "20 c"]);
    expect(schemaOf(lake)[0]!.metadata["delta.identity.highWaterMark"]).toBe(20);
  });

  test("refuse numbers of their own, unless they may be given", async () => {
    const lake = await createTable(memoryStore(), table, { identity: { id: true } });
    await expect(lake.append([{ id: 7n, name: "a" }])).rejects.toMatchObject(
      violated('identity column "id"', 0),
    );
    const open = await createTable(memoryStore(), table, { identity: { id: { explicit: true } } });
    await open.append([{ id: 7n, name: "a" }, { name: "b" }]);
    expect(await names(open)).toEqual(["1 b", "7 a"]);
  });

  test("make writers conflict that come at the same time", async () => {
    const store = memoryStore();
    const lake = await createTable(store, table, { identity: { id: true } });
    const other = await openTable(store);
    await lake.append([{ name: "a" }]);
    await expect(other.append([{ name: "b" }])).rejects.toMatchObject({
      code: "LAKE_COMMIT_CONFLICT",
      retryable: true,
    });
    await (await other.refresh()).append([{ name: "b" }]);
    expect(await names(other)).toEqual(["1 a", "2 b"]);
  });

  test("keep their numbers when rows are updated, and number what a merge inserts", async () => {
    const lake = await createTable(memoryStore(), table, { identity: { id: true } });
    await lake.append([{ name: "a" }, { name: "b" }]);
    await lake.update({ set: { name: sql("upper(name)") } });
    await lake.merge([{ name: "B" }, { name: "C" }], { on: ["name"], whenNotMatched: "insert" });
    expect(await names(lake)).toEqual(["1 A", "2 B", "3 C"]);
  });

  test("count beyond 2^53, down too", async () => {
    const start = 2n ** 60n;
    const lake = await createTable(memoryStore(), table, {
      identity: { id: { start, step: -1n } },
    });
    await lake.append([{ name: "a" }, { name: "b" }]);
    await lake.append([{ name: "c" }]);
    expect(await names(lake)).toEqual([`${start} a`, `${start - 1n} b`, `${start - 2n} c`].sort());
  });
});

describe("defaults", () => {
  const table = defineTable("t", {
    id: int64(),
    status: nullable(utf8()),
    at: nullable(timestamp()),
  });

  test("stand in for what is left out, not for null", async () => {
    const clock = (): number => Date.UTC(2026, 0, 2);
    const lake = await createTable(memoryStore(), table, {
      defaults: { status: "'open'", at: "current_timestamp()" },
      clock,
    });
    await lake.append([{ id: 1n }, { id: 2n, status: null, at: null }]);
    expect(await lake.scan({ columns: ["status", "at"] }).rows()).toEqual([
      { status: "open", at: BigInt(clock()) * 1000n },
      { status: null, at: null },
    ]);
  });

  test("name no columns", async () => {
    const created = createTable(memoryStore(), table, { defaults: { status: "id" } });
    await expect(created).rejects.toMatchObject({ code: "LAKE_INVALID_EXPRESSION" });
  });
});

describe("rules of other writers", () => {
  const table = defineTable("t", { a: nullable(int32()), s: nullable(utf8()) });
  /** A table whose fields have metadata this package does not give. */
  const withMetadata = async (
    metadata: Record<string, unknown>,
    configuration: Record<string, string> = {},
  ): Promise<LakeTable> => {
    const store = memoryStore();
    await createTable(store, table);
    const path = "_delta_log/00000000000000000000.json";
    const text = new TextDecoder().decode(await store.get(path));
    const lines = text.split("\n").map((line) => {
      if (!line.startsWith('{"metaData"')) return line;
      const action = JSON.parse(line) as {
        metaData: { schemaString: string; configuration: object };
      };
      const schema = JSON.parse(action.metaData.schemaString) as { fields: { metadata: object }[] };
      for (const field of schema.fields) Object.assign(field.metadata, metadata);
      action.metaData.schemaString = JSON.stringify(schema);
      Object.assign(action.metaData.configuration, configuration);
      return JSON.stringify(action);
    });
    await store.delete(path);
    await store.putIfAbsent(path, new TextEncoder().encode(lines.join("\n")));
    return openTable(store);
  };

  test("a column without a type takes nulls, and is in no file, until a batch brings its type", async () => {
    const store = memoryStore();
    await createTable(store, table);
    const path = "_delta_log/00000000000000000000.json";
    const text = new TextDecoder().decode(await store.get(path));
    const typeless = text.replace(
      String.raw`\"s\",\"type\":\"string\"`,
      String.raw`\"s\",\"type\":\"void\"`,
    );
    expect(typeless).not.toBe(text);
    await store.delete(path);
    await store.putIfAbsent(path, new TextEncoder().encode(typeless));
    const lake = await openTable(store);
    await lake.append([{ a: 1 }, { a: 2, s: null }]);
    await expect(lake.append([{ a: 3, s: "x" }])).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
    });
    const [file] = lake.files();
    expect((await columnsOf(store, file!.path)).map(({ name }) => name)).toEqual(["a"]);
    await lake.append(toBatch(table, [{ a: 3, s: "x" }]), { mergeSchema: true });
    const rows = await lake.scan().rows();
    expect(rows.map((row) => row["s"])).toEqual([null, null, "x"]);
  });

  test("invariants are checked", async () => {
    const lake = await withMetadata({
      "delta.invariants": '{"expression":{"expression":"a > 3"}}',
    });
    await lake.append([{ a: 4, s: "x" }]);
    await expect(lake.append([{ a: 3, s: "x" }])).rejects.toMatchObject(
      violated('invariant "a"', 0),
    );
  });

  test("an expression beyond what is understood makes the table read-only, by name", async () => {
    const lake = await withMetadata({}, { "delta.constraints.c": "soundex(s) = 'A'" });
    await expect(lake.append([{ a: 1 }])).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_FEATURE",
      message: expect.stringContaining("soundex") as string,
    });
    expect(await lake.scan().rows()).toEqual([]);
  });

  test.each([
    ["varchar(3)", "abc", "abc"],
    ["varchar(3)", "ab ", "ab "],
    ["varchar(3)", "abc   ", "abc"],
    ["varchar(3)", "😀😀😀", "😀😀😀"],
    ["varchar(3)", "abcd", undefined],
    ["char(3)", "a", "a  "],
    ["char(3)", "abcd", undefined],
  ])("a text of %s takes %j as %j", async (type, given, kept) => {
    const lake = await withMetadata({ __CHAR_VARCHAR_TYPE_STRING: type });
    const appended = lake.append([{ s: given }]);
    if (kept === undefined) {
      await expect(appended).rejects.toMatchObject({ code: "LAKE_CONSTRAINT_VIOLATED" });
      return;
    }
    await appended;
    expect(await lake.scan({ columns: ["s"] }).rows()).toEqual([{ s: kept }]);
  });
});
