import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import {
  type ExtractTarget,
  extractInto,
  full,
  fullCompare,
  memoryState,
  type Strategy,
  toTables,
  toWarehouse,
  watermark,
} from "@lakewright/warehouse/extract";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { changed, put, sourceIn, touch } from "./extraction.ts";

describe("what targets are given", () => {
  const engine: SqlEngine = duckdb(":memory:");
  let schema = "";
  let schemas = 0;
  beforeEach(async () => {
    schema = `s${++schemas}`;
    await engine.execute(`CREATE SCHEMA ${schema}`);
  });
  afterAll(() => engine.close());

  const customers = dimension("dim_document", {
    key: ["order"],
    columns: { order: int64(), customerName: nullable(utf8()) },
  });
  const namesOf = async (table: string) =>
    (
      await engine.query(`SELECT "customerName" FROM ${table} WHERE "order" > 0 ORDER BY 1`).rows()
    ).map((row) => row["customerName"]);

  it.each([
    ["full", full()],
    ["fullCompare by the target", fullCompare({ compare: "target" })],
  ] as const)(
    "loads a warehouse again and again by %s, though the number of rows stays",
    async (_, strategy) => {
      const source = await sourceIn(engine, schema);
      const warehouse = await openWarehouse(engine, { customers }, { schema: `${schema}_dw` });
      const target = toWarehouse(warehouse, { SaleDocument: { into: customers } });
      const state = memoryState();
      await put(engine, source, [{ order: 1, customerName: "0" }]);
      for (let run = 1; run <= 4; run++) {
        await touch(engine, source, 1, { customerName: String(run) });
        expect((await extractInto(engine, [source], target, { strategy, state })).failed).toEqual(
          [],
        );
        expect(await namesOf(`${schema}_dw.dim_document`)).toEqual([String(run)]);
      }
    },
  );

  it.each<[string, Strategy]>([
    ["full", full()],
    ["rows without a cursor", changed()],
  ])("goes on after a crash between the load and its state: %s", async (_, strategy) => {
    const source = await sourceIn(engine, schema);
    const warehouse = await openWarehouse(engine, { customers }, { schema: `${schema}_dw` });
    const inner = toWarehouse(warehouse, { SaleDocument: { into: customers } });
    let dies = false;
    const target: ExtractTarget = {
      write: async (...args) => {
        const result = await inner.write(...args);
        if (dies) throw new Error("killed after the data was committed");
        return result;
      },
    };
    const state = memoryState();
    const run = () => extractInto(engine, [source], target, { strategy, state });
    expect((await run()).failed).toEqual([]);
    await put(engine, source, [{ order: 1, customerName: "a" }]);
    expect((await run()).failed).toEqual([]);
    await put(engine, source, [{ order: 2, customerName: "b" }]);
    dies = true;
    expect((await run()).failed).toHaveLength(1);
    await put(engine, source, [{ order: 3, customerName: "c" }]);
    dies = false;
    expect((await run()).failed).toEqual([]);
    expect(await namesOf(`${schema}_dw.dim_document`)).toEqual(["a", "b", "c"]);
  });

  it("merges and deletes by the key that was compared by, where the source has none", async () => {
    const table = defineTable("notes", { code: utf8(), text: nullable(utf8()) });
    await engine.execute(`CREATE TABLE ${schema}.notes (code VARCHAR, text VARCHAR)`);
    const source = { table, path: [schema, "notes"] };
    const target = toTables(engine, { schema: `${schema}_copy` });
    const state = memoryState();
    const strategy = fullCompare({ key: ["code"], maxDeletedShare: 1 });
    const run = async () =>
      expect((await extractInto(engine, [source], target, { strategy, state })).failed).toEqual([]);
    await engine.execute(`INSERT INTO ${schema}.notes VALUES ('a', '1'), ('b', '2'), ('c', null)`);
    await run();
    await engine.execute(`DELETE FROM ${schema}.notes WHERE code = 'a'`);
    await engine.execute(`UPDATE ${schema}.notes SET text = '3' WHERE code = 'b'`);
    await run();
    expect(await engine.query(`SELECT * FROM ${schema}_copy.notes ORDER BY code`).rows()).toEqual([
      { code: "b", text: "3" },
      { code: "c", text: null },
    ]);
  });

  it("appends each row of a table without a key once, though 120,000 have one cursor", async () => {
    const path = [schema, "events"];
    const table = defineTable("events", { n: int64(), changed: int64() });
    await engine.execute(
      `CREATE TABLE ${schema}.events AS SELECT i AS n, 7::BIGINT AS changed FROM range(120000) t(i)`,
    );
    const target = toTables(engine, { schema: `${schema}_copy` });
    const options = { strategy: watermark({ cursor: "changed" }), state: memoryState() };
    for (let run = 0; run < 2; run++) {
      const { failed } = await extractInto(engine, [{ table, path }], target, options);
      expect(failed).toEqual([]);
      await engine.execute(`INSERT INTO ${schema}.events VALUES (${120_000 + run}, 7)`);
    }
    const counts = await engine
      .query(`SELECT count(*) AS n, count(DISTINCT n) AS d FROM ${schema}_copy.events`)
      .row();
    expect(counts).toEqual({ n: 120_001n, d: 120_001n });
  });

  it("does not put two tables of the source into one copy", async () => {
    await engine.execute(`CREATE SCHEMA ${schema}_b`);
    const one = await sourceIn(engine, schema);
    const two = await sourceIn(engine, `${schema}_b`);
    await put(engine, one, [{ order: 1 }]);
    await put(engine, two, [{ order: 2 }, { order: 3 }]);
    const target = toTables(engine, { schema: `${schema}_copy` });
    const { failed } = await extractInto(engine, [one, two], target, {
      strategy: full(),
      concurrency: 1,
    });
    expect(failed).toMatchObject([
      { source: { path: two.path }, error: { code: "WAREHOUSE_INVALID_OPTION" } },
    ]);
    const named = toTables(engine, {
      schema: `${schema}_copy2`,
      tableName: ({ path }) => path.join("_"),
    });
    expect((await extractInto(engine, [one, two], named, { strategy: full() })).failed).toEqual([]);
  });

  it("copies tables whose names are long, quoted and not Latin", async () => {
    const target = toTables(engine, { schema: `${schema}_copy` });
    for (const name of [
      `a"b'c`,
      "select",
      "é😀".repeat(10),
      "x".repeat(63),
      "Weiß; DROP TABLE t --",
    ]) {
      const table = defineTable(name, {
        [`k"${name}`.slice(0, 40)]: int64(),
        from: nullable(utf8()),
      });
      const [key] = table.fields;
      await engine.execute(
        sql`CREATE TABLE ${id(schema, name)} (${id(key!.name)} BIGINT PRIMARY KEY, ${id("from")} VARCHAR)`,
      );
      await engine.execute(sql`INSERT INTO ${id(schema, name)} VALUES (1, 'a'), (2, 'b')`);
      const source = { table, path: [schema, name], primaryKey: [key!.name] };
      const state = memoryState();
      for (let run = 0; run < 2; run++) {
        const done = await extractInto(engine, [source], target, {
          strategy: fullCompare({ maxDeletedShare: 1 }),
          state,
        });
        expect(done.failed).toEqual([]);
        await engine.execute(sql`DELETE FROM ${id(schema, name)} WHERE ${id(key!.name)} = 1`);
      }
      const rows = await engine.query(sql`SELECT * FROM ${id(`${schema}_copy`, name)}`).rows();
      expect(rows).toEqual([{ [key!.name]: 2n, from: "b" }]);
    }
  });
});
