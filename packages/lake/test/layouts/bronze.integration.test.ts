import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { openBronzeHistory } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";

const engines = pythonEngines();

const customers = defineTable("customers", { id: int64(), name: utf8(), city: nullable(utf8()) });
const READ = `
import sys, deltalake
table = deltalake.DeltaTable(sys.argv[1])
rows = table.to_pyarrow_table().sort_by([("id", "ascending"), ("_bronze_valid_from", "ascending")])
print(table.version(), table.metadata().partition_columns, rows["name"].to_pylist(), rows["_bronze_is_deleted"].to_pylist())
`;

test.runIf(engines).each([
  ["plain", {}],
  ["with a change feed", { "delta.enableChangeDataFeed": "true" }],
])("delta-rs reads a history, %s, and the linter finds nothing", async (name, properties) => {
  const folder = mkdtempSync(join(tmpdir(), "bronze-"));
  try {
    const path = join(folder, name.replaceAll(" ", "-"));
    const history = await openBronzeHistory(localStore(path), customers, {
      key: ["id"],
      source: { system: "EBP_PG", table: "Customer" },
      properties,
    });
    const snapshot = { mode: "snapshot" } as const;
    const txn = (version: number): { appId: string; version: number } => ({
      appId: "erp",
      version,
    });
    await history.record(
      [
        { id: 1n, name: "Ann" },
        { id: 2n, name: "Bob" },
      ],
      { ...snapshot, txn: txn(1) },
    );
    await history.record([{ id: 1n, name: "Anna", city: "Lyon" }], { ...snapshot, txn: txn(2) });
    await history.record([{ id: 1n, name: "Anna", city: "Lyon" }], { ...snapshot, txn: txn(3) });
    expect(engines!.run("-c", READ, path).trim()).toBe(
      "3 ['_bronze_ingestion_date'] ['Ann', 'Anna', 'Bob', 'Bob'] [False, False, False, True]",
    );
    expect(engines!.lint(path)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
