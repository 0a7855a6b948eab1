import { nullable, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const places = dimension("dim_places", {
  key: ["place", "kind"],
  versioning: "scd2",
  columns: { place: utf8(), kind: utf8(), name: nullable(utf8()) },
});

// Of a compressed text DuckDB decodes all before it, for each version that closes.
it("DuckDB keeps the keys of a history, which it reads one by one, as they are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-rows-"));
  try {
    await using engine = duckdb(join(folder, "places.duckdb"));
    const warehouse = await openWarehouse(engine, { places });
    const rows = Array.from({ length: 20_000 }, (_, k) => ({
      place: `place number ${k}`,
      kind: k % 2 === 0 ? "town" : "village",
      name: `The place of number ${k}`,
    }));
    await warehouse.load(places, rows, { at: "2026-01-01" });
    await engine.execute("CHECKPOINT");
    const kept = await engine
      .query(
        "SELECT column_name AS name, any_value(compression) AS kept FROM pragma_storage_info('dim_places') WHERE segment_type = 'VARCHAR' GROUP BY ALL ORDER BY 1",
      )
      .rows();
    expect(kept).toEqual([
      { name: "kind", kept: "Uncompressed" },
      { name: "name", kept: "FSST" },
      { name: "place", kept: "Uncompressed" },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
