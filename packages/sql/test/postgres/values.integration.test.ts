import {
  binary,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int64,
  list,
  nullable,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { Field, makeData, RecordBatch, Schema, Struct, Utf8 } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bind, createTable, id, sql, type SqlEngine } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { serverForTests } from "./server.ts";

const server = await serverForTests();

describe.skipIf(server === undefined)("values of Postgres", () => {
  let engine: SqlEngine;
  beforeAll(async () => {
    engine = postgres(await server!.createDatabase());
  });
  afterAll(() => engine.close());
  const valueOf = async (expression: string): Promise<unknown> =>
    (await engine.query(`SELECT ${expression} AS v`).row())["v"];
  const failure = (expression: string): Promise<{ code: string; message: string }> =>
    valueOf(expression).then(
      () => expect.unreachable(),
      (error: unknown) => error as { code: string; message: string },
    );

  it.each([
    ["9007199254740993", 9_007_199_254_740_993n],
    ["'-9223372036854775808'::bigint", -(2n ** 63n)],
    ["1.10::numeric", new Decimal(110n, 2)],
    ["-0.000000000000000000000000000000000001::numeric(38, 36)", new Decimal(-1n, 36)],
    [
      "12345678901234567890123456789012345678::numeric",
      new Decimal(12345678901234567890123456789012345678n, 0),
    ],
    ["1e20::numeric", new Decimal(10n ** 20n, 0)],
    ["(SELECT sum(x) FROM (VALUES (1.25::numeric(9, 2)), (2.5)) AS t(x))", new Decimal(375n, 2)],
    ["0.1::float4", Math.fround(0.1)],
    ["'-0'::float8", -0],
    ["'-Infinity'::float8", -Infinity],
    ["'2024-02-29'::date", "2024-02-29"],
    ["'0044-03-15 BC'::date", "-000043-03-15"],
    ["'12026-11-21'::date", "+012026-11-21"],
    ["'2026-11-21 10:00:00.123456+02'::timestamptz", 1_795_248_000_123_456n],
    ["'2026-03-29 02:30:00'::timestamp", "2026-03-29T02:30:00"],
    ["'0001-01-01 00:00:00.000001 BC'::timestamp", "0000-01-01T00:00:00.000001"],
    [`'{"a": [1, null]}'::jsonb`, '{"a": [1, null]}'],
    ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    ["''::bytea", new Uint8Array()],
    ["'{}'::int[]", []],
    [`ARRAY['a,b', NULL, 'NULL', '', '"\\', '{}']`, ["a,b", null, "NULL", "", '"\\', "{}"]],
    ["'[0:1]={7,8}'::int[]", [7, 8]],
    ["ARRAY[true, NULL, false]", [true, null, false]],
    ["ARRAY['2024-02-29'::date, '0044-03-15 BC']", ["2024-02-29", "-000043-03-15"]],
    ["ARRAY[1.5, 2.25]", [new Decimal(150n, 2), new Decimal(225n, 2)]],
    ["'x'::\"char\"", "x"],
    ["'pg_type'::name", "pg_type"],
    ["4294967295::oid", 4_294_967_295],
    ["NULL", null],
  ])("reads %s", async (expression, value) => {
    expect(await valueOf(expression)).toEqual(value);
  });

  it.each([
    ["'infinity'::timestamptz", "SQL_UNSUPPORTED"],
    ["'-infinity'::date", "SQL_UNSUPPORTED"],
    ["'5874897-01-01'::date", "SQL_UNSUPPORTED"],
    ["'NaN'::numeric", "SQL_UNSUPPORTED"],
    ["'Infinity'::numeric", "SQL_UNSUPPORTED"],
    ["1e40::numeric", "SQL_UNSUPPORTED"],
    ["1e20 + 1e-20::numeric", "SQL_UNSUPPORTED"],
    ["'{{1,2},{3,4}}'::int[]", "SQL_UNSUPPORTED"],
    ["interval '1 month'", "SQL_UNSUPPORTED"],
    ["'10:00'::time", "SQL_UNSUPPORTED"],
    ["ROW(1, 2)", "SQL_UNSUPPORTED"],
    ["'[1,2)'::int4range", "SQL_UNSUPPORTED"],
    ["1 / 0", "SQL_QUERY_FAILED"],
  ])("refuses %s", async (expression, code) => {
    const error = await failure(expression);
    expect(error.code).toBe(code);
    if (code === "SQL_UNSUPPORTED") expect(error.message).toContain('"v"');
  });

  it("reads and loads types somebody made: enums, domains, arrays of both, composite types not", async () => {
    await engine.execute(`CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
CREATE TYPE pair AS (a int, b int); CREATE TABLE made (m mood, ms mood[], c cents, cs cents[], j jsonb, u uuid, v varchar(5))`);
    const table = defineTable("made", {
      m: utf8(),
      ms: list(nullable(utf8())),
      c: int64(),
      cs: list(int64()),
      j: nullable(utf8()),
      u: utf8(),
      v: utf8(),
    });
    const row = {
      m: "happy",
      ms: ["sad", null],
      c: 5n,
      cs: [1n, 2n],
      j: '{"a": 1}',
      u: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      v: "ünïçö",
    };
    await engine.load("made", table, [row]);
    expect(await engine.query("SELECT * FROM made").rows()).toEqual([row]);
    await engine.transaction(async (session) => {
      await session.execute("CREATE TYPE hue AS ENUM ('red')");
      expect(await session.query("SELECT ARRAY['red']::hue[] AS h").row()).toEqual({ h: ["red"] });
    });
    for (const bad of [
      { ...row, m: "angry" },
      { ...row, c: -1n },
      { ...row, u: "no uuid" },
      { ...row, j: "{" },
      { ...row, v: "too long" },
    ]) {
      const code = bad.c === -1n ? "SQL_CONSTRAINT" : "SQL_LOAD_FAILED";
      await expect(engine.load("made", table, [bad])).rejects.toMatchObject({ code });
    }
    expect((await failure("ROW(1, 2)::pair")).message).toContain("pair");
    const found = await engine
      .query(sql`SELECT c FROM made WHERE m = ${"happy"} AND u = ${row.u}`)
      .row();
    expect(found).toEqual({ c: 5n });
  });

  it("refuses text Postgres cannot hold before any of it is sent", async () => {
    const table = defineTable("texts", { t: utf8() });
    await engine.execute(createTable(engine.dialect, "texts", table));
    const nul = engine.load("texts", table, [{ t: "fine" }, { t: "a\0b" }]);
    await expect(nul).rejects.toMatchObject({ code: "SQL_LOAD_FAILED", details: { column: "t" } });
    const half = engine.load("texts", table, latin1Batch());
    await expect(half).rejects.toMatchObject({ code: "SQL_LOAD_FAILED" });
    for (const text of ["a\0b", "\ud800"]) {
      const bound = engine.query(sql`SELECT ${text} AS t`).rows();
      await expect(bound).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
      const many = engine.query(sql`SELECT ${bind([text], list(utf8()).type)} AS t`).rows();
      await expect(many).rejects.toBeInstanceOf(Error);
    }
    await expect(engine.query("SELECT '\0'").rows()).rejects.toThrow("U+0000");
    expect(() => engine.dialect.literal("\0")).toThrow("U+0000");
    expect(await engine.query("SELECT count(*) AS n FROM texts").row()).toEqual({ n: 0n });
  });

  it("loads numbers of any size into numeric, and refuses those beyond a column", async () => {
    const table = defineTable("sums", {
      free: decimal(38, 20),
      fixed: decimal(38, 2),
      n: float64(),
    });
    await engine.execute("CREATE TABLE sums (free numeric, fixed numeric(10, 2), n float8)");
    const max = 10n ** 38n - 1n;
    const rows = [
      { free: new Decimal(max, 20), fixed: "99999999.99", n: NaN },
      { free: new Decimal(-max, 20), fixed: "-0.01", n: -Infinity },
      { free: new Decimal(1n, 20), fixed: "10000", n: -0 },
    ];
    await engine.load("sums", table, rows);
    const texts = await engine.query("SELECT free::text, fixed::text, n FROM sums").rows();
    expect(texts).toEqual(
      rows.map(({ free, fixed, n }) => ({
        free: free.toString(),
        fixed: fixed === "10000" ? "10000.00" : fixed,
        n,
      })),
    );
    const big = engine.load("sums", table, [{ free: "1", fixed: "100000000", n: 0 }]);
    await expect(big).rejects.toMatchObject({
      code: "SQL_LOAD_FAILED",
      details: { sqlState: "22003" },
    });
  });

  it("keeps the scale of a numeric without digits through a result, or says that it cannot", async () => {
    const series = (last: string): string =>
      `SELECT CASE WHEN n < 5000 THEN n * 0.25 ELSE ${last} END AS v FROM generate_series(1, 5000) AS n`;
    const rows = await engine.query(series("1.5000"), { batchRows: 1000 }).rows();
    expect(rows.at(-1)).toEqual({ v: new Decimal(150n, 2) });
    const finer = engine.query(series("0.125"), { batchRows: 1000 }).rows();
    await expect(finer).rejects.toThrow("at most 2 digits after the point");
  });

  it("refuses a timestamp column that would round, and a time outside those of Postgres", async () => {
    const table = defineTable("times", { at: timestamp("us"), day: date() });
    await engine.execute(`CREATE TABLE rounded ("at" timestamptz(3), day date);
CREATE TABLE times ("at" timestamptz, day date)`);
    const rounded = engine.load("rounded", table, []);
    await expect(rounded).rejects.toMatchObject({ code: "SQL_LOAD_FAILED" });
    for (const wrong of [
      { at: -(2n ** 62n), day: "2026-01-01" },
      { at: 0n, day: "-004800-01-01" },
    ]) {
      const work = engine.load("times", table, [wrong]);
      await expect(work).rejects.toThrow("outside the times of Postgres");
    }
  });

  it("takes names no other engine would, and refuses one it would cut", async () => {
    const table = defineTable("t", { 'say "hi"': int64(), "käse 🧀": nullable(binary()) });
    const name = "x".repeat(63);
    await engine.execute(createTable(engine.dialect, ["public", name], table));
    await engine.load(["public", name], table, [{ 'say "hi"': 1n }]);
    const rows = await engine.query(sql`SELECT * FROM ${id(name)}`).rows();
    expect(rows).toEqual([{ 'say "hi"': 1n, "käse 🧀": null }]);
    const wide = engine.query(`SELECT 1 AS "a", 2 AS "A"`).row();
    expect(await wide).toEqual({ a: 1, A: 2 });
    expect(() => engine.dialect.quote("é".repeat(32))).toThrow("64 bytes");
  });
});

/** A batch whose text is no UTF-8, as a careless writer makes it. */
function latin1Batch(): RecordBatch {
  const batch = toBatch(defineTable("t", { t: utf8() }), [{ t: "x" }]);
  const column = makeData({
    type: new Utf8(),
    length: 1,
    nullCount: 0,
    valueOffsets: Int32Array.of(0, 1),
    data: Uint8Array.of(0xe9),
  });
  const type = new Struct([new Field("t", new Utf8(), false)]);
  const data = makeData({ type, length: batch.numRows, nullCount: 0, children: [column] });
  return new RecordBatch(new Schema(type.children), data);
}
