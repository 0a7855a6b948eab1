import type { Column, Table } from "@lakewright/core";
import { openBronzeHistory } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { join } from "node:path";
import type { BronzeReader } from "../../src/silver/bronze-reader.ts";
import { tables as sourceTables } from "../../src/source/schema/index.ts";
import { bronzeName, type SourceTable } from "../../src/source/schema/source-table.ts";

export type SourceName = keyof typeof sourceTables;
export type SourceRows = Partial<Record<SourceName, readonly Record<string, unknown>[]>>;

/** A bronze of a few rows: what a row does not say is filled in. */
export interface SmallBronze extends BronzeReader {
  /** Records extracts of whole tables. */
  record(at: string, rows: SourceRows): Promise<void>;
}

export function smallBronze(folder: string): SmallBronze {
  const open = (source: SourceTable, at: string) =>
    openBronzeHistory(localStore(join(folder, bronzeName(source))), source.table, {
      key: source.key,
      source: { system: "EBP_PG", table: source.table.name },
      clock: () => Date.parse(at),
    });
  const byName = new Map<string, SourceTable>(
    Object.values(sourceTables).map((source) => [bronzeName(source), source as SourceTable]),
  );
  let last = "2025-01-01T00:00:00Z";
  return {
    record: async (at, rows) => {
      last = at;
      for (const [name, given] of Object.entries(rows)) {
        const source: SourceTable = sourceTables[name as SourceName];
        const history = await open(source, at);
        const filled = given.map((row) => filledRow(source.table, row));
        await history.record(filled as never, { mode: "snapshot", at, maxDeletedShare: 1 });
      }
    },
    table: async (name) => {
      const source = byName.get(name);
      return source && (await open(source, last)).table;
    },
  };
}

/** A row with the value of each column it says nothing about: null, or what is least. */
function filledRow(table: Table, row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    table.fields.map(({ name, column }) => [name, name in row ? row[name] : leastValue(column)]),
  );
}

function leastValue({ type, nullable }: Column): unknown {
  if (nullable) return null;
  switch (type.kind) {
    case "utf8":
      return "";
    case "date":
      return "2025-01-01";
    case "timestamp":
      return "2025-01-01T08:00:00Z";
    case "bool":
      return true;
    case "oneOf":
      return type.values[0];
    case "decimal":
      return "0";
    default:
      return 0;
  }
}
