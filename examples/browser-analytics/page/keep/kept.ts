import type { Table } from "@lakewright/core";
import { createTable, type LakeTable, type Where, type WriteResult } from "@lakewright/lake";
import { readCsv } from "@lakewright/lake/text";
import { keptTables, tableStore } from "../lake/sources.ts";
import { planCsv } from "./csv-columns.ts";
import { tarEnd, tarEntry } from "./tar.ts";

/** Writes rows of a table into one of the browser's own. One of that name with the same columns gets a new version. */
export async function keepRows(
  name: string,
  from: LakeTable,
  where: Where | undefined,
): Promise<WriteResult> {
  const table: Table = { ...from.table, name };
  await using kept = await createTable(tableStore(name), table, {
    partitionBy: from.partitionBy,
    ifExists: "open",
  });
  return await kept.append(from.scan({ where }));
}

/** Writes a CSV file into a table of the browser's own. */
export async function keepCsv(name: string, file: Blob): Promise<WriteResult> {
  const { table, separator, columns } = await planCsv(name, file);
  await using kept = await createTable(tableStore(name), table, { ifExists: "open" });
  return await kept.append(readCsv(file.stream(), kept.table, { separator, columns }));
}

/** A kept table as a tar archive: log and data files, as any Delta reader takes them. */
export async function tarOfTable(name: string): Promise<Blob> {
  const store = tableStore(name);
  const pieces: BlobPart[] = [];
  for await (const { path, modifiedMs } of store.list("")) {
    const data = await store.get(path);
    pieces.push(...(tarEntry({ path: `${name}/${path}`, data, modifiedMs }) as BlobPart[]));
  }
  return new Blob([...pieces, tarEnd as BlobPart], { type: "application/x-tar" });
}

/** A name no kept table has yet. */
export async function freeName(wish: string): Promise<string> {
  const taken = new Set((await keptTables()).map(({ name }) => name));
  let name = wish;
  for (let k = 2; taken.has(name); k++) name = `${wish}_${k}`;
  return name;
}

/** A name as a folder, and as a table in SQL. */
export function asTableName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/\.[a-z.]+$/, "")
    .replaceAll(/[^a-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name : `table_${name}`.replace(/_$/, "");
}
