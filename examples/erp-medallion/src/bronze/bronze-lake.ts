import { bool, extendTable, type Table } from "@lakewright/core";
import {
  type BronzeHistory,
  type LakeTable,
  openBronzeHistory,
  openTable,
  type Store,
} from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sourceTables } from "../source/schema/index.ts";
import { bronzeName, type SourceTable } from "../source/schema/source-table.ts";

/** Versions that end are marked in their file: without this the file is written again for each of them. */
const properties = { "delta.enableDeletionVectors": "true" } as const;

/** What `_bronze_source_system` says. */
export const SOURCE_SYSTEM = "EBP_PG";

/** The bronze layer: one Delta table a source table, with every version its rows have had. */
export interface BronzeLake {
  readonly folder: string;
  /** The history of a table; made where there is none. Close it. */
  history(source: SourceTable): Promise<BronzeHistory>;
  /** Makes the table of a source that has had no rows yet; others are left as they are. */
  create(source: SourceTable): Promise<void>;
  /** The same for rows that are gone: they have their key and `_deleted`. */
  tombstones(source: SourceTable): Promise<BronzeHistory>;
  /** The Delta table by its name in bronze, "sale_document"; undefined where there is none. */
  table(name: string): Promise<LakeTable | undefined>;
}

/** A table with the column that marks what is gone. */
export function withDeleted(table: Table): Table {
  return extendTable(table, { _deleted: bool() });
}

/** @param now - time of the loads, microseconds since 1970: the extract's, so that a run gives what another gives */
export function openBronze(folder: string, now: () => bigint): BronzeLake {
  const store = localStore(folder);
  const clock = (): number => Number(now() / 1000n);
  const placeOf = (name: string): Store => store.at(name);
  const open = (source: SourceTable, table: Table, deleted?: string): Promise<BronzeHistory> =>
    openBronzeHistory(placeOf(bronzeName(source)), table, {
      key: source.key,
      source: { system: SOURCE_SYSTEM, table: source.table.name },
      changedAt: source.cursor,
      deleted,
      properties,
      clock,
    });
  const exists = (name: string): boolean => existsSync(join(folder, name, "_delta_log"));
  const known = new Set(sourceTables.map(bronzeName));
  return {
    folder,
    create: async (source) => {
      if (!exists(bronzeName(source))) await (await open(source, source.table)).close();
    },
    history: (source) => open(source, source.table),
    tombstones: (source) => open(source, withDeleted(source.table), "_deleted"),
    table: async (name) =>
      known.has(name) && exists(name) ? await openTable(placeOf(name), { clock }) : undefined,
  };
}
