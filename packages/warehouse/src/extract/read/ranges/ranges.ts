import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { fieldOf } from "../rows/columns.ts";
import { boundTo, keyTerm, type OrderTerm } from "./keyset.ts";
import type { ReadContext } from "../reading.ts";

const INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];

/**
 * Conditions that divide the rows of a table into about so many parts of about one size, by the first column of its
 * primary key: each row is in exactly one, also one that is added meanwhile.
 */
export async function keyRanges(context: ReadContext, parts: number): Promise<readonly Sql[]> {
  const { source, dialect } = context;
  const name = source.primaryKey![0]!;
  const { type } = fieldOf(source, "key", name).column;
  const term = keyTerm(source, dialect, name);
  const isInteger = INTEGERS.includes(type.kind);
  const borders =
    (isInteger && (await evenBorders(context, term, parts))) ||
    (await quantiles(context, term, parts));
  return rangesBetween(term, borders);
}

/** Everything before the first border, between two, and from the last on. */
export function rangesBetween(term: OrderTerm, borders: readonly unknown[]): readonly Sql[] {
  if (borders.length === 0) return [raw("1 = 1")];
  const from = (border: unknown): Sql => sql`${term.value} >= ${boundTo(term, border)}`;
  const before = (border: unknown): Sql => sql`${term.value} < ${boundTo(term, border)}`;
  return [
    before(borders[0]),
    ...borders.map((border, k) => {
      const next = borders[k + 1];
      return next === undefined ? from(border) : sql`${from(border)} AND ${before(next)}`;
    }),
  ];
}

/** Borders at equal distances, where the numbers have few gaps; undefined where they have many. */
async function evenBorders(
  { engine, source, options }: ReadContext,
  { value }: OrderTerm,
  parts: number,
): Promise<readonly bigint[] | undefined> {
  const { least, most, rows } = await engine
    .query(
      sql`SELECT MIN(${value}) AS ${id("least")}, MAX(${value}) AS ${id("most")}, COUNT(*) AS ${id("rows")} FROM ${id(...source.path)}`,
      { signal: options.signal },
    )
    .row();
  if (least === null || most === null) return [];
  const first = BigInt(least as bigint);
  const span = BigInt(most as bigint) - first + 1n;
  if (span > 2n * BigInt(rows as bigint)) return undefined;
  const borders = Array.from(
    { length: parts - 1 },
    (_, k) => first + (span * BigInt(k + 1)) / BigInt(parts),
  );
  return [...new Set(borders)];
}

/** The keys at equal distances in their order. */
async function quantiles(
  { engine, source, options }: ReadContext,
  { value, column }: OrderTerm,
  parts: number,
): Promise<readonly unknown[]> {
  const from = id(...source.path);
  const { signal } = options;
  const { rows } = await engine
    .query(sql`SELECT COUNT(*) AS ${id("rows")} FROM ${from}`, { signal })
    .row();
  const step = Math.ceil(Number(rows) / parts);
  if (step === 0) return [];
  const numbered = sql`SELECT ${joinSql([sql`${value} AS ${id(column)}`, sql`ROW_NUMBER() OVER (ORDER BY ${value}) AS ${id("lakewright_row")}`])} FROM ${from}`;
  const found = await engine
    .query(
      sql`SELECT DISTINCT ${id(column)} FROM (${numbered}) ${raw("numbered")}
WHERE ${id("lakewright_row")} > 1 AND MOD(${id("lakewright_row")} - 1, ${raw(String(step))}) = 0 ORDER BY ${id(column)}`,
      { signal },
    )
    .rows();
  return found.map((row) => row[column]);
}
