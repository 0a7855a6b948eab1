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
  blacklistedStream,
  flattenedStream,
  rawStream,
  type Transaction,
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
  const [year = "", month = "", day = ""] = formatDate(Math.floor(settings.now / 86_400_000)).split(
    "-",
  );
  const folder = { year, month, day };
  const anonymous = anonymiser(settings.key);
  const { path, format, encoding, delimiter, quote, blacklist } = plan;
  return definePipeline({
    name: "transactions",
    source: fileSource(path, {
      format,
      encoding,
      ...(format === "csv" && { csv: { delimiter, quote } }),
    }),
    decode: transactionDecoder(plan),
    batch: { rows: settings.batchRows },
    maxDeadLetterRatio: 1,
    deadLetters: tables.deadLetters,
    outputs: [
      {
        name: rawStream.name,
        sink: tables.raw,
        map: mapTo(rawStream, ({ record }: Arrival) => ({ ...rawRow(record, path), ...folder })),
      },
      {
        name: flattenedStream.name,
        sink: tables.flattened,
        map: mapTo(flattenedStream, ({ transaction }: Arrival) =>
          transaction instanceof Rejection ? transaction : { ...transaction, ...folder },
        ),
      },
      {
        name: anonymizedStream.name,
        sink: tables.anonymized,
        transform: [decodable],
        map: mapTo(anonymizedStream, (arrival: Arrival) => ({
          ...anonymous(transactionOf(arrival)),
          ...folder,
        })),
      },
      {
        name: blacklistedStream.name,
        sink: tables.blacklisted,
        transform: [decodable],
        map: mapTo(blacklistedStream, (arrival: Arrival) => {
          const transaction = transactionOf(arrival);
          const listed = transaction.user_id !== null && blacklist.has(transaction.user_id);
          return listed ? { ...transaction, ...folder } : notBlacklisted;
        }),
      },
    ],
  });
}

function rawRow(
  record: SourceRecord,
  source: string,
): Omit<Row<typeof rawStream>, "year" | "month" | "day"> {
  const { value } = record;
  return {
    position: record.offset,
    line: BigInt(record.line ?? 0),
    source,
    payload: typeof value === "string" ? value : null,
    payload_bytes: typeof value === "string" ? null : value,
  };
}

function transactionOf({ transaction }: Arrival): Transaction {
  return transaction as Transaction;
}
