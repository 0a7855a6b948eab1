import { type RowInput, type Table, timestamp, toRows, utf8 } from "@lakewright/core";
import { decimal, defineTable, int64, nullable } from "@lakewright/core";
import { bind, createTable, id, type SqlEngine, sql } from "@lakewright/sql";
import {
  type ExtractOptions,
  extract,
  extractInto,
  full,
  fullCompare,
  memoryState,
  sqlState,
  type Strategy,
  type TableSource,
  toTables,
  watermark,
} from "@lakewright/warehouse/extract";
import { expect, it } from "vitest";

/** A table of the ERP, its names as they are there. */
export const documents = defineTable("SaleDocument", {
  order: int64(),
  customerName: nullable(utf8()),
  amount: nullable(decimal(12, 2)),
  sysCreatedDate: nullable(timestamp("us")),
  sysModifiedDate: nullable(timestamp("us")),
});
type Document = RowInput<typeof documents>;

const CURSOR = ["sysModifiedDate", "sysCreatedDate"];
export const changed = (options: object = {}): Strategy =>
  watermark({ cursor: CURSOR, ...options });

/** A source with a table of its own. */
export async function sourceIn(
  engine: SqlEngine,
  schema: string,
  table: Table = documents,
  primaryKey: readonly string[] = ["order"],
): Promise<TableSource> {
  const path = [schema, table.name];
  await engine.execute(createTable(engine.dialect, path, table, { primaryKey }));
  return { table, path, primaryKey };
}

export async function read(
  engine: SqlEngine,
  source: TableSource,
  options: ExtractOptions,
): Promise<Record<string, unknown>[]> {
  const extraction = extract(engine, source, options);
  const rows = await Array.fromAsync(extraction.rows());
  await extraction.commit();
  return rows;
}

export const put = (engine: SqlEngine, source: TableSource, rows: readonly Document[]) =>
  engine.load(source.path, documents, rows);

export const touch = (engine: SqlEngine, source: TableSource, order: number, set: object) =>
  engine.execute(
    sql`UPDATE ${id(...source.path)} SET ${Object.entries(set)
      .map(
        ([name, value]) =>
          sql`${id(name)} = ${bind(value, documents.columns[name as "amount"].type)}`,
      )
      .reduce((a, b) => sql`${a}, ${b}`)} WHERE ${id("order")} = ${order}`,
  );

const at = (second: number, micros = 0): bigint =>
  1_767_225_600_000_000n + BigInt(second) * 1_000_000n + BigInt(micros);
const orders = (rows: readonly Record<string, unknown>[]): number[] =>
  rows.map((row) => Number(row["order"])).sort((a, b) => a - b);

