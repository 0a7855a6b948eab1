import {
  type Column,
  date,
  Decimal,
  decimal,
  defineTable,
  int32,
  int64,
  list,
  nullable,
  stringifyJson,
  struct,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  createTable,
  eq,
  type LakeTable,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";
import type { AlterTable } from "../../src/alter/types.ts";
import { inCommitTime } from "../../src/delta/log/commit-times.ts";
import { readCommit } from "../../src/delta/log/load.ts";
import { type DeltaField, parseSchema } from "../../src/delta/schema/schema-json.ts";
import type { DeltaTable } from "../../src/table/delta-table.ts";

const sales = defineTable("sales", {
  id: int32(),
  amount: nullable(decimal(10, 2)),
  place: nullable(struct({ city: nullable(utf8()) })),
  day: nullable(date()),
});
const rows = [
  { id: 1, amount: "1.50", place: { city: "Wien" }, day: "2026-01-01" },
  { id: 2, amount: "-2.00", place: null, day: null },
];

type Options = Parameters<typeof createTable>[2];
async function filled(options: Options = {}, store: Store = memoryStore()): Promise<LakeTable> {
  const lake = await createTable(store, sales, options);
  await lake.append(rows);
  return openTable(store);
}
const mapped = { properties: { "delta.columnMapping.mode": "name" } };
const stateOf = (lake: LakeTable): DeltaTable["state"] => (lake as unknown as DeltaTable).state;
const fieldsOf = (lake: LakeTable): ReturnType<typeof parseSchema> =>
  parseSchema(stateOf(lake).metadata.schemaString);
const read = async (lake: LakeTable): Promise<unknown[]> => {
  const again = await openTable(stateStore(lake));
  return (await again.scan().rows()).sort((a, b) => Number(a["id"]) - Number(b["id"]));
};
const stateStore = (lake: LakeTable): Store => (lake as unknown as DeltaTable).store;

describe("columns", () => {
  test("are added in one commit, null in the rows there are", async () => {
    const lake = await filled();
    await lake.alter({ addColumns: { note: nullable(utf8()), tags: nullable(list(utf8())) } });
    expect(lake.version).toBe(2n);
    await lake.append([{ id: 3, note: "new", tags: ["a"] }]);
    expect(await read(lake)).toMatchObject([
      { id: 1, note: null, tags: null },
      { id: 2, note: null },
      { id: 3, amount: null, note: "new", tags: ["a"] },
    ]);
  });

  test("are renamed where columns are mapped, and files stay as they are", async () => {
    const lake = await filled(mapped);
    const files = lake.files();
    await lake.alter({ renameColumns: { amount: "total", place: "where is it" } });
    expect(lake.files()).toEqual(files);
    expect(lake.table.fields.map((field) => field.name)).toEqual([
      "id",
      "total",
      "where is it",
      "day",
    ]);
    expect(await read(lake)).toMatchObject([{ id: 1, "where is it": { city: "Wien" } }, { id: 2 }]);
    await lake.append([{ id: 3, total: "7.00" }]);
    expect((await read(lake)).map((row) => String((row as { total: unknown }).total))).toEqual([
      "1.50",
      "-2.00",
      "7.00",
    ]);
  });

  test("are dropped, and a new one of the name is another", async () => {
    const lake = await filled(mapped);
    await lake.alter({ dropColumns: ["amount"] });
    await lake.alter({ addColumns: { amount: nullable(utf8()) } });
    expect(await read(lake)).toMatchObject([
      { id: 1, amount: null },
      { id: 2, amount: null },
    ]);
    expect(lake.properties["delta.columnMapping.maxColumnId"]).toBe("6");
  });

  test("are mapped by their names when mapping is turned on, in the call that renames", async () => {
    const lake = await filled();
    await lake.alter({
      setProperties: { "delta.columnMapping.mode": "name" },
      renameColumns: { amount: "total" },
    });
    expect(lake.protocol).toEqual({ minReaderVersion: 2, minWriterVersion: 5 });
    expect(fieldsOf(lake)[1]).toMatchObject({
      name: "total",
      metadata: { "delta.columnMapping.id": 2, "delta.columnMapping.physicalName": "amount" },
    });
    await lake.append([{ id: 3, total: "7.00" }]);
    expect(await read(lake)).toHaveLength(3);
    const files = lake.files();
    expect(await lake.scan({ where: { op: "gt", column: "total", value: 5 } }).rows()).toHaveLength(
      1,
    );
    expect(files).toHaveLength(2);
  });

  test("are widened, with a history", async () => {
    const lake = await filled({ properties: { "delta.enableTypeWidening": "true" } });
    await lake.alter({ widenColumns: { id: int64(), amount: nullable(decimal(14, 4)) } });
    expect(fieldsOf(lake)[0]!.metadata).toEqual({
      "delta.typeChanges": [{ fromType: "integer", toType: "long" }],
    });
    await lake.append([{ id: 2n ** 40n, amount: "0.1234" }]);
    const all = (await read(lake)) as { id: bigint; amount: unknown }[];
    expect(all.map(({ id, amount }) => `${id} ${String(amount)}`)).toEqual([
      "1 1.5000",
      "2 -2.0000",
      `${2n ** 40n} 0.1234`,
    ]);
    await lake.alter({ widenColumns: { amount: nullable(decimal(20, 4)) } });
    expect(fieldsOf(lake)[1]!.metadata["delta.typeChanges"]).toHaveLength(2);
  });

  test("are widened within structs, each field with a history of its own", async () => {
    const table = defineTable("t", {
      s: struct({ x: int32(), in: nullable(struct({ d: nullable(decimal(4, 2)), same: utf8() })) }),
      l: nullable(list(struct({ x: int32() }))),
    });
    const store = memoryStore();
    await createTable(store, table, {
      properties: { "delta.enableTypeWidening": "true", "delta.columnMapping.mode": "name" },
    });
    const lake = await openTable(store);
    const first = { s: { x: 1, in: { d: "1.50", same: "a" } }, l: [{ x: 1 }] };
    await lake.append([first]);
    const inner = (scale: number): Column =>
      nullable(struct({ d: nullable(decimal(9, scale)), same: utf8() }));
    await lake.alter({
      widenColumns: {
        s: struct({ x: int64(), in: inner(4) }),
        l: nullable(list(struct({ x: int64() }))),
      },
    });
    const big = 2n ** 40n;
    await lake.append([{ s: { x: big, in: null }, l: [{ x: big }] }]);
    const found = await (await openTable(store)).scan().rows();
    expect(stringifyJson(found)).toEqual(
      stringifyJson([
        { s: { x: 1n, in: { d: Decimal.from("1.5000"), same: "a" } }, l: [{ x: 1n }] },
        { s: { x: big, in: null }, l: [{ x: big }] },
      ]),
    );
    const [s, l] = fieldsOf(lake) as [DeltaField, DeltaField];
    expect(s.metadata).not.toHaveProperty(["delta.typeChanges"]);
    const changed = (field: DeltaField): unknown => [
      field.metadata["delta.typeChanges"],
      typeof field.metadata["delta.columnMapping.physicalName"],
    ];
    const toLong = [[{ fromType: "integer", toType: "long" }], "string"];
    const x = (type: unknown): DeltaField => (type as { fields: [DeltaField] }).fields[0];
    expect(changed(x(s.type))).toEqual(toLong);
    expect(changed(x((l.type as { elementType: unknown }).elementType))).toEqual(toLong);
    await expect(
      lake.alter({ widenColumns: { s: struct({ y: int64(), in: inner(4) }) } }),
    ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    await expect(
      lake.alter({ widenColumns: { s: struct({ x: int64(), in: inner(4) }) } }),
    ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });

  test("that make partitions are renamed, and their folders stay", async () => {
    const store = memoryStore();
    const lake = await filled({ ...mapped, partitionBy: ["day"] }, store);
    await lake.alter({ renameColumns: { day: "on" } });
    expect(lake.partitionBy).toEqual(["on"]);
    await lake.append([{ id: 3, on: "2026-01-01" }]);
    await lake.overwrite([{ id: 4, on: "2026-01-01" }] as never, { dynamicPartitions: true });
    expect(await read(lake)).toMatchObject([
      { id: 2, on: null },
      { id: 4, on: "2026-01-01" },
    ]);
    const scan = lake.scan({ where: { op: "eq", column: "on", value: "2026-01-01" } });
    expect(await scan.rows()).toHaveLength(1);
    expect(scan.metrics.filesSkipped).toBe(1);
    await lake.checkpoint();
    expect(await read(lake)).toHaveLength(2);
  });

  test("may be null from now on", async () => {
    const lake = await filled();
    await expect(lake.append([{ id: null, amount: "1" }] as never)).rejects.toThrow(/id/);
    await lake.alter({ allowNulls: ["id"] });
    await lake.append([{ amount: "1" }]);
    expect(await lake.scan().rows()).toHaveLength(3);
  });
});

describe("rules", () => {
  test("are added where every row meets them", async () => {
    const lake = await filled();
    await expect(lake.alter({ addConstraints: { positive: "amount > 0" } })).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
      message: expect.stringContaining("-2.00") as string,
    });
    await lake.alter({ addConstraints: { Small: "amount < 100", named: "id IS NOT NULL" } });
    expect(lake.properties).toMatchObject({ "delta.constraints.small": "amount < 100" });
    expect(lake.protocol.writerFeatures).toEqual(["appendOnly", "checkConstraints", "invariants"]);
    await expect(lake.append([{ id: 3, amount: "100" }])).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
    });
    await lake.alter({ dropConstraints: ["SMALL"] });
    await lake.append([{ id: 3, amount: "100" }]);
  });

  test("conflict with rows that come meanwhile", async () => {
    const store = memoryStore();
    const lake = await filled({}, store);
    const other = await openTable(store);
    const scanned = lake.scan.bind(lake);
    // The other writer commits while the rows are looked at.
    lake.scan = ((options: never) => {
      const scan = scanned(options);
      return {
        ...scan,
        async *[Symbol.asyncIterator]() {
          await other.append([{ id: 3, amount: "1000" }]);
          yield* scan;
        },
      };
    }) as never;
    await expect(lake.alter({ addConstraints: { small: "amount < 100" } })).rejects.toMatchObject({
      code: "LAKE_COMMIT_CONFLICT",
    });
  });
});

