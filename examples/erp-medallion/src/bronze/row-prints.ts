import { conformBatch, readColumn, toRows } from "@lakewright/core";
import { id, joinSql, raw, type SqlEngine, sql } from "@lakewright/sql";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SourceTable } from "../source/schema/source-table.ts";
import { keysOf } from "../source/keys.ts";
import { rowHash } from "./source-prints.ts";

/** The hash of every row of a table, by its key, as the source computes it. */
export type RowPrints = ReadonlyMap<Key, number>;

type Key = string | number;

/** What is remembered of tables whose rows do not say when they changed. */
export interface KnownPrints {
  /** Undefined where none were kept: then all rows are read. */
  load(source: SourceTable): Promise<RowPrints | undefined>;
  /** Once bronze has the rows. */
  save(source: SourceTable, prints: RowPrints): Promise<void>;
}

/** Whether the rows of a table are told by their hashes: of those with other keys than one text or number all are read. */
export function hasRowPrints({ table, cursor, key }: SourceTable): boolean {
  const { kind } = table.columns[key[0]!]!.type;
  return cursor === undefined && key.length === 1 && (kind === "int32" || kind === "utf8");
}

/** Keeps prints in a file a table. */
export function knownPrints(folder: string): KnownPrints {
  const pathOf = ({ table }: SourceTable): string => join(folder, "_prints", `${table.name}.json`);
  return {
    load: async (source) => {
      const text = await readFile(pathOf(source), "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      const { keys, hashes } = JSON.parse(text) as Kept;
      return new Map(keys.map((key, k) => [key, hashes[k]!]));
    },
    save: async (source, prints) => {
      const kept: Kept = { keys: [...prints.keys()], hashes: [...prints.values()] };
      await mkdir(join(folder, "_prints"), { recursive: true });
      await writeFile(`${pathOf(source)}.next`, JSON.stringify(kept));
      await rename(`${pathOf(source)}.next`, pathOf(source));
    },
  };
}

interface Kept {
  readonly keys: readonly Key[];
  readonly hashes: readonly number[];
}

/** The greatest number that has all numbers below it. */
const MOST = String(Number.MAX_SAFE_INTEGER);

/** Asks the source for the hash of every row: a key and a number a row come over instead of all of it. */
export async function printRows(engine: SqlEngine, source: SourceTable): Promise<RowPrints> {
  const key = source.key[0]!;
  const prints = new Map<Key, number>();
  const hash = sql`CAST(${rowHash(engine, source)} % ${raw(MOST)} AS BIGINT)`;
  const statement = sql`SELECT ${id(key)} AS k, ${hash} AS h FROM ${id(source.table.name)}`;
  for await (const batch of engine.query(statement)) {
    const keys = readColumn(batch, "k") as (row: number) => Key;
    const hashes = readColumn(batch, "h");
    for (let row = 0; row < batch.numRows; row++) prints.set(keys(row), Number(hashes(row)));
  }
  return prints;
}

const AT_ONCE = 2_000;

/** The rows that are not as they were, and the keys of those that are gone, as a history with `_deleted` takes them. */
export async function changedRows(
  engine: SqlEngine,
  source: SourceTable,
  before: RowPrints,
  now: RowPrints,
): Promise<Record<string, unknown>[]> {
  const { table, key } = source;
  const name = key[0]!;
  const changed = [...now].filter(([k, hash]) => before.get(k) !== hash).map(([k]) => k);
  const gone = [...before.keys()].filter((k) => !now.has(k));
  const columns = joinSql(table.fields.map((field) => id(field.name)));
  const rows: Record<string, unknown>[] = [];
  for (let from = 0; from < changed.length; from += AT_ONCE) {
    const keys = keysOf(changed.slice(from, from + AT_ONCE));
    const query = engine.query(
      sql`SELECT ${columns} FROM ${id(table.name)} WHERE ${id(name)} IN (${keys})`,
    );
    for await (const batch of query)
      for (const row of toRows(conformBatch(table, batch), table))
        rows.push({ ...(row as Record<string, unknown>), _deleted: false });
  }
  return [...rows, ...gone.map((value) => ({ [name]: value, _deleted: true }))];
}
