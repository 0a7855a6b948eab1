import { date, decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { SparkRow } from "../../../../tools/services/spark.ts";
import {
  convertToDelta,
  createTable,
  eq,
  gte,
  type LakeTable,
  lt,
  openTable,
  writeDataset,
} from "../../src/index.ts";
import { textOf } from "./spark-rows.ts";
import { type SharedTable, withSpark } from "./spark-tables.ts";

const test = withSpark("spark-upkeep");

const items = defineTable("items", { id: int64(), p: nullable(utf8()) });
const range = (from: number, to: number): { id: bigint; p: string | null }[] =>
  Array.from({ length: to - from }, (_, k) => ({
    id: BigInt(from + k),
    p: ["a", "b c", null][(from + k) % 3]!,
  }));
const plain = (rows: readonly { id: bigint; p: string | null }[]): SparkRow[] =>
  rows.map(({ id, p }) => ({ id: String(id), p }));

const logOf = ({ path }: SharedTable): Promise<string[]> => readdir(join(path, "_delta_log"));

/** Makes commits unreadable that a checkpoint stands for: whoever reads the table needs the checkpoint. */
async function spoilCommits(shared: SharedTable, before: number): Promise<void> {
  for (let version = 0; version < before; version++) {
    const file = join(shared.path, "_delta_log", `${String(version).padStart(20, "0")}.json`);
    await rm(file, { force: true });
    await writeFile(file, "spoilt\n");
  }
}

for (const policy of ["classic", "v2"]) {
  test(`a ${policy} checkpoint is all that Spark needs, and Spark's all that we need`, async (shared) => {
    const { store, spark, agree } = shared;
    const ours = await createTable(store, items, {
      partitionBy: ["p"],
      checkpointInterval: 3,
      properties: {
        "delta.checkpointPolicy": policy,
        "delta.enableDeletionVectors": "true",
        "delta.checkpoint.writeStatsAsStruct": "true",
        "delta.checkpoint.writeStatsAsJson": policy === "v2" ? "true" : "false",
      },
    });
    await ours.append(range(0, 30), { txn: { appId: "loader", version: 7n } });
    await ours.delete(eq("id", 5n));
    await ours.append(range(30, 40));
    const kept = range(0, 40).filter(({ id }) => id !== 5n);
    const names = await logOf(shared);
    expect(names.filter((name) => name.includes("3.checkpoint"))).toHaveLength(1);
    expect(names.includes("_sidecars")).toBe(policy === "v2");
    await spoilCommits(shared, 3);
    await agree(plain(kept));
    expect(await spark("SELECT count(*) AS n FROM T WHERE id >= 35 AND p = 'a'")).toEqual([
      { n: String(kept.filter(({ id, p }) => id >= 35n && p === "a").length) },
    ]);
    for (const id of [100, 101, 102]) await spark(`INSERT INTO T VALUES (${id}, 'a')`);
    expect((await logOf(shared)).some((name) => name.includes("6.checkpoint"))).toBe(true);
    const added = [100n, 101n, 102n].map((id) => ({ id, p: "a" }));
    const lake = await agree(plain([...kept, ...added]));
    expect(lake.transactions.get("loader")).toBe(7n);
    await lake.checkpoint();
    await lake.delete(gte("id", 100n));
    await agree(plain(kept));
  });
}

test("a log cleaned up by us is gone on with by Spark", async (shared) => {
  const { store, path, spark, agree } = shared;
  const day = 86_400_000;
  const start = Date.now() - 60 * day;
  const now = { ms: start };
  const ours = await createTable(store, items, {
    clock: () => now.ms,
    checkpointInterval: 4,
    properties: {
      "delta.enableInCommitTimestamps": "true",
      "delta.enableExpiredLogCleanup": "false",
    },
  });
  for (let k = 0; k < 8; k++) {
    now.ms += k < 6 ? day : 25 * day;
    await ours.append(range(k, k + 1));
  }
  const files = await logOf(shared);
  for (const name of files.filter((name) => name.endsWith("json") || name.endsWith("parquet"))) {
    const at = new Date(start + Number(name.slice(0, 20)) * day);
    if (!name.startsWith("_")) await utimes(join(path, "_delta_log", name), at, at);
  }
  now.ms = Date.now();
  const { filesRemoved } = await ours.cleanLog();
  expect(filesRemoved).toBeGreaterThan(3);
  expect(await logOf(shared)).not.toContain(`${"0".repeat(20)}.json`);
  await agree(plain(range(0, 8)));
  await spark("INSERT INTO T VALUES (8, 'a'), (9, null)");
  await agree(plain([...range(0, 8), { id: 8n, p: "a" }, { id: 9n, p: null }]));
});

test("in-commit timestamps: the history has the same times for Spark and for us", async ({
  spark,
  store,
  agree,
}) => {
  const ours = await createTable(store, items);
  await ours.append(range(0, 2));
  await ours.alter({ setProperties: { "delta.enableInCommitTimestamps": "true" } });
  await ours.append(range(2, 3));
  await spark("INSERT INTO T SELECT id + 3, 'c' FROM T WHERE id = 0");
  const lake = await openTable(store);
  await lake.append(range(4, 5));
  const told = await spark("DESCRIBE HISTORY T");
  const history = await lake.history();
  // Before they are turned on, a commit has the time of its file.
  expect(
    history.slice(0, 4).map(({ version, timestamp }) => [version, timestamp.getTime()]),
  ).toEqual(
    told
      .slice(0, 4)
      .map((row) => [BigInt(row["version"] as string), Date.parse(row["timestamp"] as string)]),
  );
  const [, theirs] = history;
  const past = await openTable(store, { asOf: { timestamp: theirs!.timestamp } });
  expect(past.version).toBe(theirs!.version);
  await agree(plain([...range(0, 3), { id: 3n, p: "c" }, ...range(4, 5)]));
});

test("the change feed of merges, ours and Spark's, with deletion vectors and mapped columns", async ({
  spark,
  path,
  store,
  agree,
}) => {
  const ours = await createTable(store, items, {
    properties: {
      "delta.enableChangeDataFeed": "true",
      "delta.enableDeletionVectors": "true",
      "delta.columnMapping.mode": "name",
    },
  });
  await ours.append(range(0, 20));
  await ours.merge(
    [
      { id: 3n, p: "merged" },
      { id: 4n, p: "gone" },
      { id: 50n, p: "new" },
    ],
    {
      on: ["id"],
      whenMatched: [{ when: eq("id", 4n), then: "delete" }, { then: "update" }],
      whenNotMatched: "insert",
      whenNotMatchedBySource: [{ when: lt("id", 2n), then: "update", set: { p: "left" } }],
    },
  );
  await spark(`MERGE INTO T USING (SELECT id + 2 AS id, 'spark' AS p FROM range(3)) s ON T.id = s.id
    WHEN MATCHED AND s.id = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`);
  await ours.refresh();
  await ours.overwrite([{ id: 5n, p: "over" }], { where: eq("id", 5n) });
  const rows = range(0, 20).flatMap(({ id, p }) => {
    if (id === 2n) return [];
    if (id < 2n) return [{ id, p: "left" }];
    if (id === 3n || id === 4n) return [{ id, p: "spark" }];
    return [{ id, p: id === 5n ? "over" : p }];
  });
  const lake = await agree(plain([...rows, { id: 50n, p: "new" }]));
  const told = await spark(
    `SELECT id, p, _change_type, _commit_version FROM table_changes_by_path('${path}', 0)`,
  );
  const changes = await lake.changes({ from: 0n }).rows();
  const texts = changes.map(({ id, p, _change_type, _commit_version }) =>
    textOf({
      id: String(id),
      p: p as string,
      _change_type,
      _commit_version: String(_commit_version),
    }),
  );
  expect(texts.sort()).toEqual(told.map(textOf).sort());
});

test("restores by us and by Spark", async ({ spark, store, agree }) => {
  const ours = await createTable(store, items, {
    properties: { "delta.enableDeletionVectors": "true" },
  });
  await ours.append(range(0, 10));
  await ours.delete(lt("id", 4n));
  await ours.overwrite(range(20, 22));
  await ours.restore({ version: 2n });
  await agree(plain(range(4, 10)));
  await spark("RESTORE TABLE T TO VERSION AS OF 3");
  const lake = await agree(plain(range(20, 22)));
  await lake.restore({ version: 1n });
  await agree(plain(range(0, 10)));
});

test("a folder we made a table of is one for Spark, and stays one", async ({
  spark,
  store,
  agree,
}) => {
  const table = defineTable("t", {
    id: int64(),
    m: nullable(decimal(20, 4)),
    p: nullable(utf8()),
    seen: date(),
  });
  const rows = [
    { id: 1n, m: "-1.5000", p: "a b/c", seen: "2026-01-02" },
    { id: 2n, m: null, p: null, seen: "2026-01-03" },
  ];
  await writeDataset(store, table, rows, { partitionBy: ["p", "seen"] });
  await convertToDelta(store, { table });
  const told = rows.map((row) => ({ ...row, id: String(row.id) }));
  await agree(told);
  await spark("INSERT INTO T VALUES (3, 2.5, 'a b/c', date'2026-01-02')");
  await agree([...told, { id: "3", m: "2.5000", p: "a b/c", seen: "2026-01-02" }]);
  expect(await spark("SELECT count(*) AS n FROM T WHERE m < 0")).toEqual([{ n: "1" }]);
});

test("what vacuum leaves is enough for Spark, and its files for our vacuum", async ({
  spark,
  store,
  path,
  agree,
}) => {
  const ours = await createTable(store, items, {
    partitionBy: ["p"],
    properties: { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" },
  });
  await ours.append(range(0, 3000));
  await spark("DELETE FROM T WHERE id % 5 = 1");
  await spark("UPDATE T SET p = 'moved' WHERE id = 7");
  await ours.refresh();
  await ours.delete(gte("id", 2990n));
  const before = (await readdir(path, { recursive: true })).length;
  const kept = range(0, 2990)
    .filter(({ id }) => id % 5n !== 1n)
    .map((row) => (row.id === 7n ? { id: 7n, p: "moved" } : row));
  await ours.vacuum({ retainHours: 0, allowShortRetention: true });
  expect((await readdir(path, { recursive: true })).length).toBeLessThan(before);
  await agree(plain(kept));
  await ours.optimize();
  await ours.vacuum({ retainHours: 0, allowShortRetention: true });
  await agree(plain(kept));
});

test("a clustered table of Spark takes our rows and our optimize, and is clustered by Spark after", async ({
  spark,
  store,
  agree,
}) => {
  await spark("CREATE TABLE T (id BIGINT, p STRING) USING delta CLUSTER BY (id)");
  await spark("INSERT INTO T SELECT id, 'a' FROM range(50)");
  const lake = await openTable(store);
  await lake.append(range(50, 100));
  await lake.update({ where: eq("id", 3n), set: { p: "ours" } });
  await lake.optimize();
  await spark("INSERT INTO T VALUES (200, 'b')");
  await spark("OPTIMIZE T FULL");
  const rows = range(0, 100).map(({ id, p }) => ({
    id,
    p: id === 3n ? "ours" : id < 50n ? "a" : p,
  }));
  await agree(plain([...rows, { id: 200n, p: "b" }]));
  const [detail] = await spark("DESCRIBE DETAIL T");
  expect(detail!["clusteringColumns"]).toEqual(["id"]);
});

test("a table with row tracking is read, and refused by name before anything is written", async ({
  spark,
  agree,
}) => {
  await spark(
    "CREATE TABLE T (id BIGINT, p STRING) USING delta TBLPROPERTIES ('delta.enableRowTracking' = 'true')",
  );
  await spark("INSERT INTO T VALUES (1, 'a')");
  const lake: LakeTable = await agree([{ id: "1", p: "a" }]);
  const refused = {
    code: "LAKE_UNSUPPORTED_FEATURE",
    details: { features: expect.arrayContaining(["rowTracking"]) as unknown },
  };
  await expect(lake.append(range(2, 3))).rejects.toMatchObject(refused);
  await expect(lake.delete(eq("id", 1n))).rejects.toMatchObject(refused);
  await expect(lake.optimize()).rejects.toMatchObject(refused);
  await agree([{ id: "1", p: "a" }]);
});
