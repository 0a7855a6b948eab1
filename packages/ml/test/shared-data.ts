import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Data sets of other projects, beside the repository where they are at all. */
const folder = join(import.meta.dirname, "../../../../shared/data/ml");

/** Whether the data sets are there; says so where they are not. */
export function haveData(...paths: readonly string[]): boolean {
  const missing = paths.find((path) => !existsSync(join(folder, path)));
  if (missing !== undefined) console.warn(`skipped: no ../shared/data/ml/${missing}`);
  return missing === undefined;
}

/** The columns of a CSV file without quotes, as text. */
export function csvColumns(path: string): Record<string, string[]> {
  const bytes = readFileSync(join(folder, path));
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(","));
  return Object.fromEntries(
    header!.split(",").map((name, k) => [name, rows.map((row) => row[k]!)]),
  );
}

/** The columns as doubles, without some of them. */
export function numberColumns(
  columns: Readonly<Record<string, string[]>>,
  ...except: readonly string[]
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([name]) => !except.includes(name))
      .map(([name, values]) => [name, Float64Array.from(values, Number)]),
  );
}

export function json(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), "utf8"));
}

/** A file of one number a line. */
export function numbers(path: string): number[] {
  return readFileSync(join(folder, path), "utf8").trim().split("\n").map(Number);
}
