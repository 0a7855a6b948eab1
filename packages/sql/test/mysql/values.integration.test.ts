import {
  binary,
  bool,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  type Table,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { makeData, RecordBatch, Utf8 } from "apache-arrow";
import { type Connection, createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, id, sql, type SqlEngine } from "../../src/index.ts";
import { mysql } from "../../src/mysql.ts";
import { serverForTests } from "./server.ts";

for (const name of ["MySQL", "MariaDB"] as const) {
  const server = await serverForTests(name);

  describe.skipIf(server === undefined)(`values of ${name}`, () => {
    let engine: SqlEngine;
    /** A session as its server makes it, for what ours would refuse. */
    let other: Connection;
    beforeAll(async () => {
      const url = await server!.createDatabase();
      engine = mysql(url);
      other = await createConnection({ uri: url, multipleStatements: true });
    });
    afterAll(async () => {
      await other.end();
      await engine.close();
    });
    const load = (table: Table, row: Record<string, unknown>) =>
      engine.load(table.name, table, [row] as never);
    const rowsOf = (table: string) => engine.query(`SELECT * FROM ${table}`).rows();

    it("takes rows of any size, one at a time, and goes on with the session", async () => {
      const table = defineTable("large", { id: int64(), text: utf8() });
      await engine.execute("CREATE TABLE large (id BIGINT, text LONGTEXT)");
      // A packet of LOAD DATA has 65,536 bytes, or what the row that fills it needs.
      const sizes = [65_529, 65_530, 65_531, 65_532, 65_533, 70_000, 3_000_000];
      for (const size of sizes) {
        await engine.transaction(async (session) => {
          await session.load("large", table, [{ id: size, text: "x".repeat(size) }]);
          await session.execute("UPDATE large SET id = id + 1");
          await session.execute("UPDATE large SET id = id - 1");
        });
      }
      expect(
        (await rowsOf("(SELECT id, LENGTH(text) AS n FROM large ORDER BY id) q")).map(
          ({ id, n }) => ({ id, n: Number(n) }),
        ),
      ).toEqual(sizes.map((size) => ({ id: BigInt(size), n: size })));
    });

    it("reads every type of column, the values as they are", async () => {
      await engine.execute(`CREATE TABLE kinds (flag BOOLEAN, bit1 BIT(1), bit12 BIT(12), t TINYINT, tu TINYINT UNSIGNED,
m MEDIUMINT, iu INT UNSIGNED, l BIGINT, lu BIGINT UNSIGNED, f FLOAT, d DOUBLE, wide DECIMAL(65, 30), n DECIMAL(12, 2),
y YEAR, day DATE, at DATETIME(6), stamp TIMESTAMP(6) NULL, c CHAR(5), v VARCHAR(20), old VARCHAR(20) CHARACTER SET latin1,
e ENUM('a', 'b'), s SET('x', 'y'), b2 BINARY(2), bl BLOB, j JSON)`);
      await engine.execute(`INSERT INTO kinds VALUES (TRUE, b'1', b'100000000001', -128, 255, -8388608, 4294967295,
-9223372036854775808, 18446744073709551615, 0.1, -0e0, -12345678.000000000000000000000000000001, 1.10,
2026, '2024-02-29', '2026-11-21 10:00:00.000001', '2026-11-21 10:00:00', 'x', 'é ', 'é', 'b', 'x,y', x'0001', x'', '{"a": [1, null]}')`);
      await engine.execute("INSERT INTO kinds (t) VALUES (NULL)");
      const [row, nulls] = await rowsOf("kinds");
      expect(row).toEqual({
        flag: true,
        bit1: true,
        bit12: 2049n,
        t: -128,
        tu: 255,
        m: -8_388_608,
        iu: 4_294_967_295,
        l: -(2n ** 63n),
        lu: 2n ** 64n - 1n,
        f: Math.fround(0.1),
        d: -0,
        wide: new Decimal(-12_345_678n * 10n ** 30n - 1n, 30),
        n: new Decimal(110n, 2),
        y: 2026,
        day: "2024-02-29",
        at: 1_795_255_200_000_001n,
        stamp: 1_795_255_200_000_000n,
        c: "x",
        v: "é ",
        old: "é",
        e: "b",
        s: "x,y",
        b2: Uint8Array.of(0, 1),
        bl: new Uint8Array(),
        j: '{"a": [1, null]}',
      });
      expect(Object.values(nulls!)).toEqual(Object.values(nulls!).map(() => null));
    });

    it.each([
      ["9007199254740993", 9_007_199_254_740_993n],
      ["CAST(18446744073709551615 AS UNSIGNED)", 2n ** 64n - 1n],
      [
        "12345678901234567890123456789012345678",
        new Decimal(12345678901234567890123456789012345678n, 0),
      ],
      ["-0.000000000000000000000000000001", new Decimal(-1n, 30)],
      ["(SELECT sum(x) FROM (SELECT 1.25 AS x UNION ALL SELECT 2.5) AS t)", new Decimal(375n, 2)],
      ["CASE WHEN 1 = 1 THEN 7 ELSE 0 END", 7],
      ["'a' || 'b'", "ab"],
      ["CONVERT('é' USING latin1)", "é"],
      ["x'00ff'", Uint8Array.of(0, 255)],
      ["NULL", null],
    ])("reads %s", async (expression, value) => {
      expect(await engine.query(`SELECT ${expression} AS v`).row()).toEqual({ v: value });
    });

    it("names the column of what no batch can hold", async () => {
      await other.query(`SET SESSION sql_mode = ''; CREATE TABLE zeros (d DATE, t DATETIME);
INSERT INTO zeros VALUES ('0000-00-00', '2024-02-00 10:00:00')`);
      for (const [query, column] of [
        ["SELECT d FROM zeros", "d"],
        ["SELECT t FROM zeros", "t"],
        ["SELECT TIME'10:00:00' AS clock", "clock"],
        ["SELECT POINT(1, 2) AS place", "place"],
        ["SELECT CAST(123456789 AS DECIMAL(65, 30)) AS wide", "wide"],
        ["SELECT 1e0 * 3 AS x, 123456789012345678901234567890123456789 AS long_one", "long_one"],
      ] as const) {
        const work = engine.query(query).rows();
        await expect(work, query).rejects.toMatchObject({
          code: "SQL_UNSUPPORTED",
          details: { column },
        });
      }
      expect(await engine.query("SELECT CAST(d AS CHAR) AS d FROM zeros").row()).toEqual({
        d: "0000-00-00",
      });
    });

    it("tells texts apart by case, accents, blanks at their end and U+0000, in keys too", async () => {
      const words = defineTable("words", { word: utf8(), n: int32() });
      await engine.execute(createTable(engine.dialect, "words", words, { primaryKey: ["word"] }));
      const all = ["abc", "ABC", "ábc", "abc ", "abc\0", "abc\t\\N", "", "\\N", "🦆"];
      const rows = all.map((word, n) => ({ word, n }));
      await engine.load("words", words, rows);
      const seen = await engine.query("SELECT * FROM words ORDER BY n").rows();
      expect(seen).toEqual(rows);
      for (const { word, n } of rows) {
        const found = sql`SELECT n FROM words WHERE word = ${word}`;
        expect(await engine.query(found).rows()).toEqual([{ n }]);
      }
      const differ = engine.dialect.isDistinct(sql`${"Amélie"}`, sql`${"Amelie"}`);
      expect(await engine.query(sql`SELECT ${differ} AS v`).row()).toEqual({ v: 1 });
      const long = engine.load("words", words, [{ word: "x".repeat(753), n: 9 }]);
      await expect(long).rejects.toMatchObject({
        code: "SQL_LOAD_FAILED",
        details: { column: "word", row: 0 },
      });
      await engine.load("words", words, [{ word: "🦆".repeat(752), n: 9 }]);
    });

    it("bends no value until it fits, and says which column and row", async () => {
      await engine.execute(`CREATE TABLE parents (k INT PRIMARY KEY)`);
      await engine.execute(`CREATE TABLE narrow (short VARCHAR(5), tiny TINYINT, price DECIMAL(4, 2), mood ENUM('sad'),
old VARCHAR(9) CHARACTER SET latin1, doc JSON, needed INT NOT NULL DEFAULT 1, positive INT CHECK (positive > 0),
parent INT, day DATE, d DOUBLE, c CHAR(5), b2 BINARY(2), FOREIGN KEY (parent) REFERENCES parents (k))`);
      const failing = [
        [{ short: utf8() }, "ünïçö!", "SQL_LOAD_FAILED"],
        [{ tiny: int32() }, 128, "SQL_LOAD_FAILED"],
        [{ price: decimal(6, 2) }, "100.00", "SQL_LOAD_FAILED"],
        [{ mood: utf8() }, "happy", "SQL_LOAD_FAILED"],
        [{ old: utf8() }, "日本", "SQL_LOAD_FAILED"],
        [{ doc: utf8() }, "{", undefined],
        [{ needed: nullable(int32()) }, null, "SQL_CONSTRAINT"],
        [{ positive: int32() }, -1, "SQL_CONSTRAINT"],
        [{ parent: int32() }, 5, "SQL_CONSTRAINT"],
        [{ day: date() }, "+010000-01-01", "SQL_LOAD_FAILED"],
        [{ d: float64() }, NaN, "SQL_LOAD_FAILED"],
        [{ d: float64() }, -Infinity, "SQL_LOAD_FAILED"],
        [{ c: utf8() }, "a ", "SQL_LOAD_FAILED"],
        [{ b2: binary() }, Uint8Array.of(1), "SQL_LOAD_FAILED"],
      ] as const;
      for (const [columns, value, code] of failing) {
        const column = Object.keys(columns)[0]!;
        const table = defineTable("narrow", columns as never);
        const error = await load(table, { [column]: value }).then(
          () => expect.unreachable(column),
          (reason: unknown) => reason as { code: string; details: Record<string, unknown> },
        );
        expect(error, column).toMatchObject({ name: "SqlError" });
        if (code !== undefined) expect(error.code, column).toBe(code);
        if (code === "SQL_LOAD_FAILED") expect(error.details["column"]).toBe(column);
      }
      const fine = defineTable("narrow", {
        short: utf8(),
        mood: utf8(),
        old: utf8(),
        doc: utf8(),
        c: utf8(),
        b2: binary(),
      });
      const row = {
        short: "ünïçö",
        mood: "sad",
        old: "é",
        doc: '{"a": "é\\n"}',
        c: "a",
        b2: Uint8Array.of(0, 9),
      };
      await load(fine, row);
      expect(await rowsOf("narrow")).toMatchObject([row]);
    });

    it("refuses a column that would round, and text that is no UTF-8", async () => {
      await engine.execute("CREATE TABLE coarse (at DATETIME(3), whole DATETIME, t TEXT)");
      for (const table of [
        defineTable("coarse", { at: timestamp("us") }),
        defineTable("coarse", { whole: timestamp("ms") }),
      ]) {
        await expect(engine.load("coarse", table, [])).rejects.toMatchObject({
          code: "SQL_LOAD_FAILED",
        });
      }
      const text = defineTable("coarse", { t: utf8() });
      await expect(engine.load("coarse", text, latin1Batch(text))).rejects.toThrow("no UTF-8");
      expect(await rowsOf("coarse")).toEqual([]);
    });

    it("loads through a table without constraints into a view, and into an engine that rolls nothing back", async () => {
      await engine.execute(`CREATE TABLE kept (k INT PRIMARY KEY, t VARCHAR(3)) ENGINE = MyISAM;
CREATE TABLE base (k INT PRIMARY KEY, t VARCHAR(3)); CREATE VIEW window_of AS SELECT k, t FROM base`);
      for (const target of ["kept", "window_of"]) {
        const table = defineTable(target, { k: int32(), t: utf8() });
        await engine.load(target, table, [{ k: 1, t: "abc" }]);
        const long = engine.load(target, table, [
          { k: 2, t: "x" },
          { k: 3, t: "long" },
        ]);
        await expect(long).rejects.toMatchObject({ code: "SQL_LOAD_FAILED" });
        const twice = engine.load(target, table, [{ k: 1, t: "x" }]);
        await expect(twice).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
        expect(await rowsOf(target)).toEqual([{ k: 1, t: "abc" }]);
      }
    });

    it("inserts where the server takes no files, with the same values and the same refusals", async () => {
      const table = defineTable("inserted", {
        k: int64(),
        t: nullable(utf8()),
        b: binary(),
        n: decimal(30, 10),
        d: float64(),
        flag: bool(),
        day: date(),
        at: timestamp("us"),
      });
      await engine.execute(createTable(engine.dialect, "inserted", table, { primaryKey: ["k"] }));
      await engine.execute("ALTER TABLE inserted MODIFY flag BIT(1)");
      const rows = Array.from({ length: 2345 }, (_, k) => ({
        k: BigInt(k) - 2n ** 62n,
        t: k % 3 === 0 ? null : `t\t\\${k}\0'é`,
        b: Uint8Array.of(k & 255, 0, 92),
        n: new Decimal(BigInt(k) ** 5n - 7n, 10),
        d: k / 3,
        flag: k % 2 === 0,
        day: `20${String(10 + (k % 80))}-02-28`,
        at: BigInt(k) * 86_399_999_999n,
      }));
      await other.query("SET GLOBAL local_infile = 0");
      try {
        expect(await engine.load("inserted", table, rows)).toEqual({ rows: 2345 });
        expect(await engine.query("SELECT * FROM inserted ORDER BY k").rows()).toEqual(rows);
        const more = rows.map((row) => ({ ...row, k: row.k + 10_000n }));
        const twice = engine.load("inserted", table, [...more, { ...more[0]! }]);
        await expect(twice).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
        const count = await engine.query("SELECT count(*) AS n FROM inserted").row();
        expect(count).toEqual({ n: 2345n });
        await engine.execute("CREATE TABLE cut (t VARCHAR(2))");
        const long = engine.load("cut", defineTable("cut", { t: utf8() }), [{ t: "abc" }]);
        await expect(long).rejects.toMatchObject({ code: "SQL_LOAD_FAILED" });
      } finally {
        await other.query("SET GLOBAL local_infile = 1");
      }
    });

    it("takes names with quotes, and refuses those the server would not have", async () => {
      const table = defineTable("t", { 'say "hi"': int64(), "back`tick": int64(), käse: int64() });
      const path = "x".repeat(64);
      await engine.execute(createTable(engine.dialect, path, table));
      const row = { 'say "hi"': 1n, "back`tick": 2n, käse: 3n };
      await engine.load(path, table, [row]);
      expect(await engine.query(sql`SELECT * FROM ${id(path)}`).rows()).toEqual([row]);
      for (const bad of ["x".repeat(65), "🦆", "blank ", ""]) {
        expect(() => engine.dialect.quote(bad)).toThrow("(MySQL)");
      }
    });
  });
}

/** A batch whose text is no UTF-8, as a careless writer makes it. */
function latin1Batch(table: Table): RecordBatch {
  const batch = toBatch(table, [{ t: "x" }] as never);
  const column = makeData({
    type: new Utf8(),
    length: 1,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, 1),
    data: Uint8Array.of(0xe9),
  });
  const data = makeData({
    type: batch.data.type,
    length: 1,
    nullCount: 0,
    children: [column],
  });
  return new RecordBatch(batch.schema, data);
}
