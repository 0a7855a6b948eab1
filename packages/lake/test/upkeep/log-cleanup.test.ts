import { expect, test } from "vitest";
import { createTable, memoryStore, openTable, type Store } from "../../src/index.ts";
import { ids, sales, someSales, textOf, upTo } from "../table/sales.ts";

const DAY = 86_400_000;
const LOG = "_delta_log/";

async function names(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of store.list(LOG))
    found.push(path.slice(LOG.length).replace(/^0{17}/, ""));
  return found;
}

/** A table whose commits are a day apart. */
async function daily(days: number, properties: Record<string, string> = {}) {
  const now = { ms: Date.UTC(2026, 0, 1, 12) };
  const clock = (): number => now.ms;
  const store = memoryStore({ now: clock });
  const table = await createTable(store, sales, { clock, checkpointInterval: 5, properties });
  for (let day = 1; day <= days; day++) {
    now.ms += DAY;
    await table.append(someSales(2, 2 * (day - 1)));
  }
  return { now, clock, store, table };
}

test("a checkpoint removes what is older than a month, up to the checkpoint that month needs", async () => {
  const { store, table, now, clock } = await daily(45);
  const found = await names(store);
  // On day 45, day 15 at midnight is the cut: the last commit before it is 14, the last checkpoint before that is 10.
  expect(found.filter((name) => /^\d{3}\.json$/.test(name))[0]).toBe("010.json");
  expect(found.filter((name) => name.includes("checkpoint.parquet"))[0]).toBe(
    "010.checkpoint.parquet",
  );
  expect(ids(await table.scan().rows())).toEqual(upTo(90));
  for (const version of [10n, 14n, 44n]) {
    const rows = await (await openTable(store)).scan({ asOf: { version } }).rows();
    expect(rows).toHaveLength(2 * Number(version));
  }
  await expect(openTable(store, { asOf: { version: 9n } })).rejects.toMatchObject({
    code: "LAKE_VERSION_NOT_FOUND",
  });
  // Every moment within the retention can still be read.
  const monthAgo = new Date(now.ms - 30 * DAY);
  const then = await openTable(store, { asOf: { timestamp: monthAgo }, clock });
  expect(then.version).toBe(15n);
});

test("a table that keeps its log keeps it, until it is asked for", async () => {
  const { store, table } = await daily(45, { "delta.enableExpiredLogCleanup": "false" });
  expect((await names(store))[0]).toBe("000.json");
  const plan = await table.planCleanLog();
  expect(plan.before).toBe(10n);
  expect(plan.files).toHaveLength(11);
  expect((await names(store))[0]).toBe("000.json");
  expect(await plan.run()).toEqual({ filesRemoved: 11, bytesRemoved: plan.bytes });
  expect((await names(store))[0]).toBe("010.checkpoint.parquet");
  expect(await table.cleanLog()).toEqual({ filesRemoved: 0, bytesRemoved: 0 });
  expect(ids(await (await openTable(store)).scan().rows())).toEqual(upTo(90));
});

test("nothing goes where no checkpoint stands for it", async () => {
  const { store, table } = await daily(45, {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 1 days",
  });
  for (const name of await names(store)) {
    if (name.includes("checkpoint")) await store.delete(`${LOG}${"0".repeat(17)}${name}`);
  }
  expect((await table.planCleanLog()).files).toEqual([]);
});

test("checksums and compacted commits go with their versions; what is no file of the log stays", async () => {
  const { store, table } = await daily(45, { "delta.enableExpiredLogCleanup": "false" });
  const pad = (version: number): string => String(version).padStart(20, "0");
  const gone = [
    `${pad(3)}.crc`,
    `${pad(2)}.${pad(4)}.compacted.json`,
    `${pad(4)}.checkpoint.0000000001.0000000002.parquet`,
  ];
  const stay = [`${pad(12)}.crc`, "notes.txt", "_last_checkpoint"];
  for (const name of [...gone, ...stay.slice(0, 2)]) await store.put(LOG + name, new Uint8Array(1));
  const { files } = await table.planCleanLog();
  for (const name of gone) expect(files).toContain(LOG + name);
  for (const name of stay) expect(files).not.toContain(LOG + name);
});

test("sidecars go when no checkpoint that stays names them, and not while they are young", async () => {
  const { store, table, now } = await daily(45, { "delta.enableExpiredLogCleanup": "false" });
  await store.put(`${LOG}_sidecars/old.parquet`, new Uint8Array(1));
  await store.put(`${LOG}_sidecars/named.parquet`, new Uint8Array(1));
  const top = { sidecar: { path: "named.parquet", sizeInBytes: 1, modificationTime: 0 } };
  const name = `${"0".repeat(18)}44.checkpoint.${crypto.randomUUID()}.json`;
  await store.put(LOG + name, new TextEncoder().encode(JSON.stringify(top)));
  now.ms += 2 * DAY;
  await store.put(`${LOG}_sidecars/young.parquet`, new Uint8Array(1));
  const { files } = await table.planCleanLog();
  expect(files.filter((path) => path.includes("_sidecars"))).toEqual([
    `${LOG}_sidecars/old.parquet`,
  ]);
});

test("a cleanup that is broken off leaves a log that can be read", async () => {
  const { store, table } = await daily(45, { "delta.enableExpiredLogCleanup": "false" });
  const { files } = await table.planCleanLog();
  for (const path of files) {
    await store.delete(path);
    const again = await openTable(store);
    expect(again.version).toBe(45n);
    expect(again.files()).toHaveLength(45);
  }
  expect(await textOf(store, `${LOG}_last_checkpoint`)).toContain('"version":45');
});
