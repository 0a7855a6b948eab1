import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { date, defineTable, int64, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, eq, planErasure, planRetention } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";

const engines = pythonEngines();

const READ = `
import sys, json
from deltalake import DeltaTable, QueryBuilder
rows = QueryBuilder().register("t", DeltaTable(sys.argv[1])).execute("select id from t order by id").read_all()
print(json.dumps(rows["id"].to_pylist()))
`;

const events = defineTable("events", { id: int64(), user: utf8(), day: date() });

test.runIf(engines?.hasLinter).each([
  ["plain", {}],
  ["vectors", { "delta.enableDeletionVectors": "true" }],
  ["feed", { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" }],
])(
  "the linter finds nothing in a table after retention and erasure: %s",
  async (name, properties) => {
    const folder = mkdtempSync(join(tmpdir(), "erasure-"));
    try {
      const path = join(folder, name);
      const table = await createTable(localStore(path), events, {
        partitionBy: ["day"],
        properties,
      });
      for (const user of ["ann", "bob"]) {
        await table.append(
          [1, 2, 3, 4].map((id) => ({
            id: BigInt(id),
            user: id % 2 === 0 ? user : "cy",
            day: `2026-01-0${1 + (id >> 1)}`,
          })),
        );
      }
      await table.delete(eq("user", "bob"));
      const clock = (): number => Date.UTC(2026, 0, 4);
      await (await planRetention(table, { column: "day", olderThanDays: 2, clock })).run();
      await (await planErasure(table, eq("user", "ann"), { vacuumNow: true })).run();
      const done = await (await planErasure(table, eq("user", "bob"), { vacuumNow: true })).run();
      expect(done.remaining).toEqual([]);
      expect(engines!.lint(path)).toEqual([]);
      const shown = await table.scan({ columns: ["id"] }).rows();
      const ids = shown.map((row) => Number((row as { id: bigint }).id)).sort((a, b) => a - b);
      expect(ids).toEqual([3, 3]);
      expect(engines!.json("-c", READ, path)).toEqual([3, 3]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
