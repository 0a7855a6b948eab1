import { bool, utf8 } from "@lakewright/core";
import { id, raw, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { pglite } from "@lakewright/sql/pglite";
import { postgres } from "@lakewright/sql/postgres";
import {
  defineProject,
  incremental,
  model,
  type Project,
  runModels,
  runUnitTests,
  snapshot,
  table,
  unitTest,
} from "@lakewright/warehouse/models";
import { afterAll, describe, expect, it } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { naive } from "./naive.ts";
import { byRegion, fillStar, lineRows, lines, pricing, star } from "./star.ts";
import { rows, ticking } from "./support.ts";

interface Opened {
  readonly engine: SqlEngine;
  readonly stop: () => Promise<unknown>;
}

const engines: readonly (readonly [string, () => Promise<Opened>])[] = [
  ["DuckDB", () => Promise.resolve({ engine: duckdb(":memory:"), stop: () => Promise.resolve() })],
  ["PGlite", () => Promise.resolve({ engine: pglite("memory://"), stop: () => Promise.resolve() })],
  [
    "Postgres",
    async () => {
      const server = await startPostgres();
      return { engine: postgres(await server.createDatabase()), stop: () => server.stop() };
    },
  ],
  [
    "MySQL",
    async () => {
      const server = await startMysql();
      return { engine: mysql(await server.createDatabase()), stop: () => server.stop() };
    },
  ],
  [
    "MariaDB",
    async () => {
      const server = await startMariadb();
      return { engine: mysql(await server.createDatabase()), stop: () => server.stop() };
    },
  ],
];

const opened = await Promise.all(
  engines.map(async ([name, open]) => {
    try {
      return { name, ...(await open()) };
    } catch (error) {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return { name, engine: undefined, stop: () => Promise.resolve() };
    }
  }),
);

afterAll(async () => {
  for (const { engine, stop } of opened) {
    await engine?.close();
    await stop();
  }
});

const queries: Readonly<Record<string, string>> = {
  mt_pricing: "SELECT * FROM mt_pricing ORDER BY flag",
  mt_by_region: "SELECT * FROM mt_by_region ORDER BY region, month",
  mt_shares: "SELECT * FROM mt_shares ORDER BY customer_key",
  mt_daily: "SELECT * FROM mt_daily ORDER BY order_day",
  mt_totals: "SELECT * FROM mt_totals ORDER BY grouping_id, region, flag",
  mt_means: "SELECT * FROM mt_means ORDER BY flag",
  mt_averages: "SELECT * FROM mt_averages ORDER BY month",
};

describe.each(opened)("models on $name", ({ engine }) => {
  const clock = ticking();

  it.skipIf(engine === undefined)(
    "give what a naive computation gives",
    async () => {
      await fillStar(engine!);
      const run = await runModels(engine!, star, { clock });
      expect(run.ok, String(run)).toBe(true);
      const expected = naive(lineRows);
      for (const [name, query] of Object.entries(queries)) {
        expect(await rows(engine!, query), name).toEqual(expected[name]);
      }
    },
    60_000,
  );

  it.skipIf(engine === undefined)(
    "change what has changed, and nothing in a second run",
    async () => {
      await engine!.execute(
        sql`INSERT INTO mt_lines (line_id, customer_key, order_day, month, quantity, price, discount, flag) VALUES (${9001}, ${1}, '2026-03-05', ${3}, ${2}, 10.00, 0.00, 'A')`,
      );
      await engine!.execute("DELETE FROM mt_lines WHERE customer_key = 2");
      const now = [
        ...lineRows.filter((line) => line.customer_key !== 2n),
        {
          line_id: 9001n,
          customer_key: 1n,
          order_day: "2026-03-05",
          month: 3,
          quantity: 2,
          price: 1000n,
          discount: 0n,
          flag: "A" as const,
        },
      ];
      const days = [
        ...new Set(
          lineRows.filter((line) => line.customer_key === 2n).map((line) => line.order_day),
        ),
      ];
      const options = { clock, touched: { mt_daily: days } };
      const second = await runModels(engine!, star, options);
      expect(second.ok, String(second)).toBe(true);
      const expected = naive(now);
      for (const [name, query] of Object.entries(queries)) {
        expect(await rows(engine!, query), name).toEqual(expected[name]);
      }
      const history = "SELECT count(*) AS n, count(valid_to) AS closed FROM mt_history";
      const [state] = await rows(engine!, history);
      const third = await runModels(engine!, star, options);
      expect(third.ok, String(third)).toBe(true);
      const written = new Map(third.models.map((run) => [run.name, run.written]));
      expect([written.get("mt_shares"), written.get("mt_history")]).toEqual([0, 0]);
      expect(await rows(engine!, history)).toEqual([state]);
      expect(state).toEqual({ n: String(Number(state!["n"])), closed: "2" });
    },
    60_000,
  );

  it.skipIf(engine === undefined)(
    "wait for each other where two runs meet",
    async () => {
      const runs = await Promise.all([1, 2].map(() => runModels(engine!, star, { clock })));
      for (const run of runs) expect(run.ok, String(run)).toBe(true);
    },
    60_000,
  );

  it.skipIf(engine === undefined)(
    "leave the rows of the later one where two codes of a model meet",
    async () => {
      const codes = ["a", "b"].map((mark) =>
        defineProject([
          model("mt_codes", {
            columns: { mark: utf8() },
            materialize: incremental({ by: "key", key: ["mark"] }),
            select: () => raw(`SELECT '${mark}' AS mark`),
          }),
        ]),
      );
      const [a, b] = codes as [Project, Project];
      await runModels(engine!, a, { clock, runId: "a" });
      const met = await Promise.all([
        runModels(engine!, b, { clock, runId: "b" }),
        runModels(engine!, a, { clock, runId: "a" }),
      ]);
      for (const run of met) expect(run.ok, String(run)).toBe(true);
      const order =
        "SELECT run_id AS mark, success_number AS n FROM _wh_models WHERE model_name = 'mt_codes' ORDER BY n DESC";
      const [last, ...before] = await rows(engine!, order);
      expect([last, ...before].map((row) => row?.["n"])).toEqual(["3", "2", "1"]);
      expect(await rows(engine!, "SELECT mark FROM mt_codes")).toEqual([{ mark: last!["mark"] }]);
    },
    60_000,
  );

  it.skipIf(engine === undefined)(
    "pass the same unit tests, and show the same difference",
    async () => {
      const line = { line_id: 1, customer_key: 1, order_day: "2026-01-01", quantity: 1 };
      const given = {
        mt_lines: [
          { ...line, month: 1, price: "10.00", discount: "0.10", flag: "A" },
          { ...line, month: 2, price: "2.50", discount: "0", flag: "A" },
        ],
        mt_customers: [{ customer_key: 1, name: "é", region: "ASIA" }],
      };
      const { mt_lines } = given;
      const expected = {
        region: "ASIA",
        month: 2,
        revenue: "2.50",
        before: "10.00",
        so_far: "12.50",
      };
      const tests = [
        unitTest("net of discounts", pricing, {
          given: { mt_lines },
          expect: [{ flag: "A", gross: "12.50", net: "11.5000", lines: 2 }],
        }),
        unitTest("nothing sold", pricing, { given: { mt_lines: [] }, expect: [] }),
        unitTest("running totals", byRegion, {
          given,
          expect: [
            { region: "ASIA", month: 1, revenue: "10.00", before: null, so_far: "10.00" },
            expected,
          ],
        }),
        unitTest("a wrong total", byRegion, {
          given,
          expect: [
            { region: "ASIA", month: 1, revenue: "10.00" },
            { region: "ASIA", month: 2, revenue: "2.51" },
          ],
        }),
      ];
      const results = await runUnitTests(engine!, tests);
      expect(results.map((result) => String(result))).toEqual([
        "passed mt_pricing: net of discounts",
        "passed mt_pricing: nothing sold",
        "passed mt_by_region: running totals",
        `failed mt_by_region: a wrong total
  - { region: "ASIA", month: 2, revenue: 2.51 }
  + { region: "ASIA", month: 2, revenue: 2.50 }`,
      ]);
      void lines;
    },
  );

  it.each(["a table", "a snapshot"])(
    "%s has a comparison as a boolean, also where the engine has none",
    async (kind) => {
      const name = `mt_written_${kind === "a table" ? "table" : "snapshot"}`;
      const written = model(name, {
        columns: { k: utf8(), late: bool() },
        materialize: kind === "a table" ? table() : snapshot({ key: ["k"] }),
        select: () => sql`SELECT 'a' AS k, 2 > 1 AS late`,
      });
      const run = await runModels(engine!, defineProject([written]));
      expect(run.models.map(({ error }) => error)).toEqual([undefined]);
      const [row] = await engine!.query(sql`SELECT k, late FROM ${id(name)}`).rows();
      expect([row!["k"], Boolean(row!["late"])]).toEqual(["a", true]);
    },
  );
});
