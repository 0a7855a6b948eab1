import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SparkSession, startSpark } from "../../../../tools/services/spark.ts";
import { openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { sparkTexts, textOf } from "./spark-rows.ts";

let spark: SparkSession | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-spark-reads-"));
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

/** What Spark does to a table `T`; every statement is a version or more. */
const tables: Readonly<Record<string, readonly string[]>> = {
  "every type, nulls and extremes": [
    `CREATE TABLE T (i1 BYTE, i2 SHORT, i4 INT, i8 BIGINT, f FLOAT, d DOUBLE, m DECIMAL(38,18), s STRING, b BINARY, o BOOLEAN,
       day DATE, at TIMESTAMP, wall TIMESTAMP_NTZ, l ARRAY<INT>, st STRUCT<a: INT, b: ARRAY<STRING>>, mp MAP<STRING, DECIMAL(9,2)>) USING delta`,
    `INSERT INTO T VALUES
       (-128, -32768, -2147483648, -9223372036854775808, float('nan'), double('-infinity'), -99999999999999999999.999999999999999999, '', x'', true,
        date'0001-01-01', timestamp'1582-10-15 00:00:00.000001', timestamp_ntz'9999-12-31 23:59:59.999999', array(), struct(null, array(null, 'é')), map()),
       (127, 32767, 2147483647, 9223372036854775807, 1.5, -0.1, 0.000000000000000001, '𝄞 "quoted"', x'00ff', false,
        date'9999-12-31', timestamp'2026-11-21 10:00:00.123456', timestamp_ntz'1969-12-31 23:59:59.999999', array(1, null), struct(1, null), map('a', 1.50, 'b', null)),
       (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`,
  ],
  "partitions of every type": [
    `CREATE TABLE T (v INT, s STRING, d DATE, t TIMESTAMP, n TIMESTAMP_NTZ, m DECIMAL(10,4), o BOOLEAN, f DOUBLE, i BIGINT, b BINARY) USING delta
       PARTITIONED BY (s, d, t, n, m, o, f, i, b)`,
    `INSERT INTO T VALUES
       (1, 'US/East %25 {a}=b', date'2020-02-29', timestamp'2020-01-01 00:00:00.000001', timestamp_ntz'1969-12-31 23:59:59', -12.5000, true, 1.0E10, -1, cast('ab' as binary)),
       (2, null, null, null, null, null, null, null, null, null),
       (3, 'é 日本 ', date'1900-01-01', timestamp'1900-01-01 00:00:00', timestamp_ntz'2020-01-01 00:00:00.5', 0.0001, false, double('nan'), 9223372036854775807, cast('x y' as binary))`,
  ],
  "deletion vectors": [
    "CREATE TABLE T (id BIGINT, v STRING) USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
    "INSERT INTO T SELECT id, cast(id AS STRING) FROM range(0, 5000, 1, 1)",
    "DELETE FROM T WHERE id % 7 = 3",
    "UPDATE T SET v = 'x' WHERE id BETWEEN 100 AND 200",
    "DELETE FROM T WHERE id > 4900",
  ],
  "column mapping by name, renamed and dropped columns": [
    "CREATE TABLE T (id INT, `a b,c` STRING, p STRING, gone INT) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
    "INSERT INTO T VALUES (1, 'x', 'p1', 5), (2, 'y', null, 6)",
    "ALTER TABLE T RENAME COLUMN `a b,c` TO label",
    "ALTER TABLE T DROP COLUMN gone",
    "ALTER TABLE T ADD COLUMN (extra STRUCT<x: INT, y: STRING>)",
    "INSERT INTO T VALUES (3, 'p3', 'z', struct(1, 'q'))",
    "DELETE FROM T WHERE label = 'x'",
  ],
  "column mapping by id": [
    "CREATE TABLE T (id INT, st STRUCT<a: INT, b: MAP<STRING, STRUCT<c: INT>>>) USING delta TBLPROPERTIES ('delta.columnMapping.mode' = 'id')",
    "INSERT INTO T VALUES (1, struct(1, map('k', struct(7)))), (2, null)",
    "ALTER TABLE T RENAME COLUMN st.a TO alpha",
    "INSERT INTO T VALUES (3, struct(3, map()))",
  ],
  "v2 checkpoints with sidecars": [
    `CREATE TABLE T (id INT, p INT) USING delta PARTITIONED BY (p)
       TBLPROPERTIES ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2', 'delta.enableDeletionVectors' = 'true')`,
    ...[1, 2, 3, 4, 5].map(
      (k) => `INSERT INTO T SELECT id, id % 3 FROM range(${k * 10}, ${k * 10 + 10})`,
    ),
    "DELETE FROM T WHERE id % 5 = 0",
  ],
  "checkpoints with struct statistics only": [
    `CREATE TABLE T (id BIGINT, d DECIMAL(12,2), s STRING) USING delta TBLPROPERTIES ('delta.checkpointInterval' = '2',
       'delta.checkpoint.writeStatsAsStruct' = 'true', 'delta.checkpoint.writeStatsAsJson' = 'false')`,
    ...[1, 2, 3].map((k) => `INSERT INTO T VALUES (${k}, ${k}.25, 's${k}')`),
  ],
  "widened types": [
    `CREATE TABLE T (a BYTE, b INT, c FLOAT, d DECIMAL(6,2), e DATE, s STRUCT<x: SHORT>) USING delta
       TBLPROPERTIES ('delta.enableTypeWidening' = 'true', 'delta.feature.timestampNtz' = 'supported')`,
    "INSERT INTO T VALUES (1, 2, 1.1, 1234.56, date'2020-01-01', struct(5))",
    "ALTER TABLE T ALTER COLUMN a TYPE INT",
    "ALTER TABLE T ALTER COLUMN b TYPE BIGINT",
    "ALTER TABLE T ALTER COLUMN c TYPE DOUBLE",
    "ALTER TABLE T ALTER COLUMN d TYPE DECIMAL(12,4)",
    "ALTER TABLE T ALTER COLUMN e TYPE TIMESTAMP_NTZ",
    "ALTER TABLE T ALTER COLUMN s.x TYPE INT",
    "INSERT INTO T VALUES (100000, 5000000000, 1.1, 12345678.1234, timestamp_ntz'2020-01-01 10:00:00', struct(70000))",
  ],
  "generated, identity and default columns, constraints": [
    `CREATE TABLE T (id BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 5 INCREMENT BY 10), at TIMESTAMP NOT NULL, day DATE GENERATED ALWAYS AS (CAST(at AS DATE)),
       note STRING DEFAULT 'none') USING delta TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')`,
    "ALTER TABLE T ADD CONSTRAINT young CHECK (at > '2000-01-01')",
    "INSERT INTO T (at) VALUES (timestamp'2026-01-01 23:59:59'), (timestamp'2026-01-02 00:00:00')",
  ],
  "in-commit timestamps and a change feed": [
    "CREATE TABLE T (id INT, v INT) USING delta TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true', 'delta.enableChangeDataFeed' = 'true')",
    "INSERT INTO T VALUES (1, 1), (2, 2), (3, 3)",
    "UPDATE T SET v = 20 WHERE id = 2",
    "DELETE FROM T WHERE id = 1",
  ],
  "liquid clustering": [
    "CREATE TABLE T (id INT, v INT) USING delta CLUSTER BY (id)",
    "INSERT INTO T SELECT id, id FROM range(100)",
    "OPTIMIZE T",
  ],
  "row tracking": [
    "CREATE TABLE T (id INT) USING delta TBLPROPERTIES ('delta.enableRowTracking' = 'true')",
    "INSERT INTO T SELECT id FROM range(10)",
    "UPDATE T SET id = id + 100 WHERE id < 5",
  ],
  "after merge, optimize and restore": [
    "CREATE TABLE T (id INT, v STRING) USING delta PARTITIONED BY (v)",
    "INSERT INTO T SELECT id, cast(id % 2 AS STRING) FROM range(20)",
    `MERGE INTO T USING (SELECT id + 10 AS id, 'm' AS v FROM range(20)) s ON T.id = s.id
       WHEN MATCHED AND s.id < 15 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE AND T.id = 0 THEN DELETE`,
    "OPTIMIZE T ZORDER BY (id)",
    "RESTORE TABLE T TO VERSION AS OF 1",
    "INSERT OVERWRITE T SELECT 7, 'seven'",
  ],
};

describe("tables of Spark are read as Spark reads them", () => {
  test.each(Object.entries(tables))("%s", async (name, statements) => {
    if (!spark) return;
    const path = join(folder, name.replaceAll(/\W+/g, "-"));
    const table = `delta.\`${path}\``;
    // A whole word: the T of TIMESTAMP and the like stays.
    for (const statement of statements) await spark.sql(statement.replaceAll(/\bT\b/g, table));
    const opened = await openTable(localStore(path));
    const wanted = async (version: string): Promise<string[]> =>
      (await spark!.sql(`SELECT * FROM ${table}${version}`)).map(textOf).sort();
    expect(await sparkTexts(opened)).toEqual(await wanted(""));
    const middle = opened.version / 2n;
    const past = await openTable(localStore(path), { asOf: { version: middle } });
    expect(await sparkTexts(past)).toEqual(await wanted(` VERSION AS OF ${middle}`));
    if (opened.properties["delta.enableChangeDataFeed"] !== "true") return;
    const changes = await opened.changes({ from: 0n }).rows();
    const told = await spark.sql(
      `SELECT _change_type, _commit_version, count(*) AS n FROM table_changes_by_path('${path}', 0) GROUP BY ALL`,
    );
    const counts = new Map<string, number>();
    for (const { _change_type, _commit_version } of changes) {
      const key = `${_change_type} ${_commit_version}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual(
      Object.fromEntries(
        told.map((row) => [`${row["_change_type"]} ${row["_commit_version"]}`, Number(row["n"])]),
      ),
    );
  });
});

const corpus = resolve("../shared/data/delta/tables");
if (!existsSync(corpus)) console.warn(`Paths in the log are not compared: ${corpus} is missing.`);

describe("a file that was added as /p is gone once file:/p is removed", () => {
  // What is published with these tables keeps the file; the engine that defines the format does not, and nor do we.
  test.runIf(existsSync(corpus)).each(["normal-a", "normal-b", "special-a"])("%s", async (name) => {
    if (!spark) return;
    const path = join(folder, `canonicalized-paths-${name}`);
    const source = join(corpus, `kernel-rs-golden__canonicalized-paths-${name}`, "delta");
    await cp(source, path, { recursive: true });
    const [detail] = await spark.sql(`DESCRIBE DETAIL delta.\`${path}\``);
    expect(detail).toMatchObject({ numFiles: "0" });
    const opened = await openTable(localStore(path));
    expect(opened.files()).toEqual([]);
    const before = await openTable(localStore(path), { asOf: { version: 0n } });
    expect(before.files()).toHaveLength(1);
  });
});
