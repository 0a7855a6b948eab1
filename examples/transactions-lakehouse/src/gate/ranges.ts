import { type SqlEngine, sql } from "@lakewright/sql";

/** Positions of the input from `from`, up to and without `to`. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/** Where work must be cut so that each piece is wholly before or wholly after each table's position. */
export function cutPoints(positions: readonly bigint[], end: bigint): bigint[] {
  const cuts = [...new Set([...positions, end])].sort((a, b) => (a < b ? -1 : 1));
  return cuts.filter((cut) => cut <= end);
}

/** More cuts between the given ones, so that no piece has many more rows than `rows`. */
export async function boundaries(
  engine: SqlEngine,
  cuts: readonly bigint[],
  rows: number,
): Promise<bigint[]> {
  const [first, last] = [cuts[0]!, cuts.at(-1)!];
  const starts = await engine
    .query(
      sql`SELECT position FROM (SELECT position, row_number() OVER (ORDER BY position) AS n FROM flattened
        WHERE position >= ${first} AND position < ${last}) WHERE n % ${rows} = 1 AND n > 1 ORDER BY position`,
    )
    .rows();
  const all = new Set([...cuts, ...starts.map((row) => row["position"] as bigint)]);
  return [...all].sort((a, b) => (a < b ? -1 : 1));
}

export function rangesOf(cuts: readonly bigint[]): Range[] {
  return cuts.slice(1).map((to, k) => ({ from: cuts[k]!, to }));
}
