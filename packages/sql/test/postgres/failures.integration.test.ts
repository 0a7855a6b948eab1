import {
  type Column,
  defineTable,
  int32,
  int64,
  list,
  tableFromFields,
  toBatch,
  utf8,
} from "@lakewright/core";
import { Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { createTable, type SqlEngine, SqlError } from "../../src/index.ts";
import { postgres } from "../../src/postgres.ts";
import { serverForTests } from "./server.ts";

const server = await serverForTests();
const numbers = defineTable("numbers", { a: int32() });

describe.skipIf(server === undefined)("what goes wrong with Postgres", () => {
  let url: string;
  beforeAll(async () => {
    url = await server!.createDatabase();
  });
  const count = async (engine: SqlEngine, table: string): Promise<unknown> =>
    (await engine.query(`SELECT count(*) AS n FROM ${table}`).row())["n"];
  const failure = (work: Promise<unknown>): Promise<SqlError> =>
    work.then(
      () => Promise.reject(new Error("it did not fail")),
      (error: unknown) => error as SqlError,
    );

  it("calls the timeouts of the server what they are, and a lock refused at once a conflict", async () => {
    await using engine = postgres(url);
    const slow = engine.transaction(async (session) => {
      await session.execute("SET LOCAL statement_timeout = 50");
      await session.query("SELECT pg_sleep(5)").rows();
    });
    expect((await failure(slow)).code).toBe("SQL_TIMEOUT");
    await engine.execute("CREATE TABLE locked (a int)");
    await engine.transaction(async (holder) => {
      await holder.execute("LOCK TABLE locked");
      await using other = postgres(url);
      for (const [setting, lock, code] of [
        ["SET LOCAL lock_timeout = 50", "LOCK TABLE locked", "SQL_TIMEOUT"],
        ["SELECT 1", "LOCK TABLE locked NOWAIT", "SQL_CONFLICT"],
      ] as const) {
        const waiting = other.transaction(async (session) => {
          await session.execute(setting);
          await session.execute(lock);
        });
        expect((await failure(waiting)).code).toBe(code);
      }
    });
  });

  it("says that a connection broke while a query of a transaction ran", async () => {
    await using engine = postgres(url);
    const cut = engine.transaction((session) =>
      session.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)").rows(),
    );
    expect((await failure(cut)).code).toBe("SQL_CONNECTION");
    expect(await engine.query("SELECT 1 AS one").row()).toEqual({ one: 1 });
  });

  it("says that the disk or the memory of the server is full", async () => {
    await using engine = postgres(url);
    for (const state of ["53100", "53200"]) {
      const full = engine.execute(`DO $$ BEGIN RAISE 'full' USING ERRCODE = '${state}'; END $$`);
      const error = await failure(full);
      expect(error).toMatchObject({ code: "SQL_OUT_OF_RESOURCES", details: { sqlState: state } });
      expect(error.hint).toContain("Make room");
    }
  });

  it("says that a lock was lost with its connection, and it is free for others", async () => {
    await using engine = postgres(url);
    const end = async (): Promise<string> => {
      const killer = new Client({ connectionString: url });
      await killer.connect();
      const { rowCount } = await killer.query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted",
      );
      expect(rowCount).toBe(1);
      await killer.end();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return "done";
    };
    const lost = await failure(engine.withLock("nightly", end));
    expect(lost.code).toBe("SQL_CONNECTION");
    expect(lost.message).toContain('"nightly"');
    expect(await engine.withLock("nightly", () => Promise.resolve(1), { waitMs: 0 })).toBe(1);
  });

  it("keeps ten locks waited for from using up the connections of who holds one", async () => {
    await using engine = postgres({ connectionString: url, maxConnections: 2 });
    const work = (): Promise<unknown> => engine.query("SELECT pg_sleep(0.005)").rows();
    await Promise.all(Array.from({ length: 10 }, () => engine.withLock("one", work)));
  });

  it("gives the wait for a free connection up when the time is over", async () => {
    await using engine = postgres({ connectionString: url, maxConnections: 1 });
    await engine.transaction(async () => {
      const waiting = engine.query("SELECT 1", { timeoutMs: 60 }).rows();
      expect((await failure(waiting)).code).toBe("SQL_TIMEOUT");
    });
    expect(await engine.query("SELECT 1 AS a").row()).toEqual({ a: 1 });
  });

  it("names the row and the column of a text with U+0000, in a list as well", async () => {
    await using engine = postgres(url);
    const table = defineTable("texts", { k: int64(), tags: list(utf8()), note: utf8() });
    await engine.execute(createTable(engine.dialect, "texts", table));
    const row = (k: number) => ({ k: BigInt(k), tags: ["a", `b${k}`], note: "x" });
    const rows = Array.from({ length: 9000 }, (_, k) => row(k));
    for (const [bad, column] of [
      [{ ...row(5000), tags: ["fine", "n\0t"] }, "tags"],
      [{ ...row(5000), note: "n\0t" }, "note"],
    ] as const) {
      const data = rows.map((good, k) => (k === 5000 ? bad : good));
      for (const given of [data, toBatch(table, data)]) {
        const error = await failure(engine.load("texts", table, given));
        expect(error).toMatchObject({ code: "SQL_LOAD_FAILED", details: { column, row: 5000 } });
        expect(error.message).toContain("Row 5000");
      }
    }
    expect(await count(engine, "texts")).toBe(0n);
    expect(await engine.load("texts", table, rows)).toEqual({ rows: 9000 });
  });

  it("fills identity columns with what is given, and says that a generated one takes nothing", async () => {
    await using engine = postgres(url);
    await engine.execute(
      `CREATE TABLE made (k bigint GENERATED ALWAYS AS IDENTITY, a int, twice int GENERATED ALWAYS AS (2 * a) STORED)`,
    );
    const keyed = defineTable("made", { k: int64(), a: int32() });
    await engine.load("made", keyed, [{ k: 70n, a: 1 }]);
    await engine.load("made", numbers, [{ a: 2 }]);
    const rows = await engine.query("SELECT k, a, twice FROM made ORDER BY a").rows();
    expect(rows).toEqual([
      { k: 70n, a: 1, twice: 2 },
      { k: 1n, a: 2, twice: 4 },
    ]);
    const generated = defineTable("made", { twice: int32() });
    const refused = await failure(engine.load("made", generated, [{ twice: 3 }]));
    expect(refused.message).toContain("generated column");
    expect(refused).toBeInstanceOf(SqlError);
  });

  it("loads and reads a table of a thousand columns", async () => {
    await using engine = postgres(url);
    const wide = tableFromFields(
      "wide",
      Array.from({ length: 1000 }, (_, k) => ({ name: `c${k}`, column: int32() as Column })),
    );
    const row = Object.fromEntries(wide.fields.map(({ name }, k) => [name, k]));
    await engine.execute(createTable(engine.dialect, "wide", wide));
    await engine.load("wide", wide, Array(20).fill(row) as never);
    const seen = await engine.query("SELECT * FROM wide").rows();
    expect(seen).toHaveLength(20);
    expect(seen[19]).toEqual(row);
  });

  it(
    "survives a server killed in the middle of a load, of which nothing is kept",
    { timeout: 60_000 },
    async () => {
      await using engine = postgres(url);
      await engine.execute("CREATE TABLE numbers (a int)");
      await engine.load("numbers", numbers, [{ a: 1 }]);
      await engine.execute("CHECKPOINT");
      let killing: Promise<void> | undefined;
      async function* source() {
        for (let k = 0; k < 400; k++) {
          if (k === 10) killing = server!.kill();
          await killing;
          yield toBatch(
            numbers,
            Array.from({ length: 10_000 }, (_, a) => ({ a })),
          );
        }
      }
      const broken = await failure(engine.load("numbers", numbers, source()));
      expect(broken.code).toBe("SQL_CONNECTION");
      await killing;
      expect((await failure(engine.query("SELECT 1").rows())).code).toBe("SQL_CONNECTION");
      await server!.restart();
      expect(await count(engine, "numbers")).toBe(1n);
      await engine.load("numbers", numbers, [{ a: 2 }]);
      expect(await count(engine, "numbers")).toBe(2n);
    },
  );
});
