import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attachTable } from "../../src/duckdb-wasm.ts";
import { createTable, eq, gte, type LakeTable, memoryStore } from "../../src/index.ts";
import { sales, someSales } from "../table/sales.ts";
import { connectWasm, type WasmConnection, wasmTexts } from "./wasm.ts";

let wasm: WasmConnection;
let lake: LakeTable<typeof sales>;
beforeAll(async () => {
  wasm = await connectWasm();
});
beforeEach(async () => {
  lake = await createTable(memoryStore(), sales, { partitionBy: ["currency"] });
  await lake.append(someSales(3000));
});

const count = (name: string): string | null | undefined =>
  wasmTexts(wasm, `SELECT CAST(count(*) AS VARCHAR) FROM "${name}"`)[0]?.[0];

describe("attachTable", () => {
  test("loads the rows and columns chosen, and says which files it took", async () => {
    const attached = await attachTable(wasm, "chosen", lake, {
      columns: ["amount", "id"],
      where: eq("currency", "EUR"),
    });
    expect(attached).toMatchObject({ version: 1n, rows: 1000, files: 1, filesSkipped: 2 });
    expect(
      wasmTexts(
        wasm,
        'SELECT CAST(sum(amount) AS VARCHAR), CAST(max(id) AS VARCHAR) FROM "chosen"',
      ),
    ).toEqual([["1498750.00", "2997"]]);
    expect(wasm.query('SELECT * FROM "chosen"').schema.names).toEqual(["amount", "id"]);
  });

  test("a table without rows has its columns", async () => {
    const empty = await createTable(memoryStore(), sales);
    expect(await attachTable(wasm, "empty", empty)).toMatchObject({
      version: 0n,
      rows: 0,
      files: 0,
    });
    expect(wasm.query('SELECT * FROM "empty"').schema.names).toEqual(Object.keys(sales.columns));
    expect(count("empty")).toBe("0");
    await attachTable(wasm, "none", lake, { where: gte("id", 5000n) });
    expect(count("none")).toBe("0");
  });

  test("shows a past version for good, and the latest one after refresh", async () => {
    const past = await attachTable(wasm, "past", lake, { asOf: { version: 0n } });
    const latest = await attachTable(wasm, "latest", lake);
    await lake.append(someSales(10, 3000));
    expect([count("past"), count("latest")]).toEqual(["0", "3000"]);
    await past.refresh();
    expect((await latest.refresh()).version).toBe(2n);
    expect([count("past"), count("latest")]).toEqual(["0", "3010"]);
  });

  test("takes a scan, in batches; a scan without rows is refused", async () => {
    const sizes: number[] = [];
    const counting = {
      query: (sql: string) => wasm.query(sql),
      insertArrowFromIPCStream: (
        bytes: Uint8Array,
        options: { name: string; create?: boolean },
      ) => {
        sizes.push(bytes.length);
        expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
        wasm.insertArrowFromIPCStream(bytes, options);
      },
    };
    const attached = await attachTable(counting, "scanned", lake.scan({ batchRows: 100 }));
    expect(attached).toMatchObject({ version: undefined, rows: 3000, files: 3 });
    expect(sizes).toHaveLength(30);
    expect(Math.max(...sizes)).toBeLessThan(20_000);
    await expect(attachTable(wasm, "no", lake.scan({ where: gte("id", 5000n) }))).rejects.toThrow(
      'attachTable: the scan for "no" has no rows, and so no columns are known.',
    );
    await expect(attachTable(wasm, "no", lake.scan(), { columns: ["id"] })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      hint: "Give them to scan.",
    });
  });

  test("what is broken off leaves the table there was, and nothing of its own", async () => {
    await attachTable(wasm, "kept", lake);
    const stop = new AbortController();
    let inserted = 0;
    const slow = {
      query: (sql: string) => wasm.query(sql),
      insertArrowFromIPCStream: (bytes: Uint8Array, options: { name: string }) => {
        wasm.insertArrowFromIPCStream(bytes, options);
        if (++inserted === 2) stop.abort(new Error("enough"));
      },
    };
    const loading = attachTable(slow, "kept", lake, { signal: stop.signal });
    await expect(loading).rejects.toThrow("enough");
    expect(count("kept")).toBe("3000");
    const left = wasmTexts(wasm, "SELECT table_name FROM duckdb_tables()").flat();
    expect(left.filter((name) => name?.includes("loading"))).toEqual([]);
  });

  test("any name will do, and detach takes it away", async () => {
    const name = 'a "b" – ü';
    const attached = await attachTable(wasm, name, lake);
    expect(wasmTexts(wasm, "SELECT table_name FROM duckdb_tables()").flat()).toContain(name);
    await attached.detach();
    expect(wasmTexts(wasm, "SELECT table_name FROM duckdb_tables()").flat()).not.toContain(name);
  });

  test("refuses what it does not know", async () => {
    await expect(attachTable(wasm, "", lake)).rejects.toThrow('the name is ""; it must be a text.');
    await expect(attachTable(wasm, "t", lake, { limit: 3 } as never)).rejects.toThrow(
      'attachTable has no option "limit".',
    );
    await expect(attachTable(wasm, "t", 3 as never)).rejects.toThrow("3 is no table and no scan.");
  });
});

test("what needs an extension fails at once, without asking the network", () => {
  expect(() => wasm.query("SELECT * FROM read_parquet('a.parquet')")).toThrow(/parquet/i);
});
