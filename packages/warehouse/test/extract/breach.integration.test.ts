import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { extract, full, introspect, watermark } from "@lakewright/warehouse/extract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../engines.ts";

describe.each(["MySQL", "MariaDB", "Postgres"])("keys that sort in another way on %s", (name) => {
  let database: TestDatabase | undefined;
  let engine: SqlEngine;
  beforeAll(async () => {
    database = await databases[name]!().catch((error: unknown) => {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return undefined;
    });
    if (database !== undefined) engine = database.engine;
  });
  afterAll(() => database?.stop());

  it("are read whole in pages and in ranges: an ENUM is sorted by its position", async (context) => {
    if (database === undefined) return context.skip();
    const names = ["zeta", "alpha", "mu", "beta", "Omega"];
    const labels = names.map((label) => `'${label}'`).join(", ");
    if (name === "Postgres") await engine.execute(`CREATE TYPE grade AS ENUM (${labels})`);
    const type = name === "Postgres" ? "grade" : `ENUM(${labels})`;
    await engine.execute(
      `CREATE TABLE graded (grade ${type}, n INT, changed INT, PRIMARY KEY (grade, n))`,
    );
    const rows = names.flatMap((label) => [1, 2, 3].map((n) => `('${label}', ${n}, 7)`));
    await engine.execute(`INSERT INTO graded VALUES ${rows.join(", ")}`);
    const [source] = await introspect(engine, { include: ["graded"] });
    const keys = names.flatMap((label) => [1, 2, 3].map((n) => `${label}${n}`)).sort();
    for (const pageRows of [1, 2, 4, 7]) {
      const strategy = watermark({ cursor: "changed" });
      const found = await Array.fromAsync(extract(engine, source!, { strategy, pageRows }).rows());
      expect(found.map((row) => `${String(row["grade"])}${String(row["n"])}`).sort()).toEqual(keys);
    }
    const ranges = extract(engine, source!, { strategy: full(), connections: 3 });
    const found = await Array.fromAsync(ranges.rows());
    expect(found.map((row) => `${String(row["grade"])}${String(row["n"])}`).sort()).toEqual(keys);
  });

  it("that may be null are refused where rows are read after one another", async (context) => {
    if (database === undefined) return context.skip();
    await engine.execute("CREATE TABLE ties (code VARCHAR(9), changed BIGINT)");
    await engine.execute("INSERT INTO ties VALUES (NULL, 1), ('a', 1), (NULL, 1), ('b', 2)");
    const table = defineTable("ties", { code: nullable(utf8()), changed: int64() });
    const [introspected] = await introspect(engine, { include: ["ties"] });
    const source = { table, path: introspected!.path };
    const strategy = watermark({ cursor: "changed", tieBreak: ["code"] });
    const paged = extract(engine, source, { strategy, pageRows: 1 });
    await expect(Array.fromAsync(paged.rows())).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
    expect(await Array.fromAsync(extract(engine, source, { strategy }).rows())).toHaveLength(4);
  });
});
