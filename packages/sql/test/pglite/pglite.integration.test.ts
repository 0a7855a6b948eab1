import { decimal, defineTable, int32, int64, timestamp, utf8 } from "@lakewright/core";
import { PGlite } from "@electric-sql/pglite";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../../src/index.ts";
import { pglite } from "../../src/pglite.ts";

const numbers = defineTable("numbers", { a: int32() });

describe("pglite()", () => {
  let folder: string;
  let instance: PGlite;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lakewright-pglite-"));
    instance = await PGlite.create(join(folder, "shared"));
  });
  afterAll(async () => {
    await instance.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a folder, and finds there what was written", { timeout: 60_000 }, async () => {
    const sales = defineTable("sales", {
      sale: int64(),
      amount: decimal(38, 10),
      at: timestamp("us"),
      note: utf8(),
    });
    const rows = Array.from({ length: 70_000 }, (_, k) => ({
      sale: 2n ** 60n + BigInt(k),
      amount: `${k}.0000000001`,
      at: BigInt(k),
      note: `note ${k}`,
    }));
    const dataDir = join(folder, "own");
    const first = pglite({ dataDir });
    await first.execute(createTable(first.dialect, "sales", sales, { primaryKey: ["sale"] }));
    expect(await first.load("sales", sales, rows)).toEqual({ rows: 70_000 });
    await first.close();
    await using second = pglite(dataDir);
    const row = await second
      .query(
        "SELECT count(*) AS n, max(sale) AS sale, CAST(sum(amount) AS text) AS total FROM sales",
      )
      .row();
    expect(row).toEqual({
      n: 70_000n,
      sale: 2n ** 60n + 69_999n,
      total: "2449965000.0000070000",
    });
  });

  it("does not slip into a transaction of who uses the instance itself", async () => {
    await using engine = pglite(instance);
    await engine.execute("CREATE TABLE mine (a int)");
    const theirs = instance.transaction(async (transaction) => {
      await transaction.query("INSERT INTO mine VALUES (1)");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await transaction.rollback();
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await engine.execute("INSERT INTO mine VALUES (2)");
    await theirs;
    expect(await engine.query("SELECT a FROM mine").rows()).toEqual([{ a: 2 }]);
    const { rows } = await instance.query("SELECT a FROM mine");
    expect(rows).toEqual([{ a: 2 }]);
  });

  it("runs other statements while a result is read, also those of another engine", async () => {
    await using engine = pglite(instance);
    await using other = pglite(instance);
    await engine.execute("CREATE TABLE seen (a int)");
    let sum = 0;
    for await (const batch of engine.query("SELECT generate_series(1, 40000) AS n", {
      batchRows: 10_000,
    })) {
      sum += batch.numRows;
      await other.execute(`INSERT INTO seen VALUES (${sum})`);
      await other.load("seen", numbers, [{ a: sum }]);
    }
    expect(sum).toBe(40_000);
    expect(await other.query("SELECT count(*) AS n FROM seen").row()).toEqual({ n: 8n });
  });

  it("refuses what would end the process: COPY FROM STDIN", async () => {
    await using engine = pglite(instance);
    await engine.execute("CREATE TABLE copied (a text)");
    for (const text of ["COPY copied FROM STDIN", "select 1; copy copied (a) from  stdin csv"]) {
      await expect(engine.execute(text)).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
    }
    await engine.execute("INSERT INTO copied VALUES ('copy x from stdin')");
    expect(await engine.query("SELECT a FROM copied").rows()).toHaveLength(1);
  });

  it("says that a folder cannot be opened, and refuses unknown options", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "no folder");
    await expect(pglite(file).query("SELECT 1").rows()).rejects.toMatchObject({
      code: "SQL_CONNECTION",
    });
    expect(() => pglite({ folder: "x" } as object)).toThrow('no option "folder"');
    expect(() => pglite(7 as never)).toThrow("needs a folder");
  });
});
