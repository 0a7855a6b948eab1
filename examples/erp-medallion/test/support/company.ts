import type { SqlEngine } from "@lakewright/sql";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBronze } from "../../src/bronze/bronze-lake.ts";
import { buildGold } from "../../src/gold/build.ts";
import { buildSilver, type SilverSummary } from "../../src/silver/build.ts";
import { openSilver } from "../../src/silver/open.ts";
import { extractTime } from "../../src/source/days.ts";
import { generateSource } from "../../src/source/generate/generate.ts";
import { sourceTables, tables } from "../../src/source/schema/index.ts";
import { bronzeName } from "../../src/source/schema/source-table.ts";

export type SourceRow = Readonly<Record<string, unknown>>;

/** A generated company in silver and gold, and the rows it was generated from. */
export interface Company {
  readonly silver: SilverSummary;
  /** The rows of a table of the source, as they were generated. */
  rows(name: keyof typeof tables): readonly SourceRow[];
}

/** Generates a company, and builds silver and gold of its first day on the engine. */
export async function buildCompany(
  engine: SqlEngine,
  options: { readonly seed: number; readonly scale: number },
): Promise<Company> {
  const at = extractTime(1);
  const source = generateSource(options);
  const folder = mkdtempSync(join(tmpdir(), "company-"));
  try {
    const bronze = openBronze(folder, () => at);
    const named = new Set(Object.values(tables).map(({ table }) => table.name));
    for (const one of sourceTables) {
      const rows = source.rows.get(one.table.name);
      if (rows === undefined || !named.has(one.table.name)) continue;
      if (bronzeName(one) === "item_account") continue;
      const history = await bronze.history(one);
      await history.record([...rows] as never, { mode: "snapshot", at, maxDeletedShare: 1 });
      await history.close();
    }
    const warehouse = await openSilver(engine);
    const silver = await buildSilver(bronze, warehouse, { at });
    await buildGold(engine, { at });
    return {
      silver,
      rows: (name) => [...(source.rows.get(tables[name].table.name) ?? [])] as SourceRow[],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
