import type { ParquetFile } from "../parquet/types.ts";
import type { Bound, Key } from "../where/bind.ts";

/** A column that must have one of these values for a condition to be true. */
interface Equality {
  readonly column: string;
  readonly keys: readonly Key[];
}

/**
 * The row groups whose Bloom filters do not rule a condition out. Filters are asked, with one read each, where the condition
 * needs a column to have one of some values.
 *
 * @param nameOf - the name in the file of a column whose values are compared there as they are in the table
 */
export async function withoutRuledOut(
  file: ParquetFile,
  where: Bound,
  rowGroups: readonly number[],
  nameOf: (column: string) => string | undefined,
): Promise<readonly number[]> {
  const asked = equalitiesOf(where).flatMap(({ column, keys }) => {
    const name = nameOf(column);
    return name === undefined || !file.hasBloomFilter(name) ? [] : [{ name, keys }];
  });
  if (asked.length === 0) return rowGroups;
  const kept = await Promise.all(
    rowGroups.map(async (group) => {
      for (const { name, keys } of asked) {
        const mayContain = await file.bloomFilter(group, name);
        if (mayContain && !keys.some(mayContain)) return false;
      }
      return true;
    }),
  );
  return rowGroups.filter((_, k) => kept[k]);
}

/** What must hold for a condition to be true. */
function equalitiesOf(where: Bound): readonly Equality[] {
  switch (where.op) {
    case "and":
      return where.terms.flatMap(equalitiesOf);
    case "eq":
      return [{ column: where.column, keys: [where.key] }];
    case "inList":
      return [where];
    default:
      return [];
  }
}
