import type { Table } from "@lakewright/core";
import { createTable, type LakeTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import type { Sql } from "@lakewright/sql";
import { deadLetterTable } from "@lakewright/stream";
import { join } from "node:path";
import {
  byDay,
  anonymizedStream,
  blacklistedStream,
  flattenedStream,
  rawStream,
} from "../ingest/tables.ts";
import { dropped, quarantine, silver } from "./tables.ts";
import { relationOf } from "./views.ts";

/** The lake of a job: Delta tables in folders. */
export interface Lake {
  readonly raw: LakeTable;
  readonly flattened: LakeTable;
  readonly anonymized: LakeTable;
  readonly blacklisted: LakeTable;
  readonly deadLetters: LakeTable;
  readonly silver: LakeTable;
  readonly quarantine: LakeTable;
  readonly dropped: LakeTable;
  /** A table of `tables/`, made on first use. */
  snapshotTable(table: Table): Promise<LakeTable>;
  /** All that were opened, by their place in the lake. */
  all(): ReadonlyMap<string, LakeTable>;
  /** A table as DuckDB reads it. */
  relation(table: LakeTable): Sql;
}

export async function openLake(folder: string, now: () => number): Promise<Lake> {
  const store = localStore(folder);
  const opened = new Map<string, LakeTable>();
  const open = async (
    path: string,
    table: Table,
    partitionBy: readonly string[] = [],
  ): Promise<LakeTable> => {
    const known = opened.get(path);
    if (known) return known;
    const made = await createTable(store.at(path), table, {
      partitionBy,
      ifExists: "open",
      clock: now,
    });
    opened.set(path, made);
    return made;
  };
  const stream = (table: Table): Promise<LakeTable> => open(`streams/${table.name}`, table, byDay);
  return {
    raw: await stream(rawStream),
    flattened: await stream(flattenedStream),
    anonymized: await stream(anonymizedStream),
    blacklisted: await stream(blacklistedStream),
    deadLetters: await open("dead_letters", deadLetterTable),
    silver: await open("silver/transactions", silver),
    quarantine: await open("quarantine/transactions", quarantine),
    dropped: await open("dropped/transactions", dropped),
    snapshotTable: (table) => open(`tables/${table.name}`, table, ["version"]),
    all: () => opened,
    relation: (table) => {
      const [path] = [...opened].find(([, other]) => other === table)!;
      return relationOf(table, join(folder, path));
    },
  };
}
