import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SparkRow, type SparkSession, startSpark } from "../../../../tools/services/spark.ts";
import { type LakeTable, openTable, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { sparkTexts, textOf } from "./spark-rows.ts";

/** A table that Spark and we have in common. */
export interface SharedTable {
  readonly path: string;
  readonly store: Store;
  /** Runs a statement of Spark; `T` in it is the table. */
  spark(statement: string): Promise<readonly SparkRow[]>;
  /** Opens the table anew, and expects that Spark and we read these rows, in any order: values as Spark's session gives them. */
  agree(rows: readonly SparkRow[]): Promise<LakeTable>;
}

type Body = (table: SharedTable) => Promise<void>;

/** One Spark session for the tests of a file, each with a folder of its own; without Spark they skip, saying why. */
export function withSpark(name: string): (title: string, body: Body) => void {
  let spark: SparkSession | undefined;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `lakewright-${name}-`));
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
  const sharedAt = (path: string, session: SparkSession): SharedTable => {
    const store = localStore(path);
    const run = (statement: string): Promise<readonly SparkRow[]> =>
      // A whole word: the T of TIMESTAMP and the like stays.
      session.sql(statement.replaceAll(/\bT\b/g, `delta.\`${path}\``));
    return {
      path,
      store,
      spark: run,
      agree: async (rows) => {
        const wanted = rows.map(textOf).sort();
        const told = (await run("SELECT * FROM T")).map(textOf).sort();
        expect(told, "what Spark reads").toEqual(wanted);
        const table = await openTable(store);
        expect(await sparkTexts(table), "what we read").toEqual(wanted);
        return table;
      },
    };
  };
  return (title, body) =>
    test(title, async (context) => {
      if (!spark) return context.skip();
      await body(sharedAt(join(folder, `table-${count++}`), spark));
    });
}