describe("properties", () => {
  test("raise the protocol, and never lower it", async () => {
    const lake = await filled();
    await lake.alter({ setProperties: { "delta.enableDeletionVectors": "true", mine: "yes" } });
    const raised = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["deletionVectors"],
      writerFeatures: ["appendOnly", "deletionVectors", "invariants"],
    };
    expect(lake.protocol).toEqual(raised);
    await lake.alter({ unsetProperties: ["delta.enableDeletionVectors", "mine"] });
    expect(lake.properties).toEqual({});
    expect(lake.protocol).toEqual(raised);
  });

  test("turn in-commit timestamps on with the commit that says so", async () => {
    // Commits of one millisecond, by a store whose clock is ahead: history tells them apart by moving the later ones on.
    const store = memoryStore({ now: () => 2_000 });
    await filled({}, store);
    const lake = await openTable(store, { clock: () => 1_500 });
    await lake.alter({ setProperties: { "delta.enableInCommitTimestamps": "true" } });
    expect(lake.properties["delta.inCommitTimestampEnablementVersion"]).toBe("2");
    expect(lake.properties["delta.inCommitTimestampEnablementTimestamp"]).toBe("2002");
    const [first] = (await readCommit(store, 2n))!;
    expect(first!.commitInfo).toMatchObject({ inCommitTimestamp: 2_002, timestamp: 2_002 });
    await lake.append([{ id: 3 }]);
    const times = (await lake.history()).map(({ timestamp }) => timestamp.getTime());
    expect(times).toEqual([2_003, 2_002, 2_001, 2_000]);
    for (const [k, time] of times.entries()) {
      const asOf = { timestamp: new Date(time) };
      expect((await openTable(store, { asOf })).version).toBe(BigInt(3 - k));
    }
    expect((await openTable(stateStore(lake), { asOf: { version: 1n } })).version).toBe(1n);
  });
});

