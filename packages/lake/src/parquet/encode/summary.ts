import type { WriteLeaf } from "../schema/write-tree.ts";
import type { ColumnStatistics, ParquetSummary } from "../types.ts";
import type { EncodedChunk } from "./column-chunk.ts";
import { type Comparable, type Extremes, widened } from "./statistics.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

interface Totals {
  nullCount: number;
  nanCount: number;
  extremes: Extremes | undefined;
}

/** Adds up the statistics of a file's column chunks. */
export class SummaryBuilder {
  private readonly totals: ReadonlyMap<WriteLeaf, Totals>;

  constructor(leaves: readonly WriteLeaf[]) {
    this.totals = new Map(
      leaves.map((leaf) => [leaf, { nullCount: 0, nanCount: 0, extremes: undefined }]),
    );
  }

  add(leaf: WriteLeaf, chunk: EncodedChunk): void {
    const totals = this.totals.get(leaf)!;
    totals.nullCount += chunk.nullCount;
    totals.nanCount += chunk.nanCount;
    totals.extremes = widened(totals.extremes, chunk.extremes);
  }

  build(rows: number, bytes: number): ParquetSummary {
    const columns = [...this.totals].map(([leaf, totals]): ColumnStatistics => {
      const { nullCount, nanCount, extremes } = totals;
      return {
        path: leaf.path,
        nullCount,
        ...(nanCount > 0 && { nanCount }),
        ...(extremes && { min: shown(extremes.min), max: shown(extremes.max) }),
      };
    });
    return { rows, bytes, columns };
  }
}

function shown(value: Comparable): number | bigint | string {
  return value instanceof Uint8Array ? decoder.decode(value) : value;
}
