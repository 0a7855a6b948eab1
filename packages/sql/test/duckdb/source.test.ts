import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { defineTable, int32, toBatch, utf8 } from "@lakewright/core";
import { afterAll, describe, expect, it } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import { toSqlError } from "../../src/duckdb/error.ts";
import { createTable, type SqlEngine, sqlSink } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "lakewright-sql-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const users = defineTable("users", { id: int32(), name: utf8() });

describe("a DuckDB file", () => {
  it("keeps what was loaded, and is read by several engines of the process", async () => {
    const path = join(folder, "kept.duckdb");
    await using first = duckdb(path);
    await first.execute(createTable(first.dialect, "users", users));
    await first.load("users", users, [{ id: 1, name: "Zoë" }]);
    await using second = duckdb(path);
    await second.load("users", users, [{ id: 2, name: "Ada" }]);
    expect(await first.query("SELECT * FROM users ORDER BY id").rows()).toEqual([
      { id: 1, name: "Zoë" },
      { id: 2, name: "Ada" },
    ]);
    await first.close();
    await second.close();
    await using again = duckdb(path, { readOnly: true });
    expect(await again.query("SELECT count(*) AS n FROM users").row()).toEqual({ n: 2n });
    await expect(again.execute("DELETE FROM users")).rejects.toMatchObject({
      code: "SQL_QUERY_FAILED",
    });
  });

  it("says so where it is open with other settings, is no database, or its folder is not there", async () => {
    const path = join(folder, "twice.duckdb");
    await using first = duckdb(path);
    await first.query("SELECT 1").rows();
    await using other = duckdb(path, { readOnly: true });
    const error = await other
      .query("SELECT 1")
      .rows()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "SQL_CONNECTION", details: { path } });
    expect(String((error as { hint: string }).hint)).toContain("same settings");
    const text = join(folder, "text.duckdb");
    writeFileSync(text, "no database ".repeat(1000));
    for (const wrong of [text, join(folder, "none/x.duckdb")]) {
      const work = duckdb(wrong).query("SELECT 1").rows();
      await expect(work).rejects.toMatchObject({ code: "SQL_CONNECTION" });
    }
  });

  it("lets one of several engines win each step of a sink", async () => {
    const path = join(folder, "rivals.duckdb");
    await using first = duckdb(path);
    await using second = duckdb(path);
    const steps = 8;
    const rival = async (engine: SqlEngine): Promise<number> => {
      const sink = sqlSink(engine, users, { target: "rivals", create: true });
      let won = 0;
      for (;;) {
        const positions = await sink.positions("p");
        const at = positions.get("a") ?? 0n;
        if (at >= steps) return won;
        const rows = [toBatch(users, [{ id: Number(at), name: "x" }])];
        const range = { consumer: "p", from: positions, to: new Map([["a", at + 1n]]) };
        const result = await sink.write(rows, range).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "SQL_CONFLICT", retryable: true });
          return { written: false };
        });
        if (result.written) won++;
      }
    };
    const won = await Promise.all([rival(first), rival(second), rival(first), rival(second)]);
    expect(won.reduce((a, b) => a + b)).toBe(steps);
    const row = await first
      .query("SELECT count(*) AS n, count(DISTINCT id) AS d FROM rivals")
      .row();
    expect(row).toEqual({ n: BigInt(steps), d: BigInt(steps) });
  });

  it("calls a disk that is full, and a database given up for that, what they are", () => {
    const full = new Error('IO Error: Could not write file "a.duckdb": No space left on device');
    expect(toSqlError(full, "COMMIT")).toMatchObject({ code: "SQL_OUT_OF_RESOURCES" });
    const invalid = `FATAL Error: Failed: database has been invalidated because of a previous fatal error. Original error: "${full.message}"`;
    expect(toSqlError(new Error(invalid), "SELECT 1")).toMatchObject({
      code: "SQL_CONNECTION",
      hint: expect.stringContaining("open it again") as string,
    });
  });

  it("says so where another process has it open", async () => {
    const path = join(folder, "locked.duckdb");
    const script = `import { DuckDBInstance } from "@duckdb/node-api";
await DuckDBInstance.create(process.argv[1]); console.log("open"); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", script, path]);
    try {
      await once(other.stdout, "data");
      const error = await duckdb(path)
        .query("SELECT 1")
        .rows()
        .catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "SQL_CONNECTION" });
      expect(String((error as { hint: string }).hint)).toContain("One process at a time");
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("keeps to its memory limit and settings", async () => {
    await using engine = duckdb(":memory:", { memoryLimit: "64MB", settings: { threads: "1" } });
    const row = await engine
      .query("SELECT current_setting('memory_limit') AS m, current_setting('threads') AS t")
      .row();
    expect(row).toEqual({ m: "61.0 MiB", t: 1n });
    const hungry = engine.query("SELECT list(range) AS l FROM range(50000000)").rows();
    await expect(hungry).rejects.toMatchObject({ code: "SQL_OUT_OF_RESOURCES" });
    expect(await engine.query("SELECT 1 AS a").row()).toEqual({ a: 1 });
  });

  it("refuses an option it does not have", () => {
    expect(() => duckdb(":memory:", { memory: "1GB" } as never)).toThrow('no option "memory"');
  });
});

describe("an instance or connection of the caller", () => {
  it("is used, and left open", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    for (const source of [{ instance }, { connection }]) {
      const engine = duckdb(source);
      await engine.execute("CREATE OR REPLACE TABLE t AS SELECT 1 AS a");
      await engine.load("t", defineTable("t", { a: int32() }), [{ a: 2 }]);
      await engine.close();
      const reader = await connection.runAndReadAll("SELECT sum(a)::INTEGER AS s FROM t");
      expect(reader.getRows()).toEqual([[3]]);
    }
    connection.closeSync();
    instance.closeSync();
  });
});

describe("files in queries", () => {
  it("are written and read where they lie", async () => {
    await using engine = duckdb(":memory:");
    const path = join(folder, "orders.parquet");
    const query =
      "SELECT range AS id, CAST(range / 100 AS DECIMAL(9, 2)) AS amount FROM range(1000)";
    await engine.execute(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    const row = await engine
      .query(
        `SELECT count(*) AS n, CAST(sum(amount) AS VARCHAR) AS total FROM read_parquet('${path}')`,
      )
      .row();
    expect(row).toEqual({ n: 1000n, total: "4995.00" });
  });
});
