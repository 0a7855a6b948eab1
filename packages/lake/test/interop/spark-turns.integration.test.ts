import { date, decimal, defineTable, int64, nullable, type RowInput, utf8 } from "@lakewright/core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SparkSession, startSpark } from "../../../../tools/services/spark.ts";
import {
  and,
  createTable,
  type CreateTableOptions,
  eq,
  gt,
  type LakeTable,
  lt,
  openTable,
  source,
  sql,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { sparkTexts, textOf } from "./spark-rows.ts";

let spark: SparkSession | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-spark-turns-"));
  try {
    spark = await startSpark();
  } catch (error) {
    console.warn(`Tests against Spark are skipped: ${(error as Error).message}`);
  }
});
afterAll(async () => {
  await spark?.stop();
  await rm(folder, { recursive: true, force: true });
});

const orders = defineTable("orders", {
  id: int64(),
  region: nullable(utf8()),
  amount: nullable(decimal(12, 2)),
  day: nullable(date()),
});
type Orders = typeof orders;
type Order = RowInput<Orders>;

const regions = ["north", "south", null] as const;

function rows(from: number, to: number): Order[] {
  return Array.from({ length: to - from }, (_, k) => {
    const id = from + k;
    const day = `2026-01-${String((id % 28) + 1).padStart(2, "0")}`;
    return { id, region: regions[id % 3]!, amount: `${id}.25`, day: id % 11 === 0 ? null : day };
  });
}

/** The same rows as Spark makes them. */
function selectRows(from: number, to: number): string {
  return `SELECT id, CASE id % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' END AS region, CAST(concat(id, '.25') AS DECIMAL(12,2)) AS amount,
    CASE WHEN id % 11 <> 0 THEN CAST(concat('2026-01-', lpad(id % 28 + 1, 2, '0')) AS DATE) END AS day FROM range(${from}, ${to}, 1, 2)`;
}

/** A change of the table, as each of the two says it. */
interface Step {
  readonly name: string;
  readonly sql: string;
  ours(table: LakeTable<Orders>): Promise<unknown>;
}

const steps: readonly Step[] = [
  {
    name: "append",
    sql: `INSERT INTO T ${selectRows(0, 300)}`,
    ours: (table) => table.append(rows(0, 300)),
  },
  {
    name: "append more",
    sql: `INSERT INTO T ${selectRows(300, 500)}`,
    ours: (table) => table.append(rows(300, 500)),
  },
  {
    name: "delete rows",
    sql: "DELETE FROM T WHERE amount > 490 OR id = 17",
    ours: async (table) => {
      await table.delete(gt("amount", "490"));
      await table.delete(eq("id", 17n));
    },
  },
  {
    name: "update rows",
    sql: "UPDATE T SET amount = amount * 2, region = 'moved' WHERE id < 40 AND region = 'north'",
    ours: (table) =>
      table.update({
        where: and(lt("id", 40n), eq("region", "north")),
        set: { amount: sql("amount * 2"), region: "moved" },
      }),
  },
  {
    name: "merge",
    sql: `MERGE INTO T USING (${selectRows(200, 620)}) s ON T.id = s.id
      WHEN MATCHED AND s.id % 10 = 0 THEN DELETE
      WHEN MATCHED AND s.id % 10 < 4 THEN UPDATE SET amount = T.amount + s.amount, day = NULL
      WHEN NOT MATCHED THEN INSERT *
      WHEN NOT MATCHED BY SOURCE AND T.id < 10 THEN DELETE`,
    ours: (table) =>
      table.merge(rows(200, 620), {
        on: ["id"],
        whenMatched: [
          { when: sql("source.id % 10 = 0"), then: "delete" },
          {
            when: sql("source.id % 10 < 4"),
            then: "update",
            set: { amount: sql("amount + source.amount"), day: null },
          },
        ],
        whenNotMatched: "insert",
        whenNotMatchedBySource: [{ when: lt("id", 10n), then: "delete" }],
      }),
  },
  { name: "optimize", sql: "OPTIMIZE T", ours: (table) => table.optimize() },
  {
    name: "merge that copies the key",
    sql: `MERGE INTO T USING (${selectRows(600, 640)}) s ON T.id = s.id AND T.amount = s.amount
      WHEN MATCHED THEN UPDATE SET region = s.region, day = date'2000-01-01' WHEN NOT MATCHED THEN INSERT (id, region) VALUES (s.id, 'new')`,
    ours: (table) =>
      table.merge(rows(600, 640), {
        on: ["id", "amount"],
        whenMatched: [{ then: "update", set: { region: source("region"), day: "2000-01-01" } }],
        whenNotMatched: [{ then: "insert", values: { id: source("id"), region: "new" } }],
      }),
  },
  {
    name: "z-order",
    sql: "OPTIMIZE T ZORDER BY (amount, day)",
    ours: (table) => table.optimize({ zOrderBy: ["amount", "day"] }),
  },
  {
    name: "vacuum",
    sql: "VACUUM T RETAIN 0 HOURS",
    ours: (table) => table.vacuum({ retainHours: 0, allowShortRetention: true }),
  },
  {
    name: "delete a whole region",
    sql: "DELETE FROM T WHERE region = 'south'",
    ours: (table) => table.delete(eq("region", "south")),
  },
  {
    name: "restore",
    sql: "RESTORE T TO VERSION AS OF LATEST",
    // The version before the delete: each counts its own.
    ours: (table) => table.restore({ version: table.version - 1n }),
  },
  {
    name: "checkpoint and append",
    sql: `INSERT INTO T ${selectRows(700, 720)}`,
    ours: async (table) => {
      await table.checkpoint();
      await table.append(rows(700, 720));
    },
  },
  {
    name: "replace rows",
    sql: `INSERT INTO T REPLACE WHERE id >= 700 ${selectRows(700, 705)}`,
    ours: (table) => table.overwrite(rows(700, 705), { where: sql("id >= 700") }),
  },
];

