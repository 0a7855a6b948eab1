import { Decimal } from "@lakewright/core";
import { type SqlEngine } from "@lakewright/sql";

/** A row of a query: numbers of any width as numbers, which is precise enough to look at. */
export type DataRow = Readonly<Record<string, number | string | null>>;

/** Reads what the dashboard shows. */
export interface DashboardReader {
  rows(query: string): Promise<readonly DataRow[]>;
  row(query: string): Promise<DataRow>;
}

export function dashboardReader(
  engine: SqlEngine,
  signal: AbortSignal | undefined,
): DashboardReader {
  const rows = async (query: string): Promise<readonly DataRow[]> =>
    (await engine.query(query, { signal }).rows()).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
  return { rows, row: async (query) => (await rows(query))[0] ?? {} };
}

function plain(value: unknown): number | string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (value instanceof Decimal) return Number(value.toString());
  return typeof value === "number" ? value : String(value);
}

/** The number in a column; 0 where there is none. */
export function n(row: DataRow, column: string): number {
  return Number(row[column] ?? 0);
}

/** The number in a column; undefined where there is none. */
export function maybe(row: DataRow, column: string): number | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : Number(value);
}

export function text(row: DataRow, column: string): string {
  return String(row[column] ?? "–");
}
