import { defineTable, int64, nullable, struct, utf8 } from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { attachTable } from "../../src/duckdb.ts";
import { localKeys, parquetEncryption } from "../../src/encryption.ts";
import {
  createTable,
  eq,
  gte,
  type LakeTable,
  memoryStore,
  openDataset,
  openTable,
  type Store,
  writeDataset,
} from "../../src/index.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { dataFiles } from "./sales.ts";

const staff = defineTable("staff", {
  id: int64(),
  country: utf8(),
  secret: nullable(utf8()),
  home: struct({ city: utf8(), street: utf8() }),
});

const keys = localKeys({ table: new Uint8Array(16).fill(3), pay: new Uint8Array(16).fill(5) });
const columnKeys = { secret: "pay", "home.street": "pay" };
const encryption = await parquetEncryption({ keys, footerKey: "table", columnKeys });

const rowsFrom = (
  from: number,
  count: number,
): {
  id: bigint;
  country: string;
  secret: string | null;
  home: { city: string; street: string };
}[] =>
  Array.from({ length: count }, (_, k) => ({
    id: BigInt(from + k),
    country: (from + k) % 2 === 0 ? "DE" : "FR",
    secret: (from + k) % 5 === 0 ? null : `sekret ${from + k}`,
    home: { city: `city ${k % 3}`, street: `sekret street ${from + k}` },
  }));

/** Objects in which the text stands as it is. */
async function objectsWith(store: Store, text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of store.list("")) {
    if (Buffer.from(await store.get(path)).includes(text)) found.push(path);
  }
  return found;
}

async function sorted(table: LakeTable): Promise<unknown[]> {
  const rows = (await table.scan().rows()) as { id: bigint }[];
  return rows.sort((a, b) => Number(a.id - b.id));
}

const properties = { "delta.enableChangeDataFeed": "true" };

test.each([
  ["", {}],
  [" with mapped columns", { "delta.columnMapping.mode": "name" }],
  [" with deletion vectors", { "delta.enableDeletionVectors": "true" }],
])(
  "every verb writes and reads encrypted files, and no secret stands elsewhere%s",
  async (_, more) => {
    const store = memoryStore();
    const plain = memoryStore();
    const made = {
      properties: { ...properties, ...more },
      codec: "none",
      partitionBy: ["country"],
    } as const;
    const tables = [
      await createTable(store, staff, { ...made, encryption }),
      await createTable(plain, staff, made),
    ];
    for (const table of tables) {
      for (let k = 0; k < 3; k++) await table.append(rowsFrom(100 * k, 100));
      await table.update({ where: eq("secret", "sekret 11"), set: { secret: "sekret changed" } });
      await table.delete(eq("secret", "sekret 12"));
      await table.merge(rowsFrom(290, 20), {
        on: ["id"],
        whenMatched: [{ when: gte("secret", "sekret 2"), then: "update" }],
        whenNotMatched: "insert",
      });
      await table.optimize();
      await table.optimize({ zOrderBy: ["id", "secret"] });
      const replaced = { ...rowsFrom(7, 1)[0]!, home: { city: "", street: "sekret home" } };
      await table.overwrite([replaced], { where: eq("secret", "sekret 7") });
      await table.checkpoint();
    }
    const reopened = await openTable(store, { encryption });
    expect(await sorted(reopened)).toEqual(await sorted(tables[1] as unknown as LakeTable));
    expect(await reopened.scan({ where: eq("secret", "sekret changed") }).rows()).toHaveLength(1);
    const changes = await reopened.changes({ from: 4n }).rows();
    expect(changes).toHaveLength((await tables[1]!.changes({ from: 4n }).rows()).length);
    expect((await reopened.verify({ depth: "data" })).findings).toEqual([]);

    expect((await objectsWith(plain, "sekret")).length).toBeGreaterThan(10);
    expect(await objectsWith(store, "sekret")).toEqual([]);
    for (const path of await dataFiles(store)) {
      expect(Buffer.from(await store.get(path)).toString("latin1", 0, 4)).toBe("PARE");
    }
    expect(reopened.properties["lakewright.encrypted"]).toContain('"footerKey":"table"');
  },
);

test("a writer without the keys, or with others, adds nothing", async () => {
  const store = memoryStore();
  await (await createTable(store, staff, { encryption })).append(rowsFrom(0, 10));
  const before = await dataFiles(store);
  const others = [
    undefined,
    await parquetEncryption({ keys, footerKey: "table" }),
    await parquetEncryption({ keys, footerKey: "pay", columnKeys }),
  ];
  for (const other of others) {
    const table = await openTable(store, { encryption: other });
    await expect(table.append(rowsFrom(10, 1))).rejects.toMatchObject({
      code: "LAKE_ENCRYPTED",
      hint: expect.stringContaining('"home.street": "pay", "secret": "pay"') as string,
    });
  }
  expect(await dataFiles(store)).toEqual(before);
  const plain = memoryStore();
  await createTable(plain, staff);
  const keyed = await openTable(plain, { encryption });
  await expect(keyed.append(rowsFrom(0, 1))).rejects.toMatchObject({ code: "LAKE_ENCRYPTED" });
});

