import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import {
  bool,
  type Column,
  date,
  decimal,
  defineTable,
  float32,
  int64,
  int8,
  list,
  nullable,
  oneOf,
  struct,
  timestamp,
  toRows,
  uint32,
  utf8,
} from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, memoryStore, openTable, type Store } from "../../src/index.ts";
import { jsonChecksum } from "../../src/delta/checkpoint/last-checkpoint.ts";
import { md5 } from "../../src/store/md5.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { ids, sales, someSales, textOf, upTo } from "../table/sales.ts";

const LOG = "_delta_log/";
const padded = (version: number): string => String(version).padStart(20, "0");

type ParquetRow = Record<string, Record<string, unknown> | null>;

async function rowsOf(store: Store, path: string): Promise<ParquetRow[]> {
  const file = await openParquet(bytesAccess(await store.get(path)));
  const rows: ParquetRow[] = [];
  for await (const batch of file.read()) rows.push(...(toRows(batch) as ParquetRow[]));
  return rows;
}

const rich = defineTable("rich", {
  id: int64(),
  tiny: nullable(int8()),
  wide: uint32(),
  amount: decimal(20, 10),
  f: float32(),
  day: date(),
  at: timestamp("ms"),
  kind: oneOf(["a", "b"]),
  ok: nullable(bool()),
  tags: nullable(list(utf8())),
  place: nullable(struct({ city: nullable(utf8()), zip: nullable(int64()) })),
  p: nullable(utf8()),
  q: date(),
} satisfies Record<string, Column>);
const richRows = Array.from({ length: 6 }, (_, k) => ({
  id: 2n ** 60n + BigInt(k),
  tiny: k === 0 ? null : k - 3,
  wide: 4_000_000_000 + k,
  amount: `-${k}.0000000001`,
  f: 0.1,
  day: "0001-01-01",
  at: new Date(-1 + k),
  kind: "a" as const,
  ok: true,
  tags: k === 1 ? null : ["x"],
  place: k === 2 ? null : { city: "Köln", zip: null },
  p: k % 2 === 0 ? "US/East" : null,
  q: "2026-02-28",
}));

test("statistics and partition values are kept as structs where the table asks for it", async () => {
  const store = memoryStore();
  const table = await createTable(store, rich, {
    partitionBy: ["p", "q"],
    properties: {
      "delta.checkpoint.writeStatsAsStruct": "true",
      "delta.checkpoint.writeStatsAsJson": "false",
    },
  });
  await table.append(richRows);
  const before = await table.scan().rows();
  await table.checkpoint();
  const rows = await rowsOf(store, `${LOG}${padded(1)}.checkpoint.parquet`);
  const adds = rows.flatMap((row) => (row["add"] ? [row["add"]] : []));
  expect(adds).toHaveLength(2);
  expect(adds.map((add) => add["partitionValues_parsed"])).toEqual([
    { p: "US/East", q: "2026-02-28" },
    { p: null, q: "2026-02-28" },
  ]);
  expect(adds[0]).not.toHaveProperty("stats");
  expect(adds[0]!["stats_parsed"]).toMatchObject({
    numRecords: 3n,
    minValues: {
      id: 2n ** 60n,
      tiny: -1,
      wide: 4_000_000_000n,
      day: "0001-01-01",
      kind: "a",
      at: -1000n,
    },
    maxValues: { id: 2n ** 60n + 4n, place: { city: "Köln", zip: null } },
    nullCount: { id: 0n, tiny: 1n, tags: 0n, place: { city: 1n, zip: 3n } },
    tightBounds: null,
  });
  const { minValues } = adds[0]!["stats_parsed"] as Record<string, Record<string, unknown>>;
  expect(String(minValues!["amount"])).toBe("-4.0000000001");
  for (const version of [0, 1]) await store.delete(`${LOG}${padded(version)}.json`);
  const again = await openTable(store);
  expect(await again.scan().rows()).toEqual(before);
  expect(again.files().map((file) => file.rows)).toEqual([3, 3]);
});

