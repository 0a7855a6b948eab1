import { decimal, defineTable, float64, int64, nullable, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  and,
  createTable,
  eq,
  gt,
  gte,
  inList,
  isNotNull,
  isNull,
  lt,
  memoryStore,
  ne,
  not,
  openTable,
  sql,
  type Store,
  type Where,
} from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, textOf, upTo } from "../table/sales.ts";

/** A store that notes which data files are read. */
function watched(store: Store): Store & { readonly read: Set<string> } {
  const read = new Set<string>();
  const get: Store["get"] = (path, options) => {
    if (!path.startsWith("_delta_log/")) read.add(path);
    return store.get(path, options);
  };
  return Object.assign(Object.create(store) as Store, { get, read });
}

describe("delete", () => {
  test("takes out the rows for which the condition is true, and no others", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(10));
    await table.append(someSales(10, 10));
    expect(await table.delete(inList("id", [3n, 4n, 12n]))).toEqual({
      version: 3n,
      written: true,
      rowsDeleted: 3,
      rowsUpdated: 0,
      rowsInserted: 0,
      rowsCopied: 17,
      filesRemoved: 2,
      filesAdded: 1,
      deletionVectorsAdded: 0,
      bytesAdded: table.files()[0]!.bytes,
      filesSkipped: 0,
    });
    const left = upTo(20).filter((id) => ![3n, 4n, 12n].includes(id));
    expect(ids(await table.scan().rows())).toEqual(left);
    expect(ids(await (await openTable(store)).scan().rows())).toEqual(left);
    const past = table.scan({ asOf: { version: 2n } });
    expect(ids(await past.rows())).toEqual(upTo(20));
  });

  test("keeps rows for which the condition is unknown", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(8));
    await table.delete(ne("note", "note 1"));
    const kept = await table.scan().rows();
    expect(kept.map(({ note }) => note)).toEqual([null, "note 1", null]);
    await table.delete(not(isNull("note")));
    expect(await table.scan().rows()).toHaveLength(2);
  });

  test("that matches nothing commits nothing", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(5));
    const files = await dataFiles(store);
    expect(await table.delete(eq("id", 99n))).toMatchObject({
      version: 1n,
      written: false,
      rowsDeleted: 0,
      filesSkipped: 1,
    });
    expect(await table.delete(eq("note", "note 2a"))).toMatchObject({ written: false });
    expect(await dataFiles(store)).toEqual(files);
  });

  test("of all rows empties the table, and it takes rows again", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(5));
    expect(await table.delete(and())).toMatchObject({ rowsDeleted: 5, filesRemoved: 1 });
    expect(await table.scan().rows()).toEqual([]);
    await table.append(someSales(2));
    expect(ids(await table.scan().rows())).toEqual([0n, 1n]);
  });

  test("takes conditions written in SQL", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(20));
    await table.delete(sql("id % 3 = 0 and amount > 5"));
    const kept = upTo(20).filter((id) => !(id % 3n === 0n && id >= 5n));
    expect(ids(await table.scan().rows())).toEqual(kept);
    expect((await table.history(1))[0]!.parameters["predicate"]).toContain("id % 3 = 0");
  });

  test("tells history what it did, in the words of Spark", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(10));
    await table.delete(lt("id", 4n));
    const [commit] = await table.history(1);
    expect(commit).toMatchObject({
      operation: "DELETE",
      isBlindAppend: false,
      metrics: {
        numDeletedRows: "4",
        numCopiedRows: "6",
        numRemovedFiles: "1",
        numAddedFiles: "1",
        numAddedChangeFiles: "0",
        numDeletionVectorsAdded: "0",
      },
    });
  });

  test("is refused by a table that takes appends only, and with options that do not exist", async () => {
    const table = await createTable(memoryStore(), sales, {
      properties: { "delta.appendOnly": "true" },
    });
    await table.append(someSales(1));
    await expect(table.delete(and())).rejects.toMatchObject({ code: "LAKE_UNSUPPORTED_FEATURE" });
    const update = table.update({ set: { note: "x" } });
    await expect(update).rejects.toMatchObject({ code: "LAKE_UNSUPPORTED_FEATURE" });
    const other = await createTable(memoryStore(), sales);
    for (const wrong of [
      other.delete(undefined as never),
      other.delete(and(), { isolation: "None" as never }),
      other.delete(and(), { where: and() } as never),
    ]) {
      await expect(wrong).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    }
    await expect(other.delete(eq("nothing", 1))).rejects.toMatchObject({
      code: "CORE_SCHEMA_MISMATCH",
    });
  });

  test("ends when its signal says so, and leaves no file", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(10));
    const plan = await table.planDelete(eq("id", 1n), { signal: AbortSignal.timeout(1) });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(plan.run()).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await dataFiles(store)).toHaveLength(1);
    expect(ids(await (await openTable(store)).scan().rows())).toEqual(upTo(10));
  });
});

