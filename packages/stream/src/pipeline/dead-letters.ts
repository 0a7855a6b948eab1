import {
  binary,
  type Column,
  defineTable,
  int64,
  nullable,
  oneOf,
  type RowInput,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import type { Rejection } from "../decode/decoder.ts";
import { payloadBytes } from "../decode/text.ts";
import type { SourceRecord } from "../source.ts";

/** Where a record failed: in the source, in decoding, in a transform, or because the row does not fit the table. */
export const deadLetterStages = ["source", "decode", "transform", "row"] as const;

export type DeadLetterStage = (typeof deadLetterStages)[number];

type Maybe<Out, In = Out> = Column<Out | null, In | null | undefined>;

/**
 * The table of dead letters: make one in a lake or a warehouse and give it to the pipeline. `pipeline`, `partition`,
 * `offset` and `output` name a letter; `output` is null where the record failed before the outputs part.
 */
export const deadLetterTable: Table<{
  readonly pipeline: Column<string>;
  readonly output: Maybe<string>;
  readonly source: Column<string>;
  readonly partition: Column<string>;
  readonly offset: Column<bigint, bigint | number>;
  readonly line: Maybe<bigint, bigint | number>;
  readonly stage: Column<DeadLetterStage>;
  readonly code: Column<string>;
  readonly reason: Column<string>;
  readonly column: Maybe<string>;
  readonly key: Maybe<Uint8Array>;
  readonly payload: Maybe<Uint8Array>;
  readonly first_seen: Column<bigint, bigint | Date | string>;
}> = defineTable("dead_letters", {
  pipeline: utf8(),
  output: nullable(utf8()),
  source: utf8(),
  partition: utf8(),
  offset: int64(),
  line: nullable(int64()),
  stage: oneOf(deadLetterStages),
  code: utf8(),
  reason: utf8(),
  column: nullable(utf8()),
  key: nullable(binary()),
  payload: nullable(binary()),
  first_seen: timestamp("us"),
});

/** Where a record was found: shared by the records of a chunk. */
export interface Place {
  readonly partition: string;
  readonly source: string;
}

/** A record that failed, before it is a row. */
export interface Letter {
  /** undefined where it failed before the outputs part. */
  readonly output: string | undefined;
  readonly place: Place;
  readonly record: SourceRecord;
  readonly stage: DeadLetterStage;
  readonly rejection: Rejection;
  readonly firstSeen: bigint;
}

export function letterRow(pipeline: string, letter: Letter): RowInput<typeof deadLetterTable> {
  const { place, record, rejection } = letter;
  return {
    pipeline,
    output: letter.output,
    source: place.source,
    partition: place.partition,
    offset: record.offset,
    line: record.line,
    stage: letter.stage,
    code: rejection.code,
    // Text made of a value may have half a surrogate pair, which no table can hold.
    reason: rejection.reason.toWellFormed(),
    column: rejection.column?.toWellFormed(),
    key: record.key === null ? null : payloadBytes(record.key),
    payload: record.value === null ? null : payloadBytes(record.value),
    first_seen: letter.firstSeen,
  };
}

/** "orders.ndjson line 12 (position 1034)": where a person finds the record. */
export function describePlace(place: Place, record: SourceRecord): string {
  return record.line === undefined
    ? `${place.partition} offset ${record.offset}`
    : `${place.source} line ${record.line} (position ${record.offset})`;
}

const WINDOW = 1000;
const MINIMUM = 100;

/** The share of bad records among the last 1000, known once 100 were seen. */
export class FailureRatio {
  private readonly verdicts = new Uint8Array(WINDOW);
  private seen = 0;
  private bad = 0;

  add(bad: boolean): void {
    const slot = this.seen++ % WINDOW;
    this.bad += Number(bad) - this.verdicts[slot]!;
    this.verdicts[slot] = Number(bad);
  }

  /** Some of the latest records, thought good, have turned out bad. */
  revise(count: number): void {
    const known = Math.min(this.seen, WINDOW);
    for (let back = 1; back <= known && count > 0; back++) {
      const slot = (this.seen - back) % WINDOW;
      if (this.verdicts[slot] === 1) continue;
      this.verdicts[slot] = 1;
      this.bad++;
      count--;
    }
  }

  exceeds(limit: number): boolean {
    const known = Math.min(this.seen, WINDOW);
    return known >= MINIMUM && this.bad > limit * known;
  }

  /** "620 of the last 1000". */
  toString(): string {
    return `${this.bad} of the last ${Math.min(this.seen, WINDOW)}`;
  }
}
