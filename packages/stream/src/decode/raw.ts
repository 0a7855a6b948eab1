import {
  binary,
  type Column,
  defineTable,
  int64,
  list,
  nullable,
  type Row,
  struct,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import type { SourceRecord } from "../source.ts";
import type { Decoder } from "./decoder.ts";
import { payloadBytes } from "./text.ts";

type Maybe<Out, In = Out> = Column<Out | null, In | null | undefined>;

interface RawHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

type RawHeaderInput = Pick<RawHeader, "name"> & {
  readonly value?: Uint8Array | null | undefined;
};

/** Records as they came: what `raw()` gives. */
export const rawTable: Table<{
  readonly offset: Column<bigint, bigint | number>;
  readonly timestamp: Maybe<bigint, bigint | Date | string>;
  readonly key: Maybe<Uint8Array>;
  readonly value: Maybe<Uint8Array>;
  readonly headers: Column<readonly RawHeader[], readonly RawHeaderInput[]>;
}> = defineTable("raw_records", {
  offset: int64(),
  timestamp: nullable(timestamp("us")),
  key: nullable(binary()),
  value: nullable(binary()),
  headers: list(struct({ name: utf8(), value: nullable(binary()) })),
});

/** Passes records on undecoded, tombstones included. */
export function raw(): Decoder<Row<typeof rawTable>> {
  return { table: rawTable, decode };
}

function decode(record: SourceRecord): Row<typeof rawTable> {
  const { offset, timestampMs } = record;
  return {
    offset,
    timestamp: timestampMs === undefined ? null : BigInt(timestampMs) * 1000n,
    key: bytes(record.key),
    value: bytes(record.value),
    headers: record.headers.map(([name, value]) => ({ name, value: bytes(value) })),
  };
}

function bytes(value: Uint8Array | string | null): Uint8Array | null {
  return value === null ? null : payloadBytes(value);
}