test("in-commit timestamps increase though the clock goes back, also after a checkpoint", async () => {
  const store = memoryStore();
  let now = 9_000;
  const clock = (): number => (now -= 1_000);
  const timed = {
    clock,
    checkpointInterval: 1,
    properties: { "delta.enableInCommitTimestamps": "true" },
  };
  const lake = await createTable(store, sales, timed);
  await lake.append(rows);
  await (await openTable(store, { clock })).append([{ id: 3 }]);
  await (await openTable(store, { clock })).delete(eq("id", 3));
  const times = [0n, 1n, 2n, 3n].map((version) => inCommitTime(store, version));
  expect(await Promise.all(times)).toEqual([8_000, 8_001, 8_002, 8_003]);
  expect((await lake.verify()).findings).toEqual([]);
});

test("a table moved on by others is altered as it stands now", async () => {
  const store = memoryStore();
  const lake = await filled({}, store);
  const other = await openTable(store);
  await other.alter({ addColumns: { a: nullable(utf8()) } });
  await lake.alter({ addColumns: { b: nullable(utf8()) } });
  expect(lake.table.fields.map(({ name }) => name).slice(-2)).toEqual(["a", "b"]);
});

test("a change that is none commits nothing", async () => {
  const lake = await filled();
  expect(await lake.alter({ dropColumns: [], addColumns: {} })).toEqual({ version: 1n });
  expect(lake.version).toBe(1n);
});

