import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pythonEngines } from "../../../tools/services/python-engines.ts";
import { run, temporaryFolder } from "./support/job.ts";
import { oracle } from "./support/oracle.ts";

const engines = pythonEngines();

describe("the Delta tables of the job", () => {
  const out = temporaryFolder();
  const lake = join(out, "lake");
  let tables: readonly string[];

  beforeAll(async () => {
    await run({ out, records: 5000, batchRows: 400 });
    tables = readdirSync(lake, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name === "_delta_log")
      .map((entry) => relative(lake, entry.parentPath))
      .sort();
  }, 120_000);

  it("are streams, silver, quarantine, what was dropped, dead letters and the tables of a snapshot", () => {
    expect(tables).toHaveLength(16);
    expect(new Set(tables.map((path) => dirname(path)))).toEqual(
      new Set([".", "streams", "tables", "silver", "quarantine", "dropped"]),
    );
  });

  it("lie in the folders of the layout", () => {
    const folders = readdirSync(join(lake, "streams/transaction_stream"), {
      recursive: true,
      withFileTypes: true,
    })
      .filter(
        (entry) => entry.name.endsWith(".parquet") && !entry.parentPath.includes("_delta_log"),
      )
      .map((entry) => relative(join(lake, "streams/transaction_stream"), entry.parentPath));
    for (const folder of folders) expect(folder).toMatch(/^year=\d{4}\/month=\d\d\/day=\d\d$/);
    expect(readdirSync(join(lake, "tables/payment_method_totals"))).toContain("version=v1");
  });

  it.runIf(engines?.hasLinter)(
    "have no error a linter of the protocol finds",
    () => {
      const errors = tables.map((table) =>
        engines!.lint(join(lake, table)).filter((line) => line.startsWith("ERROR")),
      );
      expect(errors).toEqual(tables.map(() => []));
    },
    120_000,
  );

  it.runIf(engines)(
    "are read by delta-rs: as many rows, and the same sums",
    async () => {
      const script = `
import json, sys
from deltalake import DeltaTable
lake, *tables = sys.argv[1:]
rows = {t: DeltaTable(lake + "/" + t).to_pyarrow_table() for t in tables}
silver = rows["silver/transactions"]
print(json.dumps({
  "rows": {t: r.num_rows for t, r in rows.items()},
  "amounts": {c: str(sum(a for a, d in zip(silver["amount"].to_pylist(), silver["currency"].to_pylist()) if d == c)) for c in sorted(set(silver["currency"].to_pylist()))},
}))`;
      const read = engines!.json("-c", script, lake, ...tables) as {
        rows: Record<string, number>;
        amounts: Record<string, string>;
      };
      const db = await oracle();
      for (const table of tables) {
        const files = join(lake, table, "**/*.parquet");
        const rows = readdirSync(join(lake, table), { recursive: true }).some(
          (path) => String(path).endsWith(".parquet") && !String(path).includes("_delta_log"),
        )
          ? await db.value(
              `SELECT count(*) FROM read_parquet('${files}', union_by_name = true, filename = true) WHERE NOT contains(filename, '_delta_log')`,
            )
          : "0";
        expect(String(read.rows[table]), table).toBe(rows);
      }
      expect(read.rows["streams/transaction_stream"]).toBe(5000);
      const totals = await db.rows(
        `SELECT currency, sum(amount) AS total FROM read_parquet('${lake}/silver/transactions/*.parquet') GROUP BY currency ORDER BY currency`,
      );
      expect(read.amounts).toEqual(
        Object.fromEntries(totals.map((row) => [row["currency"], row["total"]])),
      );
    },
    120_000,
  );
});