describe("a plan", () => {
  test("shows what would go, and goes once", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { partitionBy: ["currency"] });
    await table.append(someSales(30));
    const plan = await table.planDelete(and(eq("currency", "EUR"), gte("id", 15n)));
    expect(plan).toMatchObject({ version: 1n, rows: 5, filesTouched: 1, filesSkipped: 2 });
    expect((await openTable(store)).version).toBe(1n);
    expect(await plan.run()).toMatchObject({ version: 2n, rowsDeleted: 5, rowsCopied: 5 });
    await expect(plan.run()).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });

  test("made on one table object while it appends meets what was appended", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(4));
    const plan = await table.planDelete(gte("id", 2n));
    await table.append(someSales(1, 10));
    await expect(plan.run()).rejects.toMatchObject({
      code: "LAKE_COMMIT_CONFLICT",
      details: { kind: "concurrent-append", winner: 2n, readVersion: 1n },
    });
  });

  test("calls that meet on one table object all do their part, or say that they did not", async () => {
    const table = await createTable(memoryStore(), sales, {
      partitionBy: ["currency"],
      properties: { "delta.isolationLevel": "WriteSerializable" },
    });
    await table.append(someSales(30));
    const done = await Promise.all([
      table.delete(eq("currency", "EUR")),
      table.update({ where: eq("currency", "USD"), set: { note: "sold" } }),
      table.append(someSales(3, 100)),
    ]);
    expect(new Set(done.map(({ version }) => version)).size).toBeLessThanOrEqual(3);
    const rows = await table.scan().rows();
    expect(rows.filter(({ note }) => note === "sold")).toHaveLength(10);
    expect(rows).toHaveLength(23);
  });
});

describe("files that are not read", () => {
  test("are those of which all rows go, by their partition or statistics", async () => {
    const memory = memoryStore();
    await createTable(memory, sales, { partitionBy: ["currency"] });
    const store = watched(memory);
    const table = await createTable(store, sales, {
      partitionBy: ["currency"],
      ifExists: "open",
    });
    await table.append(someSales(30));
    await table.append(someSales(30, 30));
    expect(await table.delete(eq("currency", "EUR"))).toMatchObject({
      rowsDeleted: 20,
      rowsCopied: 0,
      filesRemoved: 2,
      filesSkipped: 4,
    });
    expect(await table.delete(gte("id", 30n))).toMatchObject({ rowsDeleted: 20, filesRemoved: 2 });
    expect([...store.read]).toEqual([]);
    expect(await table.delete(gte("id", 15n))).toMatchObject({ filesRemoved: 2, filesAdded: 2 });
    expect(store.read.size).toBe(2);
    expect(ids(await table.scan().rows())).toEqual(upTo(15).filter((id) => id % 3n !== 0n));
  });

  test("are never taken for proof where a bound, a null or a NaN leaves it open", async () => {
    const numbers = defineTable("numbers", {
      id: int64(),
      x: nullable(float64()),
      amount: nullable(decimal(9, 2)),
      text: nullable(utf8()),
    });
    const rows = [
      { id: 1n, x: 1, amount: "1.00", text: "a".repeat(40) },
      { id: 2n, x: NaN, amount: "2.00", text: "a".repeat(41) },
      { id: 3n, x: 3, amount: "3.00", text: null },
    ];
    const kept = async (where: Where): Promise<unknown> => {
      const table = await createTable(memoryStore(), numbers);
      await table.append(rows);
      await table.delete(where);
      return ids(await table.scan().rows());
    };
    expect(await kept(lt("x", 10))).toEqual([2n]);
    expect(await kept(gt("x", 0))).toEqual([]);
    expect(await kept(not(lt("x", 0)))).toEqual([]);
    expect(await kept(eq("text", "a".repeat(32)))).toEqual([1n, 2n, 3n]);
    expect(await kept(gte("text", "a"))).toEqual([3n]);
    expect(await kept(isNotNull("text"))).toEqual([3n]);
    expect(await kept(gte("amount", "1.00"))).toEqual([]);
    expect(await kept(inList("id", [1n, 2n, 3n]))).toEqual([]);
  });

  test("need no statistics", async () => {
    const memory = memoryStore();
    const table = await createTable(memory, sales, { partitionBy: ["currency"] });
    await table.append(someSales(9));
    const path = "_delta_log/00000000000000000001.json";
    const lines = (await textOf(memory, path)).trim().split("\n");
    const bare = lines.map((line) => {
      const action = JSON.parse(line) as { add?: { stats?: string } };
      if (action.add) delete action.add.stats;
      return JSON.stringify(action);
    });
    await memory.put(path, new TextEncoder().encode(bare.join("\n")));
    const again = await createTable(memory, sales, {
      partitionBy: ["currency"],
      ifExists: "open",
    });
    expect(await again.delete(eq("currency", "EUR"))).toMatchObject({ rowsDeleted: 3 });
    expect(await again.delete(lt("id", 3n))).toMatchObject({ rowsDeleted: 2, rowsCopied: 4 });
    expect(ids(await again.scan().rows())).toEqual([4n, 5n, 7n, 8n]);
  });
});
