import type { Positions } from "@lakewright/core";
import type { Source, SourceRecord } from "../../src/index.ts";

export interface ReadAll {
  readonly records: readonly SourceRecord[];
  readonly partitions: readonly string[];
  /** Position after the last chunk, by partition. */
  readonly next: Map<string, bigint>;
}

/** Every record of a source, from the positions given. */
export async function readAll(source: Source, from: Positions = new Map()): Promise<ReadAll> {
  let partitions: readonly string[] = [];
  const reader = await source.open({
    mode: "drain",
    storedPartitions: async () => [...from.keys()],
    assign: async (names) => {
      partitions = names;
      return from;
    },
  });
  const records: SourceRecord[] = [];
  const next = new Map<string, bigint>();
  try {
    for (let chunk = await reader.next(); chunk; chunk = await reader.next()) {
      records.push(...chunk.records);
      next.set(chunk.partition, chunk.next);
    }
  } finally {
    await reader.close();
  }
  return { records, partitions, next };
}