test.each<[AlterTable, string]>([
  [{ addColumns: { ID: nullable(int32()) } }, 'a column "id" already'],
  [{ addColumns: { n: int32() } }, "not nullable"],
  [{ renameColumns: { amount: "total" } }, "without column mapping"],
  [{ dropColumns: ["amount"] }, "without column mapping"],
  [{ widenColumns: { id: int64() } }, "delta.enableTypeWidening only"],
  [{ allowNulls: ["nope"] }, 'no column "nope"'],
  [{ addConstraints: { a: "nope > 1" } }, 'no column "nope"'],
  [{ dropConstraints: ["nope"] }, 'no constraint "nope"'],
  [{ setProperties: { "delta.appendOnly": "maybe" } }, "true or false"],
  [{ setProperties: { "delta.nope": "1" } }, "there is no property"],
  [{ setProperties: { "delta.columnMapping.mode": "id" } }, "does not become id"],
  [{ setProperties: { "delta.constraints.a": "id > 0" } }, "no property to set"],
  [{ unsetProperties: ["delta.columnMapping.mode"] }, "is not unset"],
  [{ addColumn: {} } as AlterTable, 'no option "addColumn"'],
])("alter refuses %j", async (change, says) => {
  const lake = await filled();
  await expect(lake.alter(change)).rejects.toMatchObject({
    message: expect.stringContaining(says) as string,
  });
  expect(lake.version).toBe(1n);
});

test.each<[AlterTable, string]>([
  [{ dropColumns: ["day"] }, "partitioned by it"],
  [{ dropColumns: ["amount"] }, 'constraint "positive" is made from it (amount > 0)'],
  [{ renameColumns: { at: "time" } }, 'generated column "hour" is made from it'],
  [{ widenColumns: { amount: decimal(20, 2) } }, 'constraint "positive"'],
  [{ widenColumns: { id: utf8() } }, "cannot be widened to utf8"],
  [{ renameColumns: { id: "amount" } }, 'two columns would be named "amount"'],
])("what a table is made from stays: %j", async (change, says) => {
  const table = defineTable("t", {
    id: int32(),
    amount: decimal(10, 2),
    at: timestamp(),
    hour: nullable(int32()),
    day: date(),
  });
  const lake = await createTable(memoryStore(), table, {
    partitionBy: ["day"],
    constraints: { positive: "amount > 0" },
    generated: { hour: "hour(at)" },
    properties: { "delta.columnMapping.mode": "name", "delta.enableTypeWidening": "true" },
  });
  await expect(lake.alter(change)).rejects.toMatchObject({
    message: expect.stringContaining(says) as string,
  });
});

describe("append with mergeSchema", () => {
  const wider = defineTable("wider", {
    note: nullable(utf8()),
    place: nullable(struct({ city: nullable(utf8()), zip: nullable(utf8()) })),
    id: int64(),
  });
  const batch = toBatch(wider, [{ id: 3n, note: "new", place: { city: "Graz", zip: "8010" } }]);

  test("adds columns and fields of structs, in any order", async () => {
    const lake = await filled();
    await lake.append([toBatch(sales, rows), batch], { mergeSchema: true });
    expect(lake.version).toBe(2n);
    expect(lake.table.fields.map(({ name }) => name)).toEqual([
      "id",
      "amount",
      "place",
      "day",
      "note",
    ]);
    expect((await read(lake)).at(-1)).toMatchObject({
      id: 3,
      amount: null,
      note: "new",
      place: { city: "Graz", zip: "8010" },
    });
    expect(await read(lake)).toHaveLength(5);
  });

  test("widens types where type widening is on", async () => {
    const lake = await filled({ properties: { "delta.enableTypeWidening": "true" } });
    await lake.append(batch, { mergeSchema: true });
    expect((await read(lake)).at(-1)).toMatchObject({ id: 3n });
    expect(fieldsOf(lake)[0]).toMatchObject({ type: "long" });
  });

  test("gives new columns a physical name where columns are mapped", async () => {
    const lake = await filled(mapped);
    await lake.append(batch, { mergeSchema: true });
    const [, , place, , note] = fieldsOf(lake);
    expect(note!.metadata["delta.columnMapping.physicalName"]).toMatch(/^col-/);
    const inside = (place!.type as unknown as { fields: { metadata: object }[] }).fields;
    expect(inside.map(({ metadata }) => Object.keys(metadata).length)).toEqual([2, 2]);
    expect((await read(lake)).at(-1)).toMatchObject({ place: { zip: "8010" }, note: "new" });
  });

  test("without it, a new column is an error", async () => {
    const lake = await filled();
    await expect(lake.append(batch)).rejects.toThrow(/zip/);
    expect(lake.version).toBe(1n);
  });
});
