import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** The live files of a Delta table, read out of its log by hand: none of our code takes part. */
export function liveFiles(folder: string): string[] {
  const log = join(folder, "_delta_log");
  const live = new Set<string>();
  const commits = readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name));
  for (const name of commits.sort()) {
    for (const line of readFileSync(join(log, name), "utf8").split("\n").filter(Boolean)) {
      const action = JSON.parse(line) as { add?: { path: string }; remove?: { path: string } };
      if (action.add) live.add(decodeURIComponent(action.add.path));
      if (action.remove) live.delete(decodeURIComponent(action.remove.path));
    }
  }
  return [...live].map((path) => join(folder, path));
}

/** What DuckDB says of the rows of a Delta table: the numbers of a column, sorted. */
export async function numbersOf(folder: string, column = "n"): Promise<number[]> {
  const files = liveFiles(folder);
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(", ");
  const result = await connection.runAndReadAll(
    `SELECT "${column}" AS n FROM read_parquet([${list}]) ORDER BY 1`,
  );
  const numbers = result.getRows().map(([n]) => Number(n));
  connection.closeSync();
  instance.closeSync();
  return numbers;
}
