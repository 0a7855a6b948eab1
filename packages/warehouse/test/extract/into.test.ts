import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toRows, utf8, int64, nullable, decimal } from "@lakewright/core";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import {
  type ExtractTarget,
  extractInto,
  full,
  fullCompare,
  introspect,
  jsonState,
  memoryState,
  sqlState,
  toTables,
  toWarehouse,
} from "@lakewright/warehouse/extract";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { changed, put, sourceIn, touch } from "./extraction.ts";

const at = (second: number): bigint => 1_767_225_600_000_000n + BigInt(second) * 1_000_000n;

describe("extraction into a target", () => {
  const engine: SqlEngine = duckdb(":memory:");
  const folder = mkdtempSync(join(tmpdir(), "lakewright-extract-"));
  let schema = "";
  let schemas = 0;
  beforeEach(async () => {
    schema = `s${++schemas}`;
    await engine.execute(`CREATE SCHEMA ${schema}`);
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });
  const rowsOf = (path: readonly string[]) =>
    engine.query(sql`SELECT * FROM ${id(...path)} ORDER BY ${id("order")}`).rows();

  it("loads a warehouse, once however often a range is tried again", async () => {
    const source = await sourceIn(engine, schema);
    const customers = dimension("dim_document", {
      key: ["order"],
      versioning: "scd2",
      columns: { order: int64(), customerName: nullable(utf8()), amount: nullable(decimal(12, 2)) },
    });
    const warehouse = await openWarehouse(engine, { customers }, { schema: `${schema}_dw` });
    const inner = toWarehouse(warehouse, { SaleDocument: { into: customers } });
    const state = await sqlState(engine, { schema: `${schema}_dw` });
    let dies = false;
    const loadIds: string[] = [];
    const target: ExtractTarget = {
      write: async (given, batches, request) => {
        loadIds.push(request.loadId);
        const result = await inner.write(given, batches, request);
        if (dies) throw new Error("killed after the data was committed");
        return result;
      },
    };
    const run = () => extractInto(engine, [source], target, { strategy: changed(), state });
    const count = async () =>
      Number(
        (
          await engine
            .query(`SELECT count(*) AS n FROM ${schema}_dw.dim_document WHERE "order" IS NOT NULL`)
            .row()
        )["n"],
      );
    await put(engine, source, [{ order: 1, customerName: "a", sysCreatedDate: at(1) }]);
    dies = true;
    expect((await run()).failed).toHaveLength(1);
    expect(await count()).toBe(1);
    // Meanwhile another row comes into the range that was written.
    await put(engine, source, [{ order: 2, customerName: "b", sysCreatedDate: at(1) }]);
    dies = false;
    expect((await run()).failed).toEqual([]);
    expect(loadIds[1]).toBe(loadIds[0]);
    expect(await count()).toBe(2);
    await touch(engine, source, 1, { customerName: "A", sysModifiedDate: at(9) });
    expect((await run()).delivered).toBe(1);
    expect(await count()).toBe(3);
    expect((await run()).delivered).toBe(0);
    const unrouted = toWarehouse(warehouse, {});
    const other = await extractInto(engine, [source], unrouted, { strategy: changed() });
    expect(other.failed[0]!.error).toMatchObject({ code: "WAREHOUSE_UNKNOWN_TABLE" });
    const deletions = await extractInto(engine, [source], inner, { strategy: fullCompare() });
    expect(deletions.failed[0]!.error).toMatchObject({ code: "WAREHOUSE_UNSUPPORTED" });
  });

  it("ends what a snapshot does not have", async () => {
    const source = await sourceIn(engine, schema);
    const customers = dimension("dim_document", {
      key: ["order"],
      versioning: "scd2",
      columns: { order: int64(), customerName: nullable(utf8()) },
    });
    const warehouse = await openWarehouse(engine, { customers }, { schema: `${schema}_dw` });
    const target = toWarehouse(warehouse, {
      SaleDocument: { into: customers, load: { maxClosedShare: 1 }, map: (batch) => toRows(batch) },
    });
    const strategy = fullCompare({ compare: "target", maxDeletedShare: 1 });
    const options = { strategy, state: memoryState() };
    await put(engine, source, [{ order: 1 }, { order: 2 }]);
    expect((await extractInto(engine, [source], target, options)).failed).toEqual([]);
    await engine.execute(sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} = ${1}`);
    expect((await extractInto(engine, [source], target, options)).failed).toEqual([]);
    const open = await engine
      .query(
        `SELECT "order" FROM ${schema}_dw.dim_document WHERE valid_to IS NULL AND "order" IS NOT NULL`,
      )
      .rows();
    expect(open).toEqual([{ order: 2n }]);
  });

  it("keeps its state in a file that another process reads", async () => {
    const source = await sourceIn(engine, schema);
    const path = join(folder, "state.json");
    const target = toTables(engine, { schema: `${schema}_copy` });
    const run = () =>
      extractInto(engine, [source], target, { strategy: changed(), state: jsonState(path) });
    await put(engine, source, [{ order: 1, sysCreatedDate: at(1) }]);
    expect((await run()).delivered).toBe(1);
    expect((await run()).delivered).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      [`${schema}.SaleDocument`]: { watermark: "2026-01-01T00:00:01Z", sequence: 2 },
    });
    const broken = jsonState({ read: () => Promise.resolve("{"), write: () => Promise.resolve() });
    await expect(broken.load("x")).rejects.toMatchObject({ code: "WAREHOUSE_INVALID_OPTION" });
  });

  it("lets one of two extractions of a name commit", async () => {
    const states = [
      memoryState(),
      jsonState(join(folder, "two.json")),
      await sqlState(engine, { schema }),
    ];
    for (const state of states) {
      const record = (sequence: bigint) => ({ sequence, watermark: undefined, at: 0n, body: "{}" });
      await state.commit("x", record(1n));
      await expect(state.commit("x", record(1n))).rejects.toMatchObject({
        code: "WAREHOUSE_OUT_OF_ORDER",
      });
      await state.commit("x", record(2n));
      await expect(state.commit("x", record(2n))).rejects.toMatchObject({
        code: "WAREHOUSE_OUT_OF_ORDER",
      });
      await expect(state.commit("x", record(4n))).rejects.toMatchObject({
        code: "WAREHOUSE_OUT_OF_ORDER",
      });
      expect(await state.load("x")).toEqual(record(2n));
    }
  });

  it("ends with what the source has, whatever happened to it and wherever it was killed", async () => {
    const change = fc.record({
      order: fc.integer({ min: 0, max: 12 }),
      kind: fc.constantFrom("put", "put", "put", "delete"),
      amount: fc.integer({ min: 0, max: 3 }),
      /** Seconds behind the clock of the history, at most the overlap. */
      late: fc.integer({ min: 0, max: 4 }),
    });
    const round = fc.record({
      changes: fc.array(change, { maxLength: 8 }),
      death: fc.constantFrom("none", "none", "before", "after"),
      commitRows: fc.constantFrom(undefined, 1, 3),
    });
    let tries = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(round, { maxLength: 6 }),
        fc.boolean(),
        async (rounds, byHashes) => {
          const here = `${schema}_${++tries}`;
          await engine.execute(`CREATE SCHEMA ${here}`);
          const source = await sourceIn(engine, here);
          const state = memoryState();
          const copy = toTables(engine, { schema: `${here}_copy` });
          let death = "none";
          const target: ExtractTarget = {
            async write(given, batches, request) {
              if (death === "before") throw new Error("killed");
              await copy.write(given, batches, request);
              if (death === "after") throw new Error("killed");
            },
          };
          const strategy = byHashes
            ? fullCompare({ maxDeletedShare: 1 })
            : changed({ overlapMs: 10_000 });
          let now = 0;
          for (const { changes, death: how, commitRows } of [
            ...rounds,
            { changes: [], death: "none", commitRows: undefined },
          ]) {
            for (const { order, kind, amount, late } of changes) {
              now++;
              if (kind === "delete" && !byHashes) continue;
              await engine.execute(
                sql`DELETE FROM ${id(...source.path)} WHERE ${id("order")} = ${order}`,
              );
              if (kind === "delete") continue;
              await put(engine, source, [
                { order, amount: String(amount), sysModifiedDate: at(now - late) },
              ]);
            }
            death = how;
            await extractInto(engine, [source], target, { strategy, state, commitRows });
          }
          const there = await rowsOf(source.path);
          const copied = await rowsOf([`${here}_copy`, "SaleDocument"]).catch(() => []);
          expect(copied).toEqual(there);
        },
      ),
      { numRuns: 15 },
    );
  });
});

it.each([
  [
    () =>
      extractInto(duckdb(":memory:"), "orders" as never, toTables(duckdb(":memory:")), {
        strategy: full(),
      }),
    /no list of tables/,
  ],
  [
    () => extractInto(duckdb(":memory:"), [], duckdb(":memory:") as never, { strategy: full() }),
    /cannot be written to/,
  ],
  [
    () =>
      extractInto(duckdb(":memory:"), [], toTables(duckdb(":memory:")), {
        strategy: full(),
        state: sqlState(duckdb(":memory:")) as never,
      }),
    /await sqlState|keeps nothing/,
  ],
  [() => introspect(duckdb(":memory:"), { schema: "erpp" }), /no schema "erpp"/],
] as const)("says what is wrong with what it is given (%#)", async (run, message) => {
  await expect(run()).rejects.toThrow(message);
});
