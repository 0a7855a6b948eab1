import { nullable, timestamp, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { MemoryDimension } from "./memory.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});

const engine: SqlEngine = duckdb(":memory:");
afterAll(() => engine.close());
let schemas = 0;

const rows = fc.dictionary(
  fc.constantFrom("a", "b", "ab", "é", "É"),
  fc.option(fc.constantFrom("x", "X", "", "NULL", "null"), { nil: null }),
  { maxKeys: 5 },
);
const batches = fc.array(fc.record({ rows, whole: fc.boolean(), shuffle: fc.nat() }), {
  minLength: 1,
  maxLength: 6,
});

const start = Date.parse("2026-01-01T00:00:00Z");
const dayOf = (k: number): number => start + k * 86_400_000;

it("is what a row-by-row implementation makes of the same batches, whatever the order of rows", async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (list) => {
      const schema = `p${schemas++}`;
      const warehouse = await openWarehouse(engine, { users }, { schema });
      const model = new MemoryDimension();
      for (const [k, batch] of list.entries()) {
        const entries = Object.entries(batch.rows);
        const turned = entries.map((_, j) => entries[(j + batch.shuffle) % entries.length]!);
        model.load(dayOf(k), new Map(entries), batch.whole);
        await warehouse.load(
          users,
          turned.map(([user_id, country]) => ({ user_id, country })),
          {
            at: new Date(dayOf(k)),
            ...(batch.whole ? { deletes: "close", maxClosedShare: 1 } : {}),
          },
        );
      }
      const stored = await engine
        .query(
          `SELECT user_id, country, valid_from, valid_to FROM ${schema}.dim_users WHERE users_key > 0`,
        )
        .rows();
      const ms = (value: unknown): number => Number(value as bigint) / 1000;
      const versions = stored.map((row) => ({
        key: row["user_id"],
        value: row["country"],
        from: ms(row["valid_from"]),
        to: row["valid_to"] === null ? null : ms(row["valid_to"]),
      }));
      const order = (list: readonly unknown[]): string[] =>
        list.map((x) => JSON.stringify(x)).sort();
      expect(order(versions)).toEqual(order(model.versions));

      for (const [k, batch] of list.entries()) {
        if (!batch.whole) continue;
        const then = await warehouse.asOf(users, new Date(dayOf(k))).rows();
        expect(new Map(then.map((row) => [row["user_id"], row["country"]]))).toEqual(
          new Map(Object.entries(batch.rows)),
        );
      }
      await engine.execute(`DROP SCHEMA ${schema} CASCADE`);
    }),
    { numRuns: 15 },
  );
}, 120_000);

it("never lets versions of a member overlap, also where the source dates its changes", async () => {
  const dated = dimension("dim_dated", {
    key: ["id"],
    versioning: "scd2",
    updatedAt: "changed_at",
    columns: { id: utf8(), value: utf8(), changed_at: timestamp("us") },
  });
  const row = fc.record({
    id: fc.constantFrom("a", "b"),
    value: fc.constantFrom("x", "y"),
    changed_at: fc.nat(9).map((day) => new Date(dayOf(day))),
  });
  const load = fc.record({ rows: fc.array(row, { maxLength: 3 }), whole: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(load, { maxLength: 6 }), async (list) => {
      const schema = `p${schemas++}`;
      const warehouse = await openWarehouse(engine, { dated }, { schema });
      for (const [k, { rows: given, whole }] of list.entries()) {
        // A last row that nothing is wrong with: a load that has none is refused.
        const rows = [...given, { id: `other ${k}`, value: "x", changed_at: new Date(dayOf(0)) }];
        const summary = await warehouse.load(dated, rows, {
          at: new Date(dayOf(k + 3)),
          ...(whole ? { deletes: "close", maxClosedShare: 1 } : {}),
        });
        const { inserted, updated, unchanged, rejected } = summary;
        expect(inserted + updated + unchanged + rejected).toBe(rows.length);
        expect(unchanged).toBeGreaterThanOrEqual(0);
      }
      const overlaps = await engine
        .query(
          `SELECT a.* FROM ${schema}.dim_dated a JOIN ${schema}.dim_dated b
ON a.id = b.id AND a.dated_key < b.dated_key
AND a.valid_from < coalesce(b.valid_to, 'infinity') AND b.valid_from < coalesce(a.valid_to, 'infinity')`,
        )
        .rows();
      expect(overlaps).toEqual([]);
      await engine.execute(`DROP SCHEMA ${schema} CASCADE`);
    }),
    { numRuns: 15 },
  );
}, 120_000);

it("makes of many dated changes in one load what it makes of them one after the other", async () => {
  const dated = dimension("dim_dated", {
    key: ["id"],
    versioning: "scd2",
    updatedAt: "changed_at",
    columns: { id: utf8(), value: nullable(utf8()), changed_at: timestamp("us") },
  });
  const change = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    value: fc.option(fc.constantFrom("x", "y"), { nil: null }),
    changed_at: fc.nat(20).map((day) => new Date(dayOf(day))),
  });
  const changes = fc.uniqueArray(change, {
    maxLength: 8,
    selector: (row) => `${row.id} ${row.changed_at.getTime()}`,
  });
  const versions = async (schema: string): Promise<unknown> =>
    engine
      .query(
        `SELECT id, value, changed_at, valid_from, valid_to FROM ${schema}.dim_dated WHERE id IS NOT NULL ORDER BY id, valid_from`,
      )
      .rows();
  await fc.assert(
    fc.asyncProperty(changes, async (rows) => {
      const [together, alone] = [`p${schemas++}`, `p${schemas++}`];
      const one = await openWarehouse(engine, { dated }, { schema: together });
      const many = await openWarehouse(engine, { dated }, { schema: alone });
      const twice = [...rows, ...rows];
      const summary = await one.load(dated, twice, { at: new Date(dayOf(30)) });
      expect(summary).toMatchObject({ read: twice.length, rejected: 0, unchanged: rows.length });
      const sorted = rows.toSorted((a, b) => a.changed_at.getTime() - b.changed_at.getTime());
      for (const row of sorted) await many.load(dated, [row], { at: new Date(dayOf(30)) });
      expect(await versions(together)).toEqual(await versions(alone));
      for (const schema of [together, alone]) await engine.execute(`DROP SCHEMA ${schema} CASCADE`);
    }),
    { numRuns: 10 },
  );
}, 120_000);
