import type { RecordHeader, SourceRecord } from "../source.ts";
import type { KafkaHeader, KafkaMessage } from "./client.ts";

/** The messages from an offset on as records. */
export function toRecords(messages: readonly KafkaMessage[], from: bigint): SourceRecord[] {
  const records: SourceRecord[] = [];
  for (const message of messages) {
    const offset = BigInt(message.offset);
    // A fetch gives whole batches of the producer: the first may begin before the offset asked for.
    if (offset < from) continue;
    const timestamp = Number(message.timestamp);
    records.push({
      offset,
      next: offset + 1n,
      timestampMs: timestamp >= 0 ? timestamp : undefined,
      key: message.key,
      value: message.value,
      headers: message.headers ? toHeaders(message.headers) : NO_HEADERS,
    });
  }
  return records;
}

const NO_HEADERS: readonly RecordHeader[] = [];

/** kafkajs gives a header that comes twice as an array. */
function toHeaders(headers: NonNullable<KafkaMessage["headers"]>): RecordHeader[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const values: readonly (KafkaHeader | undefined)[] = Array.isArray(value) ? value : [value];
    return values.map((one): RecordHeader => [name, one ?? null]);
  });
}
