import type { PositionRange, Positions, Sink, SinkWrite } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";

/** A sink that keeps what it is given: for tests and examples. */
export interface MemorySink extends Sink {
  readonly batches: readonly RecordBatch[];
}

/** A {@link MemorySink}, empty. */
export function memorySink(): MemorySink {
  const kept: RecordBatch[] = [];
  const stored = new Map<string, Map<string, bigint>>();
  let version = 0n;
  return {
    batches: kept,
    positions: async (consumer: string): Promise<Positions> => new Map(stored.get(consumer)),
    write: async (
      batches: readonly RecordBatch[],
      { consumer, from, to }: PositionRange,
    ): Promise<SinkWrite> => {
      const positions = stored.get(consumer) ?? new Map<string, bigint>();
      if ([...to.keys()].some((partition) => positions.get(partition) !== from.get(partition))) {
        return { written: false, positions: new Map(positions) };
      }
      stored.set(consumer, new Map([...positions, ...to]));
      kept.push(...batches);
      const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
      return { written: true, rows, version: String(++version) };
    },
  };
}
