import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, memoryStore, openTable } from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";

test("an earlier version's rows come back as a new version, and what came between stays readable", async () => {
  const table = await createTable(memoryStore(), sales);
  await table.append(someSales(5));
  await table.append(someSales(5, 5));
  await table.overwrite(someSales(2, 100));
  const plan = await table.planRestore({ version: 2n });
  expect(plan).toMatchObject({ version: 3n, to: 2n, filesRestored: 2, filesRemoved: 1 });
  expect(table.version).toBe(3n);
  expect(await plan.run()).toEqual({
    version: 4n,
    written: true,
    filesRestored: 2,
    filesRemoved: 1,
  });
  expect(ids(await table.scan().rows())).toEqual(upTo(10));
  expect(await table.scan({ asOf: { version: 3n } }).rows()).toHaveLength(2);
  expect(await table.history(1)).toMatchObject([
    {
      operation: "RESTORE",
      parameters: { version: "2" },
      metrics: { numRestoredFiles: "2", numRemovedFiles: "1", numOfFilesAfterRestore: "2" },
    },
  ]);
});

test("by time, and to the version that stands already", async () => {
  let ms = Date.UTC(2026, 0, 1);
  const clock = (): number => ms;
  const table = await createTable(memoryStore({ now: clock }), sales, { clock });
  await table.append(someSales(5));
  ms += 60_000;
  await table.overwrite(someSales(1));
  await table.restore({ timestamp: new Date(ms - 1000) });
  expect(ids(await table.scan().rows())).toEqual(upTo(5));
  expect(await table.restore({ version: 3n })).toMatchObject({ version: 3n, written: false });
});

test("a version whose files were vacuumed is refused, naming them", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(5));
  const [lost] = await dataFiles(store);
  await table.overwrite(someSales(1));
  await store.delete(lost!);
  await expect(table.planRestore({ version: 1n })).rejects.toMatchObject({
    code: "LAKE_STORE_NOT_FOUND",
    message: expect.stringContaining(lost!) as string,
    details: { paths: [lost] },
  });
  expect(table.version).toBe(2n);
});

test("rows appended meanwhile are a conflict", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(5));
  await table.overwrite(someSales(1));
  const plan = await table.planRestore({ version: 1n });
  await (await openTable(store)).append(someSales(1, 50));
  await expect(plan.run()).rejects.toMatchObject({ code: "LAKE_COMMIT_CONFLICT" });
});

test("properties come back; the times in commits go on", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { properties: { "my.owner": "ana" } });
  await table.append(someSales(5));
  const changed = {
    metaData: {
      ...JSON.parse(await metaDataOf(store)),
      configuration: { "my.owner": "ben" },
    } as object,
  };
  await store.put(
    "_delta_log/00000000000000000002.json",
    new TextEncoder().encode(JSON.stringify(changed)),
  );
  await table.refresh();
  expect(table.properties["my.owner"]).toBe("ben");
  expect(await table.restore({ version: 1n })).toMatchObject({ written: true, filesRestored: 0 });
  expect(table.properties["my.owner"]).toBe("ana");
});

test("a table that takes appends only gives no row up", async () => {
  const table = await createTable(memoryStore(), sales, {
    properties: { "delta.appendOnly": "true" },
  });
  await table.append(someSales(5));
  await expect(table.restore({ version: 0n })).rejects.toMatchObject({
    code: "LAKE_UNSUPPORTED_FEATURE",
  });
});

test("an identity column gives no value out twice after a restore", async () => {
  const numbered = defineTable("numbered", { n: nullable(int64()), what: utf8() });
  const table = await createTable(memoryStore(), numbered, { identity: { n: {} } });
  await table.append([{ what: "a" } as never, { what: "b" } as never]);
  await table.append([{ what: "c" } as never]);
  await table.restore({ version: 1n });
  await table.append([{ what: "d" } as never]);
  const rows = await table.scan().rows();
  expect(rows.map(({ what }) => what).sort()).toEqual(["a", "b", "d"]);
  expect(rows.find(({ what }) => what === "d")!.n).toBeGreaterThan(3n);
});

async function metaDataOf(store: ReturnType<typeof memoryStore>): Promise<string> {
  const text = new TextDecoder().decode(await store.get("_delta_log/00000000000000000000.json"));
  const line = text.split("\n").find((line) => line.startsWith('{"metaData"'))!;
  return JSON.stringify((JSON.parse(line) as { metaData: unknown }).metaData);
}
