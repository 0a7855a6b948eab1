import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SparkRow, type SparkSession, startSpark } from "../../../../tools/services/spark.ts";
import { createTable, gte, inList, lt, openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { after, type Item, items, rowText, type Step, step, take, texted } from "./scenario.ts";

let spark: SparkSession | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-change-spark-"));
  try {
    spark = await startSpark();
  } catch (error) {
    console.warn(`Tests against Spark are skipped: ${(error as Error).message}`);
  }
}, 400_000);
afterAll(async () => {
  await spark?.stop();
  await rm(folder, { recursive: true, force: true });
});

const COLUMNS = "id, p, cast(x AS STRING) AS x, cast(amount AS STRING) AS amount, note";

function item(row: SparkRow): Item {
  const { id, p, x, amount, note } = row as Record<string, string | null>;
  return {
    id: BigInt(id!),
    p: p ?? null,
    x: x === null || x === undefined ? null : Number(x),
    amount: amount ?? null,
    note: note ?? null,
  };
}

async function sparkRows(path: string): Promise<string[]> {
  return texted((await spark!.sql(`SELECT ${COLUMNS} FROM delta.\`${path}\``)).map(item));
}

const change = (version: unknown, type: unknown, row: object): string =>
  `${String(version)} ${String(type)} ${rowText(row)}`;

async function sparkChanges(path: string): Promise<string[]> {
  const rows = await spark!.sql(
    `SELECT ${COLUMNS}, _commit_version, _change_type FROM table_changes_by_path('${path}', 0)`,
  );
  return rows.map((row) => change(row["_commit_version"], row["_change_type"], item(row))).sort();
}

const VECTORS = { "delta.enableDeletionVectors": "true" };
const FEED = { "delta.enableChangeDataFeed": "true" };

test.each([
  ["copies", FEED, ["p"]],
  ["vectors", { ...VECTORS, ...FEED }, []],
  ["vectors in partitions", { ...VECTORS, ...FEED }, ["p"]],
] as const)(
  "Spark reads the rows and the change feed of a changed table: by %s",
  async (name, properties, partitionBy) => {
    if (!spark) return;
    const scenarios = fc.sample(fc.array(step, { minLength: 6, maxLength: 10 }), {
      numRuns: 1,
      seed: 7,
    });
    for (const [k, steps] of scenarios.entries()) {
      const path = join(folder, `${name.replaceAll(" ", "-")}-${k}`);
      const table = await createTable(localStore(path), items, { partitionBy, properties });
      let rows: readonly Item[] = [];
      for (const step of steps) {
        await take(table, step);
        rows = after(rows, step);
      }
      expect(await sparkRows(path)).toEqual(texted(rows));
      const ours = await table.changes({ from: 0n }).rows();
      expect(await sparkChanges(path)).toEqual(
        ours.map((row) => change(row._commit_version, row._change_type, row)).sort(),
      );
    }
  },
  240_000,
);

test("Spark and we change one table with deletion vectors in turn", async () => {
  if (!spark) return;
  const path = join(folder, "turns");
  const table = await createTable(localStore(path), items, {
    properties: { ...VECTORS, ...FEED },
  });
  let rows: readonly Item[] = [];
  const ours = async (step: Step): Promise<void> => {
    await table.refresh();
    await take(table, step);
    rows = after(rows, step);
  };
  const theirs = async (sql: string, make: (rows: readonly Item[]) => Item[]): Promise<void> => {
    await spark!.sql(sql.replace(/\bT\b/g, `delta.\`${path}\``));
    rows = make(rows);
    const read = await (await openTable(localStore(path))).scan().rows();
    expect(texted(read)).toEqual(texted(rows));
  };
  const isTheirs = (row: Item): boolean => (row.id as bigint) % 10n === 4n;
  await ours({
    kind: "append",
    rows: Array.from({ length: 400 }, (_, k) => ({
      id: BigInt(k),
      p: ["a", null][k % 2]!,
      x: k / 4,
      amount: `${k % 50}.50`,
      note: `note ${k}`,
    })),
  });
  await ours({ kind: "delete", where: inList("id", [1n, 2n, 77n]) });
  await theirs("DELETE FROM T WHERE id % 10 = 3", (all) =>
    all.filter((row) => (row.id as bigint) % 10n !== 3n),
  );
  await ours({ kind: "delete", where: gte("id", 390n) });
  await theirs("UPDATE T SET note = 'spark' WHERE id % 10 = 4", (all) =>
    all.map((row) => (isTheirs(row) ? { ...row, note: "spark" } : row)),
  );
  await ours({ kind: "update", where: lt("id", 100n), set: { p: "b", amount: null } });
  expect(await sparkRows(path)).toEqual(texted(rows));
  const changes = await (await openTable(localStore(path))).changes({ from: 0n }).rows();
  expect(await sparkChanges(path)).toEqual(
    changes.map((row) => change(row["_commit_version"], row["_change_type"], row)).sort(),
  );
}, 400_000);
