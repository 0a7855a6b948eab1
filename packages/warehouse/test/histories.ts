import { nullable, timestamp, utf8 } from "@lakewright/core";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { dimension, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import fc from "fast-check";
import { expect } from "vitest";
import { failingAt, MemoryDimension } from "./memory.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});
const dated = dimension("dim_dated", {
  key: ["id"],
  versioning: "scd2",
  updatedAt: "changed_at",
  columns: { id: utf8(), value: nullable(utf8()), changed_at: timestamp("us") },
});

const start = Date.parse("2026-01-01T00:00:00Z");
const dayOf = (k: number): Date => new Date(start + k * 86_400_000);
let schemas = 0;
const newSchema = (): string => `p${process.pid}_${schemas++}`;

const rows = fc.dictionary(
  fc.constantFrom("a", "b", "ab", "é", "É"),
  fc.option(fc.constantFrom("x", "X", "", "NULL", "null"), { nil: null }),
  { maxKeys: 5 },
);
const batch = fc.record({
  rows,
  deletes: fc.constantFrom("ignore", "close", "tombstone"),
  turn: fc.nat(5),
  /** The statement the first attempt dies at. */
  dies: fc.option(fc.nat(30), { nil: undefined }),
});

/**
 * Whatever the batches and the order of their rows, killed at any statement and run again: the table is what a naive
 * implementation makes of them, and `asOf` gives back each batch that was whole.
 */
export async function assertHistories(engine: SqlEngine, numRuns: number): Promise<void> {
  const batches = fc.array(batch, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(batches, async (list) => {
    const schema = newSchema();
    const warehouse = await openWarehouse(engine, { users }, { schema });
    const model = new MemoryDimension();
    for (const [k, { rows: given, deletes, turn, dies }] of list.entries()) {
      const entries = Object.entries(given);
      const data = entries
        .map((_, j) => entries[(j + turn) % entries.length]!)
        .map(([user_id, country]) => ({ user_id, country }));
      const whole = deletes === "ignore" ? {} : ({ deletes, maxClosedShare: 1 } as const);
      const options = { at: dayOf(k), loadId: `batch ${k}`, ...whole };
      model.load(dayOf(k).getTime(), new Map(entries), deletes);
      if (dies !== undefined) await dying(engine, schema, dies, data, options);
      await warehouse.load(users, data, options);
      expect(await warehouse.load(users, data, options)).toMatchObject({ applied: false });
    }
    expect(sorted(await storedVersions(engine, schema))).toEqual(sorted(model.versions));
    for (const [k, { rows: given, deletes }] of list.entries()) {
      if (deletes === "ignore") continue;
      const then = await warehouse.asOf(users, dayOf(k)).rows();
      expect(new Map(then.map((row) => [row["user_id"], row["country"]]))).toEqual(
        new Map(Object.entries(given)),
      );
    }
  });
  await fc.assert(property, { numRuns });
}

/** Runs a load that dies at a statement of its transaction; one that is over before has been loaded. */
async function dying(
  engine: SqlEngine,
  schema: string,
  statement: number,
  data: Parameters<Warehouse["load"]>[1],
  options: object,
): Promise<void> {
  const counting = failingAt(engine, Infinity);
  await openWarehouse(counting, { users }, { schema });
  const failing = failingAt(engine, counting.statements + statement);
  const warehouse = await openWarehouse(failing, { users }, { schema });
  await warehouse.load(users, data as never, options).catch((error: unknown) => {
    expect(String(error)).toContain("the connection broke");
  });
}

/** Versions of a member never overlap, also where the source dates its changes, out of their order. */
export async function assertNoOverlap(engine: SqlEngine, numRuns: number): Promise<void> {
  const row = fc.record({
    id: fc.constantFrom("a", "b"),
    value: fc.constantFrom("x", "y"),
    changed_at: fc.nat(9).map(dayOf),
  });
  const load = fc.record({
    given: fc.array(row, { maxLength: 3 }),
    deletes: fc.constantFrom("ignore", "close", "tombstone"),
  });
  const property = fc.asyncProperty(fc.array(load, { maxLength: 6 }), async (list) => {
    const schema = newSchema();
    const warehouse = await openWarehouse(engine, { dated }, { schema });
    for (const [k, { given, deletes }] of list.entries()) {
      // A last row that nothing is wrong with: a load that has none is refused.
      const data = [...given, { id: `other ${k}`, value: "x", changed_at: dayOf(0) }];
      const whole = deletes === "ignore" ? {} : ({ deletes, maxClosedShare: 1 } as const);
      const summary = await warehouse.load(dated, data, { at: dayOf(k + 3), ...whole });
      const { inserted, updated, unchanged, rejected } = summary;
      expect(inserted + updated + unchanged + rejected).toBe(data.length);
      expect(unchanged).toBeGreaterThanOrEqual(0);
    }
    const table = id(schema, "dim_dated");
    const forever = new Date("9999-01-01T00:00:00Z");
    const overlaps = sql`SELECT a.id FROM ${table} a JOIN ${table} b ON a.id = b.id AND a.dated_key < b.dated_key
AND a.valid_from < coalesce(b.valid_to, ${forever}) AND b.valid_from < coalesce(a.valid_to, ${forever})`;
    expect(await engine.query(overlaps).rows()).toEqual([]);
    const open = sql`SELECT id FROM ${table} WHERE valid_to IS NULL AND dated_key > 0 GROUP BY id HAVING count(*) > 1`;
    expect(await engine.query(open).rows()).toEqual([]);
  });
  await fc.assert(property, { numRuns });
}

/** Many dated changes in one load are what they are one after the other. */
export async function assertRounds(engine: SqlEngine, numRuns: number): Promise<void> {
  const change = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    value: fc.option(fc.constantFrom("x", "y"), { nil: null }),
    changed_at: fc.nat(20).map(dayOf),
  });
  const changes = fc.uniqueArray(change, {
    maxLength: 8,
    selector: (row) => `${row.id} ${row.changed_at.getTime()}`,
  });
  const versions = (schema: string): Promise<unknown> =>
    engine
      .query(
        sql`SELECT id, value, changed_at, valid_from, valid_to FROM ${id(schema, "dim_dated")} WHERE id IS NOT NULL ORDER BY id, valid_from`,
      )
      .rows();
  const property = fc.asyncProperty(changes, async (given) => {
    const [together, alone] = [newSchema(), newSchema()];
    const one = await openWarehouse(engine, { dated }, { schema: together });
    const many = await openWarehouse(engine, { dated }, { schema: alone });
    const twice = [...given, ...given];
    const summary = await one.load(dated, twice, { at: dayOf(30) });
    expect(summary).toMatchObject({ read: twice.length, rejected: 0, unchanged: given.length });
    const ordered = given.toSorted((a, b) => a.changed_at.getTime() - b.changed_at.getTime());
    for (const row of ordered) await many.load(dated, [row], { at: dayOf(30) });
    expect(await versions(together)).toEqual(await versions(alone));
  });
  await fc.assert(property, { numRuns });
}

