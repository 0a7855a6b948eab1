import { formatDate, type Row } from "@lakewright/core";
import type { LakeTable } from "@lakewright/lake";
import {
  definePipeline,
  drop,
  keepWhen,
  mapTo,
  type Pipeline,
  Rejection,
  type SourceRecord,
} from "@lakewright/stream";
import { fileSource } from "@lakewright/stream/node";
import type { InputPlan } from "../mapping/plan.ts";
import { anonymiser } from "./anonymise.ts";
import { type Arrival, transactionDecoder } from "./decode.ts";
import {
  anonymizedStream,
  type DayFolder,
  type FlattenedRow,
  blacklistedStream,
  flattenedStream,
  rawStream,
} from "./tables.ts";

/** The tables of the lake the pipeline writes. */
export interface StreamTables {
  readonly raw: LakeTable;
  readonly flattened: LakeTable;
  readonly anonymized: LakeTable;
  readonly blacklisted: LakeTable;
  readonly deadLetters: LakeTable;
}

export interface PipelineSettings {
  /** Milliseconds since 1970: rows go to the folder of this day. */
  readonly now: number;
  readonly batchRows: number;
  /** Of the keyed hashes of the anonymised stream. */
  readonly key: Uint8Array;
}

/** Names the positions of the streams. */
export const PIPELINE = "transactions";

const decodable = keepWhen<Arrival>(
  (arrival) => !(arrival.transaction instanceof Rejection),
  "undecodable",
);
const notBlacklisted = drop("not blacklisted");

/** File → the four streams, every record once in each; what cannot be decoded → dead letters. */
export function streamsPipeline(
  plan: InputPlan,
  tables: StreamTables,
  settings: PipelineSettings,
): Pipeline {
  const { path, format, encoding, delimiter, quote, blacklist } = plan;
  const [year = "", month = "", day = ""] = formatDate(Math.floor(settings.now / 86_400_000)).split(
    "-",
  );
  const folder = { year, month, day };
  const anonymous = anonymiser(settings.key);
  return definePipeline({
    name: PIPELINE,
    source: fileSource(path, {
      format,
      encoding,
      ...(format === "csv" && { csv: { delimiter, quote } }),
    }),
    decode: transactionDecoder(plan, folder),
    batch: { rows: settings.batchRows },
    maxDeadLetterRatio: 1,
    deadLetters: tables.deadLetters,
    outputs: [
      {
        name: rawStream.name,
        sink: tables.raw,
        map: mapTo(rawStream, ({ record }: Arrival) => rawRow(record, path, folder)),
      },
      {
        name: flattenedStream.name,
        sink: tables.flattened,
        map: mapTo(flattenedStream, ({ transaction }: Arrival) => transaction),
      },
      {
        name: anonymizedStream.name,
        sink: tables.anonymized,
        transform: [decodable],
        map: mapTo(anonymizedStream, (arrival: Arrival) => anonymous(rowOf(arrival))),
      },
      {
        name: blacklistedStream.name,
        sink: tables.blacklisted,
        transform: [decodable],
        map: mapTo(blacklistedStream, (arrival: Arrival) => {
          const row = rowOf(arrival);
          return row.user_id !== null && blacklist.has(row.user_id) ? row : notBlacklisted;
        }),
      },
    ],
  });
}

function rawRow(
  record: SourceRecord,
  source: string,
  { year, month, day }: DayFolder,
): Row<typeof rawStream> {
  const { value, offset } = record;
  return {
    position: offset,
    line: BigInt(record.line ?? 0),
    source,
    payload: typeof value === "string" ? value : null,
    payload_bytes: typeof value === "string" ? null : value,
    year,
    month,
    day,
  };
}

function rowOf({ transaction }: Arrival): FlattenedRow {
  return transaction as FlattenedRow;
}
