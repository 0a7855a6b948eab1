import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { CannotRun } from "./suite.ts";

/** The files with an ending under a path, or the path itself where it is a file; sorted. */
export function filesUnder(path: string, ending: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesUnder(inner, ending);
      return entry.name.endsWith(ending) ? [inner] : [];
    })
    .sort();
}

/** The text of a file, unpacked where it is gzip. */
export function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

export function jsonOf(path: string): unknown {
  try {
    return JSON.parse(textOf(path)) as unknown;
  } catch (error) {
    throw new CannotRun(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
}

export type TextRow = Readonly<Record<string, string | null>>;

/** Rows of CSV with a header; an empty value is null. */
export function csvOf(path: string): readonly TextRow[] {
  return parse(textOf(path), {
    columns: true,
    bom: true,
    cast: (value, { header }) => (value === "" && !header ? null : value),
  });
}

/** The columns of CSV with a header, without quotes, as text. */
export function columnsOf(path: string): Readonly<Record<string, readonly string[]>> {
  const [header = "", ...lines] = textOf(path).trimEnd().split(/\r?\n/);
  const columns: string[][] = header.split(",").map(() => []);
  for (const line of lines) {
    const values = line.split(",");
    for (let k = 0; k < columns.length; k++) columns[k]!.push(values[k] ?? "");
  }
  return Object.fromEntries(header.split(",").map((name, k) => [name, columns[k]!]));
}

/** Columns as doubles; NaN where there is no value. */
export function numbersOf(
  columns: Readonly<Record<string, readonly string[]>>,
  except: ReadonlySet<string>,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([name]) => !except.has(name))
      .map(([name, values]) => [
        name,
        Float64Array.from(values, (value) => (value === "" ? NaN : Number(value))),
      ]),
  );
}