test("a table with policy v2 gets a JSON file with sidecars", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  await withFeature(store, "v2Checkpoint", { "delta.checkpointPolicy": "v2" });
  await table.refresh();
  await table.append(someSales(9), { txn: { appId: "loader", version: 7n } });
  await table.append(someSales(9, 9));
  await table.checkpoint();
  const names: string[] = [];
  for await (const { path } of store.list(LOG)) names.push(path.slice(LOG.length));
  const [top] = names.filter((name) => name.includes(".checkpoint."));
  expect(top).toMatch(/^00000000000000000003\.checkpoint\.[0-9a-f-]{36}\.json$/);
  const lines = (await textOf(store, LOG + top!))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  expect(lines[0]).toEqual({ checkpointMetadata: { version: 3 } });
  const [sidecar] = lines.flatMap((line) => (line["sidecar"] ? [line["sidecar"]] : []));
  const info = await store.head(`${LOG}_sidecars/${sidecar!["path"] as string}`);
  expect(sidecar).toMatchObject({ sizeInBytes: info!.size });
  const rows = await rowsOf(store, info!.path);
  expect(rows).toHaveLength(6);
  const hint = JSON.parse(await textOf(store, `${LOG}_last_checkpoint`)) as Record<string, unknown>;
  expect(hint).toMatchObject({ version: 3, size: 6 + lines.length, numOfAddFiles: 6 });
  expect(hint["checksum"]).toBe(jsonChecksum(hint));
  for (const version of [0, 1, 2]) await store.delete(`${LOG}${padded(version)}.json`);
  const again = await openTable(store);
  expect(ids(await again.scan().rows())).toEqual(upTo(18));
  expect(again.transactions.get("loader")).toBe(7n);
});

test("tombstones that have expired are left out, others stay", async () => {
  let ms = Date.UTC(2026, 0, 1);
  const clock = (): number => ms;
  const store = memoryStore({ now: clock });
  const table = await createTable(store, sales, { clock });
  await table.append(someSales(3));
  await table.overwrite(someSales(3, 3));
  ms += 8 * 86_400_000;
  await table.overwrite(someSales(3, 6));
  await table.checkpoint();
  const rows = await rowsOf(store, `${LOG}${padded(3)}.checkpoint.parquet`);
  expect(rows.filter((row) => row["remove"])).toHaveLength(1);
});

test("a checkpoint streams: nobody sees half of one, and the hint comes last", async () => {
  const memory = memoryStore();
  const calls: string[] = [];
  const store: Store = Object.assign(Object.create(memory) as Store, {
    put: (path: string, data: Parameters<Store["put"]>[1]) => {
      calls.push(`${path.slice(LOG.length)} ${data instanceof Uint8Array ? "whole" : "in chunks"}`);
      return memory.put(path, data);
    },
  });
  const table = await createTable(memory, sales);
  await table.append(someSales(3));
  await (await openTable(store)).checkpoint();
  expect(calls).toEqual([`${padded(1)}.checkpoint.parquet in chunks`, "_last_checkpoint whole"]);
});

test("MD5 is what Node's crypto says", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Buffer.from(md5(bytes))).toEqual(createHash("md5").update(bytes).digest());
    }),
  );
});

test("the checksum of a hint is the protocol's, and that of Spark's own hints", () => {
  const example = {
    k0: "'v 0'",
    checksum: "adsaskfljadfkjadfkj",
    k1: { k2: 2, k3: ["v3", [1, 2], { k4: "v4", k5: ["v5", "v6", "v7"] }] },
  };
  expect(jsonChecksum(example)).toBe("6a92d155a59bf2eecbd4b4ec7fd1f875");
  const corpus = resolve("../shared/data/delta/tables");
  if (!existsSync(corpus)) {
    console.warn(`Spark's hints are not checked: ${corpus} is missing.`);
    return;
  }
  let checked = 0;
  for (const path of globSync(`${corpus}/*/delta/_delta_log/_last_checkpoint`)) {
    const text = readFileSync(path, "utf8");
    if (!/"checksum":"[0-9a-f]{32}"/.test(text)) continue;
    const hint = JSON.parse(text) as { readonly checksum: string };
    expect(jsonChecksum(hint)).toBe(hint.checksum);
    checked++;
  }
  expect(checked).toBeGreaterThan(10);
});

/** Commits a protocol with a feature, and properties, as another writer would. */
async function withFeature(
  store: Store,
  feature: string,
  configuration: Readonly<Record<string, string>>,
): Promise<void> {
  const first = await textOf(store, `${LOG}${padded(0)}.json`);
  const metaData = first
    .split("\n")
    .filter((line) => line.startsWith('{"metaData"'))
    .map((line) => (JSON.parse(line) as { metaData: object }).metaData)[0];
  const lines = [
    {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: [feature],
        writerFeatures: [feature],
      },
    },
    { metaData: { ...metaData, configuration } },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await store.put(`${LOG}${padded(1)}.json`, new TextEncoder().encode(text));
}