/** Two loaders at once are one after the other, in either order. */
export async function assertSerial(
  engines: readonly [SqlEngine, SqlEngine],
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(rows, rows, async (first, second) => {
    const schema = newSchema();
    const opened: Warehouse[] = [];
    for (const engine of engines) opened.push(await openWarehouse(engine, { users }, { schema }));
    await opened[0]!.load(users, [{ user_id: "a", country: "before" }]);
    const batches = [first, second].map((given) => new Map(Object.entries(given)));
    await Promise.all(
      batches.map((given, k) => {
        const data = [...given].map(([user_id, country]) => ({ user_id, country }));
        return opened[k]!.load(users, data);
      }),
    );
    const outcomes = [batches, batches.toReversed()].map((order) => {
      const model = new MemoryDimension();
      const all = [new Map([["a", "before"]]), ...order];
      for (const [k, given] of all.entries()) model.load(k, given, "ignore");
      return succession(model.versions);
    });
    expect(outcomes).toContainEqual(succession(await storedVersions(engines[0], schema)));
  });
  await fc.assert(property, { numRuns });
}

interface StoredVersion {
  readonly key: string;
  readonly value: string | null;
  readonly from: number;
  readonly to: number | null;
  readonly deleted: boolean;
}

async function storedVersions(engine: SqlEngine, schema: string): Promise<StoredVersion[]> {
  const stored = await engine
    .query(sql`SELECT * FROM ${id(schema, "dim_users")} WHERE users_key > 0`)
    .rows();
  const ms = (value: unknown): number => Number(value as bigint) / 1000;
  return stored.map((row) => ({
    key: row["user_id"] as string,
    value: row["country"] as string | null,
    from: ms(row["valid_from"]),
    to: row["valid_to"] === null ? null : ms(row["valid_to"]),
    deleted: Boolean(row["is_deleted"]),
  }));
}

function sorted(versions: readonly StoredVersion[]): string[] {
  return versions
    .map(({ key, value, from, to, deleted }) => JSON.stringify([key, value, from, to, deleted]))
    .sort();
}

/** The values of each member, in their order. */
function succession(versions: readonly StoredVersion[]): string[] {
  const byKey = Map.groupBy(
    versions.toSorted((a, b) => a.from - b.from),
    ({ key }) => key,
  );
  return [...byKey].map(([key, list]) => JSON.stringify([key, list.map((v) => v.value)])).sort();
}
