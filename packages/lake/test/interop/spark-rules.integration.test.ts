import {
  date,
  defineTable,
  int32,
  int64,
  nullable,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import { expect } from "vitest";
import { createTable, openTable } from "../../src/index.ts";
import { withSpark } from "./spark-tables.ts";

const test = withSpark("spark-rules");

const violated = (rule: RegExp): object => ({
  code: "LAKE_CONSTRAINT_VIOLATED",
  message: expect.stringMatching(rule) as string,
});
const things = defineTable("things", { id: nullable(int64()), name: nullable(utf8()) });

test("CHECK constraints of ours bind Spark, and Spark's bind us", async ({
  spark,
  store,
  agree,
}) => {
  const ours = await createTable(store, things, { constraints: { Positive: "id > 0" } });
  await ours.append([{ id: 1, name: "a" }]);
  await expect(spark("INSERT INTO T VALUES (-1, 'b')")).rejects.toThrow(/positive/i);
  await spark("INSERT INTO T VALUES (2, 'b')");
  await spark("ALTER TABLE T ADD CONSTRAINT named CHECK (name IS NOT NULL AND length(name) < 3)");
  await ours.refresh();
  await expect(ours.append([{ id: 3, name: "long" }])).rejects.toMatchObject(violated(/named/i));
  await expect(ours.update({ set: { id: 0n } })).rejects.toMatchObject(violated(/positive/));
  await ours.append([{ id: 3, name: "c" }]);
  await ours.alter({ dropConstraints: ["positive"], addConstraints: { small: "id < 10" } });
  await expect(spark("UPDATE T SET id = 10 WHERE id = 3")).rejects.toThrow(/small/i);
  await spark("UPDATE T SET id = 0 WHERE id = 3");
  await agree([
    { id: "1", name: "a" },
    { id: "2", name: "b" },
    { id: "0", name: "c" },
  ]);
});

test("generated columns of ours are computed by Spark, and Spark's by us", async ({
  spark,
  store,
  agree,
}) => {
  const table = defineTable("t", { at: timestamp(), day: nullable(date()) });
  const ours = await createTable(store, table, {
    generated: { day: "CAST(at AS DATE)" },
    partitionBy: ["day"],
  });
  await ours.append([{ at: "2026-03-05T23:59:59.999999Z" }]);
  await spark("INSERT INTO T (at) VALUES (timestamp'2026-03-06 00:00:00')");
  await expect(
    spark("INSERT INTO T VALUES (timestamp'2026-03-06 00:00:00', date'2026-03-07')"),
  ).rejects.toThrow(/generated column/i);
  await spark("UPDATE T SET at = timestamp'1969-12-31 23:00:00' WHERE day = '2026-03-06'");
  await agree([
    { at: "2026-03-05T23:59:59.999999Z", day: "2026-03-05" },
    { at: "1969-12-31T23:00:00.000000Z", day: "1969-12-31" },
  ]);
});

test("generated columns of Spark are computed and checked by us", async ({
  spark,
  store,
  agree,
}) => {
  await spark(
    `CREATE TABLE T (id BIGINT, at TIMESTAMP, word STRING, y INT GENERATED ALWAYS AS (YEAR(at)), m STRING GENERATED ALWAYS AS (DATE_FORMAT(at, 'yyyy-MM')),
       half BIGINT GENERATED ALWAYS AS (CAST(id / 2 AS BIGINT)), start STRING GENERATED ALWAYS AS (SUBSTRING(word, 1, 2)), hour TIMESTAMP GENERATED ALWAYS AS (DATE_TRUNC('HOUR', at)))
       USING delta PARTITIONED BY (y)`,
  );
  const lake = await openTable(store);
  await lake.append([{ id: 7n, at: "2026-12-31T23:59:00Z", word: "Ärger" }, { id: -7n }] as never);
  await expect(
    lake.append([{ id: 1n, at: "2026-12-31T23:59:00Z", y: 2025 }] as never),
  ).rejects.toMatchObject(violated(/generated column "y"/));
  const row = {
    id: "7",
    at: "2026-12-31T23:59:00.000000Z",
    word: "Ärger",
    y: "2026",
    m: "2026-12",
    half: "3",
    start: "Är",
    hour: "2026-12-31T23:00:00.000000Z",
  };
  const none = { at: null, word: null, y: null, m: null, start: null, hour: null };
  await agree([row, { ...none, id: "-7", half: "-3" }]);
  // Spark computes them itself, for the rows it updates; they would differ from ours if ours were wrong.
  await spark("UPDATE T SET id = id");
  await agree([row, { ...none, id: "-7", half: "-3" }]);
});

test("identity columns count on from one writer to the other", async ({ spark, store, agree }) => {
  const ours = await createTable(store, things, { identity: { id: { start: 10, step: 5 } } });
  await ours.append([{ name: "a" }, { name: "b" }]);
  await spark("INSERT INTO T (name) VALUES ('c')");
  await ours.refresh();
  await ours.append([{ name: "d" }]);
  await expect(spark("INSERT INTO T VALUES (99, 'e')")).rejects.toThrow(/identity/i);
  await ours.merge([{ name: "a" }, { name: "f" }], { on: ["name"], whenNotMatched: "insert" });
  await spark("INSERT INTO T (name) VALUES ('g')");
  // Spark may leave numbers out, and gives none twice: what it says is what is there.
  const rows = await spark("SELECT * FROM T ORDER BY id");
  expect(rows.map((row) => row["name"])).toEqual(["a", "b", "c", "d", "f", "g"]);
  const numbers = rows.map((row) => Number(row["id"]));
  expect(new Set(numbers).size).toBe(6);
  expect(numbers.every((id) => id >= 10 && id % 5 === 0)).toBe(true);
  await agree(rows);
});

test("identity columns of Spark, given always or by default and counting down, are counted on by us", async ({
  spark,
  store,
  agree,
}) => {
  await spark(
    `CREATE TABLE T (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH -1 INCREMENT BY -2), n BIGINT GENERATED BY DEFAULT AS IDENTITY, v STRING) USING delta`,
  );
  await spark("INSERT INTO T (v) VALUES ('a')");
  const lake = await openTable(store);
  await lake.append([{ v: "b" }, { v: "c", n: 1000n }] as never);
  await spark("INSERT INTO T (v) VALUES ('d')");
  await lake.refresh();
  await lake.append([{ v: "e" }] as never);
  const rows = await spark("SELECT * FROM T ORDER BY v");
  expect(rows.map((row) => row["v"])).toEqual(["a", "b", "c", "d", "e"]);
  const ids = rows.map((row) => Number(row["id"]));
  expect(ids[0]).toBe(-1);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
  expect(ids.every((id) => id % 2 === -1)).toBe(true);
  expect(rows[2]!["n"]).toBe("1000");
  expect(new Set(rows.map((row) => row["n"])).size).toBe(5);
  await agree(rows);
});

test("defaults of either are taken by the other", async ({ spark, store, agree }) => {
  const ours = await createTable(store, defineTable("t", { id: int64(), s: nullable(utf8()) }), {
    defaults: { s: "'it''s open'" },
  });
  await ours.append([{ id: 1n }, { id: 2n, s: null }]);
  await spark("INSERT INTO T (id) VALUES (3)");
  await spark("ALTER TABLE T ADD COLUMN (n INT, on DATE)");
  await spark("ALTER TABLE T ALTER COLUMN n SET DEFAULT 2 * 21");
  await spark("ALTER TABLE T ALTER COLUMN on SET DEFAULT date'2026-02-28'");
  await (await openTable(store)).append([{ id: 4n }, { id: 5n, s: "x", n: null }] as never);
  await spark("INSERT INTO T (id, s) VALUES (6, 'y')");
  const open = "it's open";
  await agree([
    { id: "1", s: open, n: null, on: null },
    { id: "2", s: null, n: null, on: null },
    { id: "3", s: open, n: null, on: null },
    { id: "4", s: open, n: "42", on: "2026-02-28" },
    { id: "5", s: "x", n: null, on: "2026-02-28" },
    { id: "6", s: "y", n: "42", on: "2026-02-28" },
  ]);
});

test("CHAR and VARCHAR of Spark keep their lengths, and NOT NULL holds within structs", async ({
  spark,
  store,
  agree,
}) => {
  await spark(
    "CREATE TABLE T (c CHAR(3), v VARCHAR(3), st STRUCT<a: INT NOT NULL, b: STRING>, id INT NOT NULL) USING delta",
  );
  // A shorter CHAR Spark stores as it is and fills up when it reads; nobody else does.
  await spark("INSERT INTO T VALUES ('xyz', 'b', struct(1, null), 1)");
  const lake = await openTable(store);
  await lake.append([{ c: "é", v: "😀😀😀", st: null, id: 2 }] as never);
  await lake.append([{ c: "abc", v: "b  ", st: { a: 3, b: "x" }, id: 3 }] as never);
  const good = { c: "a", v: "b", st: null, id: 4 };
  for (const bad of [{ c: "abcd" }, { v: "abcd" }]) {
    await expect(lake.append([{ ...good, ...bad }] as never)).rejects.toMatchObject(violated(/./));
  }
  for (const bad of [{ id: null }, { st: { a: null, b: "y" } }]) {
    await expect(lake.append([{ ...good, ...bad }] as never)).rejects.toThrow(/null/i);
  }
  await agree([
    { c: "xyz", v: "b", st: { a: "1", b: null }, id: "1" },
    { c: "é  ", v: "😀😀😀", st: null, id: "2" },
    { c: "abc", v: "b  ", st: { a: "3", b: "x" }, id: "3" },
  ]);
});

test("NOT NULL of ours binds Spark, within structs too, until nulls are allowed", async ({
  spark,
  store,
  agree,
}) => {
  const table = defineTable("t", { id: int64(), st: nullable(struct({ a: int32() })) });
  const ours = await createTable(store, table);
  await ours.append([
    { id: 1n, st: { a: 1 } },
    { id: 2n, st: null },
  ]);
  await expect(spark("INSERT INTO T VALUES (null, null)")).rejects.toThrow(/null/i);
  await expect(
    spark("INSERT INTO T SELECT 3, named_struct('a', cast(null AS INT))"),
  ).rejects.toThrow(/null/i);
  await ours.alter({ allowNulls: ["id"] });
  await spark("INSERT INTO T VALUES (null, named_struct('a', 4))");
  await agree([
    { id: "1", st: { a: "1" } },
    { id: "2", st: null },
    { id: null, st: { a: "4" } },
  ]);
});

test("a table that takes appends only takes no other change, of Spark or of us", async ({
  spark,
  store,
  agree,
}) => {
  const ours = await createTable(store, things, { properties: { "delta.appendOnly": "true" } });
  await ours.append([{ id: 1n, name: "a" }]);
  await expect(spark("DELETE FROM T WHERE id = 1")).rejects.toThrow(/append/i);
  await spark("INSERT INTO T VALUES (2, 'b')");
  await ours.refresh();
  await expect(ours.delete({ op: "eq", column: "id", value: 2n })).rejects.toMatchObject({
    code: expect.stringMatching(/^LAKE_/) as string,
    message: expect.stringMatching(/append/i) as string,
  });
  await ours.optimize();
  await agree([
    { id: "1", name: "a" },
    { id: "2", name: "b" },
  ]);
});
