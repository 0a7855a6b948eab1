import type { SqlEngine, SqlSession } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";

/** What is remembered of the extractions of one name. JSON, made and read by the extraction alone. */
export interface StateRecord {
  /** Extractions committed, counted from 1. */
  readonly sequence: bigint;
  /** The watermark, as people read it. */
  readonly watermark: string | undefined;
  /** When it was committed, by the clock of the source; microseconds since 1970. */
  readonly at: bigint;
  /** The rest: fingerprints of what was delivered lately, an attempt that may or may not have been written. */
  readonly body: string;
}

/** Where extractions remember how far they got. */
export interface ExtractionState {
  /** The database it is in, if it is in one. */
  readonly engine?: SqlEngine | undefined;
  load(name: string): Promise<StateRecord | undefined>;
  /**
   * @param session - a transaction of the engine the state is in, to be part of it; a store without an engine takes none
   * @throws WarehouseError WAREHOUSE_OUT_OF_ORDER where somebody else committed an extraction of that name meanwhile.
   */
  commit(name: string, record: StateRecord, session?: SqlSession): Promise<void>;
}

/** @throws WarehouseError WAREHOUSE_OUT_OF_ORDER where the record does not follow the one that is there. */
export function assertNext(name: string, there: bigint | undefined, record: StateRecord): void {
  if (record.sequence === (there ?? 0n) + 1n) return;
  throw new WarehouseError(
    "WAREHOUSE_OUT_OF_ORDER",
    `The state of "${name}" is at ${there ?? 0n}, and ${record.sequence} was to follow ${record.sequence - 1n}: another extraction of that name was faster.`,
    { hint: "Run extractions of one name one after the other.", details: { name } },
  );
}
