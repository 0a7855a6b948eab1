import { describeType, toRows } from "@lakewright/core";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import {
  extract,
  extractInto,
  full,
  introspect,
  memoryState,
  sqlState,
  toTables,
  watermark,
} from "@lakewright/warehouse/extract";
import { Client } from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { changed, documents, put, read, sourceIn } from "./extraction.ts";

const server = await startPostgres().catch((error: unknown) => {
  console.warn(`Postgres is skipped: ${String(error)}`);
  return undefined;
});

describe.skipIf(server === undefined)(
  "extraction from Postgres under load",
  { timeout: 40_000 },
  async () => {
    const url = (await server?.createDatabase()) ?? "";
    const engine: SqlEngine = postgres(url);
    const clients: Client[] = [];
    let schema = "";
    let schemas = 0;
    beforeEach(async () => {
      schema = `s${++schemas}`;
      await engine.execute(`CREATE SCHEMA ${schema}`);
    });
    afterAll(async () => {
      for (const client of clients) await client.end();
      await engine.close();
      await server?.stop();
    });

    const connect = async (): Promise<Client> => {
      const client = new Client({ connectionString: url });
      client.on("error", () => {});
      await client.connect();
      clients.push(client);
      return client;
    };
    const insert = (client: Client, order: number, when: string): Promise<unknown> =>
      client.query(
        `INSERT INTO ${schema}."SaleDocument" ("order", "sysCreatedDate") VALUES (${order}, ${when})`,
      );
    const orders = (rows: readonly Record<string, unknown>[]): number[] =>
      rows.map((row) => Number(row["order"])).sort((a, b) => a - b);

    it("loses what was committed late without xminSafe beyond the overlap, and nothing with it", async () => {
      const source = await sourceIn(engine, schema);
      const state = memoryState();
      const late = await connect();
      await late.query("BEGIN");
      await insert(late, 1, "now() - interval '1 hour'");
      await insert(late, 2, "now() + interval '1 hour'");
      const other = await connect();
      await insert(other, 3, "now()");
      const options = (xminSafe: boolean) => ({
        strategy: changed({ xminSafe, overlapMs: 1000 }),
        state,
        name: xminSafe ? "safe" : "plain",
      });
      expect(orders(await read(engine, source, options(true)))).toEqual([3]);
      expect(orders(await read(engine, source, options(false)))).toEqual([3]);
      await late.query("COMMIT");
      expect(orders(await read(engine, source, options(true)))).toEqual([1, 2]);
      expect(orders(await read(engine, source, options(false)))).toEqual([]);
      // A change that leaves the cursor where it is, or sets it back.
      await other.query(`UPDATE ${schema}."SaleDocument" SET amount = 5 WHERE "order" = 1`);
      await other.query(
        `UPDATE ${schema}."SaleDocument" SET "sysCreatedDate" = '2001-01-01' WHERE "order" = 3`,
      );
      expect(orders(await read(engine, source, options(true)))).toEqual([1, 3]);
      expect(orders(await read(engine, source, options(true)))).toEqual([]);
      expect(orders(await read(engine, source, options(false)))).toEqual([]);
    });

    it("copies a table while others write to it, and ends with what they left", async () => {
      const source = await sourceIn(engine, schema);
      const state = await sqlState(engine, { schema });
      const target = toTables(engine, { schema: `${schema}_copy` });
      let writing = true;
      const writer = async (first: number): Promise<void> => {
        const client = await connect();
        let order = first;
        while (writing) {
          await client.query("BEGIN");
          for (let k = 0; k < 5; k++) await insert(client, (order += 10), "clock_timestamp()");
          await client.query(
            `UPDATE ${schema}."SaleDocument" SET amount = coalesce(amount, 0) + 1, "sysModifiedDate" = now() WHERE "order" % 7 = ${order % 7} AND "order" % 10 = ${first}`,
          );
          if (order % 30 === 0) await client.query(`SELECT pg_sleep(0.03)`);
          await client.query(order % 40 === first ? "ROLLBACK" : "COMMIT");
        }
      };
      const writers = Promise.all([writer(0), writer(1), writer(2)]);
      const strategy = changed({ xminSafe: true, overlapMs: 0 });
      const run = () => extractInto(engine, [source], target, { strategy, state, commitRows: 200 });
      const failed: unknown[] = [];
      try {
        for (let k = 0; k < 12; k++) failed.push(...(await run()).failed);
      } finally {
        writing = false;
        await writers;
      }
      expect(failed).toEqual([]);
      expect((await run()).failed).toEqual([]);
      const rowsOf = (path: readonly string[]) =>
        engine.query(sql`SELECT * FROM ${id(...path)} ORDER BY ${id("order")}`).rows();
      const there = await rowsOf(source.path);
      expect(there.length).toBeGreaterThan(100);
      expect(await rowsOf([`${schema}_copy`, "SaleDocument"])).toEqual(there);
      expect((await run()).delivered).toBe(0);
    });

    it("goes on after the connection was lost, and doubles nothing", async () => {
      const source = await sourceIn(engine, schema);
      await engine.execute(
        `INSERT INTO ${schema}."SaleDocument" ("order", "customerName", "sysCreatedDate") SELECT i, repeat('x', 200), timestamptz '2026-01-01' + (i / 100) * interval '1 second' FROM generate_series(1, 60000) i`,
      );
      const admin = await connect();
      const kill = () =>
        admin.query(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'lakewright'",
        );
      const extraction = extract(engine, source, { strategy: changed(), batchRows: 5000 });
      const found: number[] = [];
      for await (const batch of extraction) {
        found.push(...orders(toRows(batch)));
        if (found.length === 10_000 || found.length === 30_000) await kill();
      }
      expect(extraction.summary().resumed).toBeGreaterThan(0);
      expect(found).toHaveLength(60_000);
      expect(new Set(found).size).toBe(60_000);
      // In a target: the table is begun anew, what was committed of it stays.
      const copy = postgres(await server!.createDatabase());
      const state = await sqlState(copy);
      const target = toTables(copy, { schema: "copied" });
      let killed = 0;
      const result = await extractInto(
        engine,
        [source],
        {
          engine: copy,
          write: async (given, batches, request) => {
            if (++killed === 2 || killed === 3) await kill();
            return target.write(given, batches, request);
          },
        },
        { strategy: changed(), state, commitRows: 20_000, batchRows: 1000 },
      );
      expect(result.failed).toEqual([]);
      const { n, distinct } = await copy
        .query(
          sql`SELECT count(*) AS n, count(DISTINCT "order") AS ${id("distinct")} FROM copied."SaleDocument"`,
        )
        .row();
      expect([n, distinct]).toEqual([60_000n, 60_000n]);
      await copy.close();
    });

    it("shows all connections one snapshot", async () => {
      const source = await sourceIn(engine, schema);
      await put(
        engine,
        source,
        Array.from({ length: 20_000 }, (_, order) => ({ order, amount: "1" })),
      );
      const client = await connect();
      let writing = true;
      // Each statement keeps the sum.
      const writer = (async () => {
        for (let k = 0; writing; k++) {
          const [a, b] = [k % 20_000, (k * 7919) % 20_000];
          if (a === b) continue;
          await client.query(
            `UPDATE ${schema}."SaleDocument" SET amount = amount + CASE "order" WHEN ${a} THEN 1 ELSE -1 END WHERE "order" IN (${a}, ${b})`,
          );
        }
      })();
      const sums: unknown[] = [];
      for (let k = 0; k < 4; k++) {
        const options = { strategy: full(), connections: 3, batchRows: 500 };
        let sum = 0n;
        let rows = 0;
        for await (const batch of extract(engine, source, options)) {
          for (const row of toRows(batch, documents)) sum += row.amount!.unscaled;
          rows += batch.numRows;
        }
        sums.push([rows, sum]);
      }
      writing = false;
      await writer;
      expect(sums).toEqual(Array.from({ length: 4 }, () => [20_000, 2_000_000n]));
    });

    it("takes more connections than the pool has", async () => {
      const source = await sourceIn(engine, schema);
      await put(
        engine,
        source,
        Array.from({ length: 3000 }, (_, order) => ({ order })),
      );
      const small = postgres({ connectionString: url, maxConnections: 2 });
      const options = { strategy: full(), connections: 6 };
      expect(await Array.fromAsync(extract(small, source, options).rows())).toHaveLength(3000);
      await small.close();
    });

    it("describes every type, and reads what no column holds as text", async () => {
      await engine.execute(`CREATE TYPE ${schema}.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN ${schema}.money2 AS numeric(10,2) NOT NULL;
CREATE TABLE ${schema}.types (u uuid PRIMARY KEY, m ${schema}.mood, d ${schema}.money2, n numeric, big numeric(60,2), j jsonb, a int[], na numeric[], t time, iv interval, ip inet, r int4range, ts timestamp(3), tz timestamptz, b bytea, c char(4), dt date, f real);
COMMENT ON TABLE ${schema}.types IS 'Every type';
INSERT INTO ${schema}.types VALUES ('2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d', 'ok', 1.25, 1e40, 12, '{"a": 1}', '{1,null}', '{1.5}', '12:00', '1 day', '10.0.0.1', '[1,3)', '2026-03-29 02:30:00.125', '2026-01-01 00:00:00.123456+00', '\\x00ff', 'ab', '2026-01-01', 1.5)`);
      const [types] = await introspect(engine, { schema });
      expect(
        types!.table.fields.map(({ name, column }) => `${name} ${describeType(column.type)}`),
      ).toEqual([
        "u utf8",
        "m utf8",
        "d decimal(10, 2)",
        "n utf8",
        "big utf8",
        "j utf8",
        "a list(int32)",
        "na utf8",
        "t utf8",
        "iv utf8",
        "ip utf8",
        "r utf8",
        "ts naiveTimestamp(us)",
        "tz timestamp(us)",
        "b binary",
        "c utf8",
        "dt date",
        "f float32",
      ]);
      expect(types!.unsupported.map(({ column }) => column).join()).toBe("n,big,na,t,iv,ip,r");
      expect(types!.unsupported[0]!.reason).toBe("its values may have any number of digits");
      expect(types!.table.columns["d"]!.nullable).toBe(false);
      const strategy = watermark({ cursor: "tz" });
      const rows = await read(engine, types!, { strategy, pageRows: 1 });
      expect(rows).toMatchObject([
        {
          m: "ok",
          n: "10000000000000000000000000000000000000000",
          a: [1, null],
          na: "{1.5}",
          r: "[1,3)",
        },
      ]);
      expect(rows[0]!["ts"]).toBe("2026-03-29T02:30:00.125");
    });

    it("reads pages and ranges of uuids", async () => {
      await engine.execute(
        `CREATE TABLE ${schema}.things (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), seen date NOT NULL DEFAULT '2026-01-01');
INSERT INTO ${schema}.things (seen) SELECT date '2026-01-01' + i % 3 FROM generate_series(1, 500) i`,
      );
      const [things] = await introspect(engine, { schema });
      const ids = new Set<unknown>();
      for (const row of await read(engine, things!, {
        strategy: watermark({ cursor: "seen" }),
        pageRows: 17,
      }))
        ids.add(row["id"]);
      expect(ids.size).toBe(500);
      const rows = await read(engine, things!, { strategy: full(), connections: 3 });
      expect(new Set(rows.map((row) => row["id"]))).toEqual(ids);
    });
  },
);
