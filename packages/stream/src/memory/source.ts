import type { Positions } from "@lakewright/core";
import type { Chunk, Source, SourceContext, SourceReader, SourceRecord } from "../source.ts";

/** A record of a {@link memorySource}: a payload alone, or with what goes with it. */
export type MemoryRecord =
  string | Uint8Array | (Partial<Omit<SourceRecord, "value">> & Pick<SourceRecord, "value">);

export interface MemorySourceOptions {
  /** For messages. Default "memory". */
  readonly name?: string | undefined;
  /** Records handed over at a time. Default 1000. */
  readonly chunkRecords?: number | undefined;
}

/**
 * A source of records in memory: one partition "0", or partitions by name. Offsets count from 0 where a record gives
 * none. It ends after the last record.
 */
export function memorySource(
  records: readonly MemoryRecord[] | Readonly<Record<string, readonly MemoryRecord[]>>,
  options: MemorySourceOptions = {},
): Source {
  const { name = "memory", chunkRecords = 1000 } = options;
  const byPartition = Array.isArray(records)
    ? { "0": records as readonly MemoryRecord[] }
    : records;
  const partitions = new Map(
    Object.entries(byPartition).map(([partition, list]) => [partition, complete(list)]),
  );
  return {
    name,
    begins: "start",
    open: async (context) => {
      const reader = new MemoryReader(name, partitions, chunkRecords);
      await reader.assign(context);
      return reader;
    },
  };
}

function complete(records: readonly MemoryRecord[]): SourceRecord[] {
  let offset = -1n;
  return records.map((record) => {
    const given =
      typeof record === "string" || record instanceof Uint8Array ? { value: record } : record;
    offset = given.offset ?? offset + 1n;
    return { offset, next: offset + 1n, key: null, headers: [], ...given };
  });
}

class MemoryReader implements SourceReader {
  epoch = 0;
  private readonly name: string;
  private readonly partitions: ReadonlyMap<string, readonly SourceRecord[]>;
  private readonly chunkRecords: number;
  private readonly at = new Map<string, number>();
  private turn = 0;
  private closed = false;

  constructor(
    name: string,
    partitions: ReadonlyMap<string, readonly SourceRecord[]>,
    chunkRecords: number,
  ) {
    this.name = name;
    this.partitions = partitions;
    this.chunkRecords = chunkRecords;
  }

  async assign(context: SourceContext): Promise<void> {
    this.seek(await context.assign([...this.partitions.keys()]));
  }

  async next(): Promise<Chunk | undefined> {
    // Lets timers and signals have their turn.
    if (this.turn % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const names = [...this.partitions.keys()];
    for (let tried = 0; tried < names.length && !this.closed; tried++) {
      const partition = names[this.turn++ % names.length]!;
      const all = this.partitions.get(partition)!;
      const from = this.at.get(partition) ?? 0;
      if (from >= all.length) continue;
      const records = all.slice(from, from + this.chunkRecords);
      this.at.set(partition, from + records.length);
      const { epoch, name: source } = this;
      return { epoch, partition, source, records, next: records.at(-1)!.next };
    }
    return undefined;
  }

  seek(positions: Positions): void {
    this.epoch++;
    for (const [partition, records] of this.partitions) {
      const position = positions.get(partition);
      const index = records.findIndex(
        (record) => position === undefined || record.offset >= position,
      );
      this.at.set(partition, index < 0 ? records.length : index);
    }
  }

  async commit(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
  }
}