const layouts: Readonly<Record<string, CreateTableOptions>> = {
  plain: {},
  "partitioned, with a change feed": {
    partitionBy: ["region"],
    properties: { "delta.enableChangeDataFeed": "true" },
  },
  "deletion vectors, in-commit timestamps": {
    properties: {
      "delta.enableDeletionVectors": "true",
      "delta.enableInCommitTimestamps": "true",
      "delta.checkpointInterval": "3",
    },
  },
  "column mapping, deletion vectors, a change feed, v2 checkpoints": {
    partitionBy: ["region"],
    properties: {
      "delta.columnMapping.mode": "name",
      "delta.enableDeletionVectors": "true",
      "delta.enableChangeDataFeed": "true",
      "delta.checkpointPolicy": "v2",
      "delta.checkpointInterval": "4",
    },
  },
};

describe("Spark and we change one table in turn", { timeout: 1_200_000 }, () => {
  // Which of the two begins decides who does what: over the layouts each does every step.
  test.each([
    ["plain", 0],
    ["partitioned, with a change feed", 1],
    ["deletion vectors, in-commit timestamps", 0],
    ["column mapping, deletion vectors, a change feed, v2 checkpoints", 1],
  ])("%s, beginning with %i", async (name, first) => {
    const how = layouts[name]!;
    if (!spark) return;
    const path = join(folder, `${name}-${first}`.replaceAll(/\W+/g, "-"));
    // A twin on which Spark alone does the same.
    const twin = `delta.\`${path}-twin\``;
    const shared = `delta.\`${path}\``;
    await createTable(localStore(path), orders, how);
    await createTable(localStore(`${path}-twin`), orders, how);
    await spark.sql("SET spark.databricks.delta.retentionDurationCheck.enabled = false");
    let before = 0n;
    for (const [k, step] of steps.entries()) {
      const say = async (table: string, asOf?: bigint): Promise<void> => {
        const versions = await spark!.sql(`DESCRIBE HISTORY ${table} LIMIT 1`);
        const latest = asOf ?? BigInt(versions[0]!["version"] as string);
        const text = step.sql.replace("LATEST", String(latest - 1n));
        // Only a merge has an alias for its table.
        const target = text.startsWith("MERGE") ? `${table} AS t` : table;
        await spark!.sql(text.replaceAll(/\bT\./g, "t.").replace(/\bT\b/, target));
      };
      await say(twin);
      const table = await createTable(localStore(path), orders, { ...how, ifExists: "open" });
      before = table.version;
      if (k % 2 === first) await step.ours(table);
      else await say(shared);
      const after = await openTable(localStore(path));
      const wanted = (await spark.sql(`SELECT * FROM ${twin}`)).map(textOf).sort();
      expect(await sparkTexts(after), `${step.name}: what we read`).toEqual(wanted);
      const told = (await spark.sql(`SELECT * FROM ${shared}`)).map(textOf).sort();
      expect(told, `${step.name}: what Spark reads`).toEqual(wanted);
      expect(after.version).toBeGreaterThanOrEqual(before);
    }
  });
});