test("a column renamed keeps its key, under its new name", async () => {
  const store = memoryStore();
  const properties = { "delta.columnMapping.mode": "name" };
  const table = await createTable(store, staff, { encryption, properties });
  await table.append(rowsFrom(0, 5));
  await table.alter({ renameColumns: { secret: "hidden" } });
  await expect(table.append([{ ...rowsFrom(5, 1)[0]!, hidden: null } as never])).rejects.toThrow();
  const renamed = await parquetEncryption({
    keys,
    footerKey: "table",
    columnKeys: { hidden: "pay", "home.street": "pay" },
  });
  const again = await openTable(store, { encryption: renamed });
  await again.append([
    { id: 5n, country: "DE", hidden: "sekret 5", home: { city: "a", street: "b" } },
  ]);
  expect(await again.scan({ columns: ["hidden"], where: gte("id", 4n) }).rows()).toEqual([
    { hidden: "sekret 4" },
    { hidden: "sekret 5" },
  ]);
  expect(await objectsWith(store, "sekret")).toEqual([]);
});

test("under a footer that stays readable, columns without a key are read by anyone", async () => {
  const store = memoryStore();
  const open = await parquetEncryption({
    keys,
    footerKey: "table",
    columnKeys,
    plaintextFooter: true,
  });
  await (await createTable(store, staff, { encryption: open })).append(rowsFrom(0, 10));
  const reader = await openTable(store);
  expect(await reader.scan({ columns: ["id"], where: gte("id", 8n) }).rows()).toEqual([
    { id: 8n },
    { id: 9n },
  ]);
  await expect(reader.scan({ columns: ["secret"] }).rows()).rejects.toMatchObject({
    code: "LAKE_ENCRYPTED",
    hint: expect.stringContaining("encryption") as string,
  });
});

test("keys that are refused midway end a scan with an error that names them, and may come back", async () => {
  const store = memoryStore();
  const table = await createTable(store, staff, { encryption });
  await table.append(rowsFrom(0, 10));
  const second = await parquetEncryption({ keys, footerKey: "table", columnKeys });
  await (await openTable(store, { encryption: second })).append(rowsFrom(10, 10));
  let allowed = 1;
  const guarded = await parquetEncryption({
    keys: {
      wrapKey: (key, id) => keys.wrapKey(key, id),
      unwrapKey: (wrapped, id) => {
        if (id === "pay" && allowed-- <= 0) throw new Error("revoked");
        return keys.unwrapKey(wrapped, id);
      },
    },
    footerKey: "table",
    columnKeys,
  });
  const reader = await openTable(store, { encryption: guarded });
  await expect(reader.scan().rows()).rejects.toMatchObject({
    code: "LAKE_ENCRYPTED",
    details: { masterKeyId: "pay" },
  });
  allowed = 10;
  expect(await reader.scan().rows()).toHaveLength(20);
});

test("a partition cannot have a key, nor a column that is not there", async () => {
  for (const column of ["country", "salary", "home.zip"]) {
    const wrong = await parquetEncryption({
      keys,
      footerKey: "table",
      columnKeys: { [column]: "pay" },
    });
    const created = createTable(memoryStore(), staff, {
      encryption: wrong,
      partitionBy: ["country"],
    });
    await expect(created).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    await expect(created).rejects.toThrow(column);
  }
});

test("the property is not for callers to set", async () => {
  const properties = { "lakewright.encrypted": "{}" };
  await expect(createTable(memoryStore(), staff, { properties })).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
  });
  const table = await createTable(memoryStore(), staff, { encryption });
  await expect(table.alter({ setProperties: properties })).rejects.toThrow();
  await expect(table.alter({ unsetProperties: ["lakewright.encrypted"] })).rejects.toThrow();
});

test("DuckDB is not given encrypted files", async () => {
  const table = await createTable(memoryStore(), staff, { encryption });
  const connection = await (await DuckDBInstance.create()).connect();
  await expect(attachTable(connection, "staff", table)).rejects.toMatchObject({
    code: "LAKE_ENCRYPTED",
  });
});

test("datasets are encrypted as well", async () => {
  const store = memoryStore();
  const partitionBy = ["country"];
  await writeDataset(store, staff, rowsFrom(0, 20), { partitionBy, encryption, codec: "none" });
  expect(await objectsWith(store, "sekret")).toEqual([]);
  const read = (await openDataset(store, staff, { encryption })).scan().rows();
  expect((await read).sort((a, b) => Number(a.id - b.id))).toEqual(rowsFrom(0, 20));
  const inferred = await openDataset(store, undefined, { encryption });
  expect(inferred.table.fields.map(({ name }) => name)).toEqual([
    "id",
    "secret",
    "home",
    "country",
  ]);
  await expect((await openDataset(store, staff)).scan().rows()).rejects.toMatchObject({
    code: "LAKE_ENCRYPTED",
  });
  const [path] = await dataFiles(store);
  await expect(openParquet(bytesAccess(await store.get(path!)))).rejects.toMatchObject({
    code: "LAKE_ENCRYPTED",
  });
});
