import { describeType } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { extract, full, introspect, toTypeScript } from "@lakewright/warehouse/extract";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { introspectionSuite } from "./introspect.ts";

describe("introspection of DuckDB", () => {
  const engine: SqlEngine = duckdb(":memory:");
  let schemas = 0;
  beforeEach(() => engine.execute(`CREATE SCHEMA s${++schemas}`).then(() => undefined));
  afterAll(() => engine.close());
  const schema = (): string => `s${schemas}`;
  introspectionSuite(() => engine, schema);

  it("reads every type as what holds it, and says which are read as text", async () => {
    await engine.execute(
      `CREATE TABLE ${schema()}.types (i BIGINT, u UTINYINT, h HUGEINT, d DECIMAL(38,10), t TIMESTAMP, tz TIMESTAMPTZ, ms TIMESTAMP_MS,
ns TIMESTAMP_NS, ti TIME, iv INTERVAL, e ENUM('a,b', 'c''d)'), l INTEGER[], a VARCHAR[3], s STRUCT(x INTEGER, "y z" VARCHAR[]), m MAP(VARCHAR, DECIMAL(5,2)), g UUID, b BLOB, j JSON, n UNION(p INTEGER, q VARCHAR))`,
    );
    await engine.execute(`COMMENT ON TABLE ${schema()}.types IS 'All of */ them'`);
    await engine.execute(`COMMENT ON COLUMN ${schema()}.types.i IS 'A number'`);
    const [types] = await introspect(engine, { schema: schema() });
    expect(
      types!.table.fields.map(({ name, column }) => `${name} ${describeType(column.type)}`),
    ).toEqual([
      "i int64",
      "u uint8",
      "h utf8",
      "d decimal(38, 10)",
      "t naiveTimestamp(us)",
      "tz timestamp(us)",
      "ms naiveTimestamp(ms)",
      "ns utf8",
      "ti utf8",
      "iv utf8",
      "e utf8",
      "l list(int32)",
      "a list(utf8)",
      "s struct(x: int32, y z: list(utf8))",
      "m map(utf8, decimal(5, 2))",
      "g utf8",
      "b binary",
      "j utf8",
      "n utf8",
    ]);
    expect(types!.unsupported.map(({ column, cast }) => `${column} ${cast}`)).toEqual([
      "h text",
      "ns text",
      "ti text",
      "iv text",
      "n text",
    ]);
    expect(types!.comment).toBe("All of */ them");
    expect(toTypeScript([types!])).toContain("/** All of * / them */\nexport const types");
    expect(toTypeScript([types!])).toContain("  /** A number */\n  i: nullable(int64()),");
    await engine.execute(
      `INSERT INTO ${schema()}.types (i, h, ns, ti, n, e) VALUES (1, 170141183460469231731687303715884105727, '2026-01-01 00:00:00.123456789', '12:34:56', 7, 'c''d)')`,
    );
    const rows = await Array.fromAsync(extract(engine, types!, { strategy: full() }).rows());
    expect(rows[0]).toMatchObject({
      i: 1n,
      h: "170141183460469231731687303715884105727",
      ns: "2026-01-01 00:00:00.123456789",
      ti: "12:34:56",
      n: "7",
      e: "c'd)",
      s: null,
    });
  });
});