/** What extraction promises on every engine. */
export function extractionSuite(engine: () => SqlEngine, schema: () => string): void {
  it("delivers each row once, those of one cursor value too, and again when it changes", async () => {
    const source = await sourceIn(engine(), schema());
    const options = { strategy: changed({ overlapMs: 5000 }), state: memoryState() };
    await put(engine(), source, [
      { order: 1, customerName: "a", sysCreatedDate: at(0), sysModifiedDate: at(10, 123_456) },
      { order: 2, customerName: "b", sysCreatedDate: at(10, 123_456) },
      { order: 3, customerName: "c", sysCreatedDate: at(1) },
    ]);
    expect(orders(await read(engine(), source, options))).toEqual([1, 2, 3]);
    expect(await read(engine(), source, options)).toEqual([]);
    // A tie at the watermark, and one that was committed late.
    await put(engine(), source, [
      { order: 4, sysCreatedDate: at(10, 123_456) },
      { order: 5, sysCreatedDate: at(6) },
      { order: 6, sysCreatedDate: at(4) },
    ]);
    expect(orders(await read(engine(), source, options))).toEqual([4, 5]);
    await engine().execute(
      sql`UPDATE ${id(...source.path)} SET ${id("customerName")} = ${"B"} WHERE ${id("order")} = ${2}`,
    );
    expect(await read(engine(), source, options)).toMatchObject([{ order: 2n, customerName: "B" }]);
    expect(await read(engine(), source, options)).toEqual([]);
  });

  it("keeps microseconds of the watermark", async () => {
    const source = await sourceIn(engine(), schema());
    const options = { strategy: changed({ overlapMs: 0 }), state: memoryState() };
    await put(engine(), source, [{ order: 1, sysCreatedDate: at(1, 123_456) }]);
    const extraction = extract(engine(), source, options);
    await Array.fromAsync(extraction);
    await extraction.commit();
    expect(extraction.summary()).toMatchObject({ to: "2026-01-01T00:00:01.123456Z", read: 1 });
    await put(engine(), source, [
      { order: 2, sysCreatedDate: at(1, 123_457) },
      { order: 3, sysCreatedDate: at(1, 123_455) },
    ]);
    expect(orders(await read(engine(), source, options))).toEqual([2]);
  });

  it("ends where it began: what changes while it is read comes with the next", async () => {
    const source = await sourceIn(engine(), schema());
    const options = { strategy: changed(), state: memoryState(), batchRows: 10 };
    const rows = Array.from({ length: 500 }, (_, k) => ({ order: k, sysCreatedDate: at(k) }));
    await put(engine(), source, rows);
    const extraction = extract(engine(), source, { ...options, pageRows: 100 });
    const first: number[] = [];
    for await (const batch of extraction) {
      if (first.length === 0) {
        await touch(engine(), source, 499, { customerName: "moved", sysModifiedDate: at(9999) });
        await touch(engine(), source, 0, { customerName: "again", sysModifiedDate: at(9998) });
      }
      first.push(...orders(toRows(batch)));
    }
    await extraction.commit();
    const second = await read(engine(), source, options);
    expect(second).toMatchObject([
      { order: 0n, customerName: "again" },
      { order: 499n, customerName: "moved" },
    ]);
    expect(new Set([...first, ...orders(second)]).size).toBe(500);
    expect(first.length).toBe(new Set(first).size);
  });

  it("reads in pages without losing ties at their borders", async () => {
    const source = await sourceIn(engine(), schema());
    const rows = Array.from({ length: 107 }, (_, k) => ({ order: k, sysCreatedDate: at(k >> 5) }));
    await put(engine(), source, rows);
    for (const pageRows of [1, 7, 32, 107, 200]) {
      const found = await read(engine(), source, { strategy: changed(), pageRows });
      expect(orders(found)).toEqual(rows.map(({ order }) => order));
    }
  });

  it("reads rows without a cursor by its policy", async () => {
    const source = await sourceIn(engine(), schema());
    const state = memoryState();
    const options = (name: string, nullCursor: string): ExtractOptions => ({
      strategy: changed({ nullCursor }),
      state,
      name,
    });
    await put(engine(), source, [{ order: 1 }, { order: 2, sysCreatedDate: at(0) }, { order: 3 }]);
    for (const policy of ["always", "once"]) {
      expect(orders(await read(engine(), source, options(policy, policy)))).toEqual([1, 2, 3]);
      expect(await read(engine(), source, options(policy, policy))).toEqual([]);
    }
    await touch(engine(), source, 3, { customerName: "x" });
    expect(orders(await read(engine(), source, options("always", "always")))).toEqual([3]);
    expect(await read(engine(), source, options("once", "once"))).toEqual([]);
    await expect(read(engine(), source, options("reject", "reject"))).rejects.toMatchObject({
      code: "WAREHOUSE_CURSOR",
      message: '2 rows of "SaleDocument" have no sysModifiedDate, sysCreatedDate.',
    });
  });

  it("notices a source whose newest cursor is before the watermark", async () => {
    const source = await sourceIn(engine(), schema());
    const state = memoryState();
    const run = async (onCursorBack?: string) => {
      const strategy = changed({ onCursorBack });
      const extraction = extract(engine(), source, { strategy, state });
      const rows = await Array.fromAsync(extraction.rows());
      await extraction.commit();
      return { orders: orders(rows), wentBack: extraction.summary().cursorWentBack };
    };
    const rows = [1, 2, 3].map((order) => ({ order, sysCreatedDate: at(order * 1000) }));
    await put(engine(), source, rows);
    await run();
    await engine().execute(sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} = ${3}`);
    expect(await run()).toEqual({ orders: [], wentBack: true });
    await expect(run("error")).rejects.toMatchObject({ code: "WAREHOUSE_CURSOR" });
    expect(await run("reread")).toEqual({ orders: [1, 2], wentBack: true });
    expect(await run()).toEqual({ orders: [], wentBack: false });
  });

  it("goes by numbers beyond 2^53, by days, by text, and by a column of any name", async () => {
    const odd = defineTable(`od"d table`, {
      id: int64(),
      'the "select"': nullable(int64()),
      code: nullable(utf8()),
    });
    const source = await sourceIn(engine(), schema(), odd, ["id"]);
    const state = memoryState();
    const big = 2n ** 53n;
    const row = (n: bigint) => ({ id: n, 'the "select"': big + n, code: `c${n}` });
    await engine().load(source.path, odd, [row(1n), row(2n)]);
    const byNumber = { strategy: watermark({ cursor: 'the "select"' }), state, name: "number" };
    const byCode = { strategy: watermark({ cursor: "code" }), state, name: "code" };
    for (const options of [byNumber, byCode]) {
      expect(await read(engine(), source, options)).toHaveLength(2);
      expect(await read(engine(), source, options)).toEqual([]);
    }
    await engine().load(source.path, odd, [row(3n)]);
    for (const options of [byNumber, byCode]) {
      expect(await read(engine(), source, options)).toMatchObject([{ id: 3n }]);
    }
    expect((await state.load("number"))!.watermark).toBe(String(big + 3n));
  });

  it("reads a table without a key, and counts rows that are the same", async () => {
    const log = defineTable("log", { seen: timestamp("us"), text: utf8() });
    const source = await sourceIn(engine(), schema(), log, []);
    const options = { strategy: watermark({ cursor: "seen" }), state: memoryState() };
    const row = { seen: at(5), text: "same" };
    await engine().load(source.path, log, [row, row]);
    expect(await read(engine(), source, options)).toHaveLength(2);
    await engine().load(source.path, log, [row, { seen: at(5), text: "other" }]);
    expect(await read(engine(), source, options)).toHaveLength(2);
    expect(await read(engine(), source, options)).toEqual([]);
    await expect(read(engine(), source, { ...options, pageRows: 10 })).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
  });

  it("compares in full: what is new, what changed, what is gone", async () => {
    const source = await sourceIn(engine(), schema());
    const options = { strategy: fullCompare(), state: memoryState() };
    const rows = Array.from({ length: 10 }, (_, order) => ({ order, amount: "1.10" }));
    await put(engine(), source, rows);
    expect(orders(await read(engine(), source, options))).toHaveLength(10);
    await touch(engine(), source, 3, { amount: "1.11" });
    await put(engine(), source, [{ order: 99 }]);
    await engine().execute(sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} = ${5}`);
    const extraction = extract(engine(), source, options);
    const found = await Array.fromAsync(extraction.rows());
    expect(new Map(found.map((row) => [Number(row["order"]), row["_deleted"]]))).toEqual(
      new Map([
        [3, false],
        [99, false],
        [5, true],
      ]),
    );
    expect(extraction.summary()).toMatchObject({ inserted: 1, updated: 1, deleted: 1, read: 10 });
    // Not committed: the same again.
    expect(await read(engine(), source, options)).toHaveLength(3);
    expect(await read(engine(), source, options)).toEqual([]);
    await engine().execute(sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} > ${1}`);
    for (const compare of ["hashes", "target"] as const) {
      const strategy = fullCompare({ compare });
      const name = compare === "hashes" ? undefined : "snapshot";
      if (name) await put(engine(), source, rows.slice(2));
      if (name) await read(engine(), source, { ...options, strategy, name });
      if (name) await engine().execute(sql`DELETE FROM ${id(...source.path)} WHERE 1 = 1`);
      await expect(read(engine(), source, { ...options, strategy, name })).rejects.toMatchObject({
        code: "WAREHOUSE_EXTRACT_SHRUNK",
      });
    }
  });

  it("copies tables, their state in the transaction of the data, and goes on where it was", async () => {
    const source = await sourceIn(engine(), schema());
    const state = await sqlState(engine(), { schema: `${schema()}_copy` });
    const target = toTables(engine(), { schema: `${schema()}_copy` });
    const rows = Array.from({ length: 1000 }, (_, order) => ({
      order,
      customerName: `c${order}`,
      amount: `${order}.25`,
      sysCreatedDate: at(order >> 3),
    }));
    await put(engine(), source, rows);
    const run = (options: object = {}) =>
      extractInto(engine(), [source], target, { strategy: changed(), state, ...options });
    const everything = await run({ commitRows: 300 });
    expect(everything).toMatchObject({ delivered: 1000, failed: [], tables: [{ writes: 4 }] });
    expect(await run()).toMatchObject({ delivered: 0, tables: [{ writes: 0 }] });
    await touch(engine(), source, 7, { customerName: "seven", sysModifiedDate: at(5000) });
    await put(engine(), source, [{ order: 5000, sysCreatedDate: at(5001) }]);
    expect(await run()).toMatchObject({ delivered: 2, tables: [{ writes: 1 }] });
    const rowsOf = (path: readonly string[]) =>
      engine()
        .query(sql`SELECT * FROM ${id(...path)} ORDER BY ${id("order")}`)
        .rows();
    expect(await rowsOf([`${schema()}_copy`, "SaleDocument"])).toEqual(await rowsOf(source.path));
  });

  it("mirrors deletions by full compare, and replaces by snapshots", async () => {
    const source = await sourceIn(engine(), schema());
    const copied = [`${schema()}_copy`, "SaleDocument"];
    const state = memoryState();
    const target = toTables(engine(), { schema: copied[0] });
    const count = async () =>
      Number(
        (
          await engine()
            .query(sql`SELECT COUNT(*) AS n FROM ${id(...copied)}`)
            .row()
        )["n"],
      );
    await put(engine(), source, [{ order: 1 }, { order: 2 }, { order: 3 }]);
    for (const strategy of [fullCompare(), full({ maxDeletedShare: 1 })]) {
      const run = () =>
        extractInto(engine(), [source], target, { strategy, state, prefix: strategy.kind });
      expect((await run()).failed).toEqual([]);
      expect(await count()).toBe(3);
      await engine().execute(sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} = ${2}`);
      expect((await run()).failed).toEqual([]);
      expect(await count()).toBe(2);
      await put(engine(), source, [{ order: 2 }]);
    }
  });

  it("says which table failed, and does the others", async () => {
    const source = await sourceIn(engine(), schema());
    await put(engine(), source, [{ order: 1, sysCreatedDate: at(1) }]);
    const missing = { ...source, path: [schema(), "missing"] };
    const target = toTables(engine(), { schema: `${schema()}_copy` });
    const state = memoryState();
    const result = await extractInto(engine(), [missing, source], target, {
      strategy: changed(),
      state,
    });
    expect(result.tables.map(({ status }) => status)).toEqual(["failed", "success"]);
    expect(result.failed[0]!.name).toBe(`${schema()}.missing`);
    expect(result.failed[0]!.error).toMatchObject({ code: "SQL_QUERY_FAILED" });
    expect(await state.load(`${schema()}.missing`)).toBeUndefined();
  });
}
