import {
  binary,
  decimal,
  defineTable,
  extendTable,
  int64,
  nullable,
  type Row,
  timestamp,
  utf8,
  date,
} from "@lakewright/core";

/** Folders of the lake are days of ingestion: year=2025/month=01/day=28. */
export const byDay = ["year", "month", "day"] as const;
const day = { year: utf8(), month: utf8(), day: utf8() };
export interface DayFolder {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** `transaction_stream`: every record as it came. */
export const rawStream = defineTable("transaction_stream", {
  /** Byte of the decompressed file at which the record begins. */
  position: int64(),
  line: int64(),
  source: utf8(),
  payload: nullable(utf8()),
  /** The payload where its bytes are no text. */
  payload_bytes: nullable(binary()),
  ...day,
});

const amount = decimal(18, 6);

/** What is known of a transaction; what a file lacks is null. */
export const transactions = defineTable("transactions", {
  position: int64(),
  line: int64(),
  transaction_id: nullable(utf8()),
  transaction_type: nullable(utf8()),
  amount,
  currency: nullable(utf8()),
  payment_method: nullable(utf8()),
  status: nullable(utf8()),
  created_at: nullable(timestamp("us")),
  user_id: nullable(utf8()),
  user_name: nullable(utf8()),
  user_email: nullable(utf8()),
  user_phone: nullable(utf8()),
  user_birth_date: nullable(date()),
  user_country: nullable(utf8()),
  user_city: nullable(utf8()),
  product_id: nullable(utf8()),
  product_name: nullable(utf8()),
  product_category: nullable(utf8()),
  quantity: nullable(amount),
  unit_price: nullable(amount),
  channel: nullable(utf8()),
  ip: nullable(utf8()),
  memo: nullable(utf8()),
});

/** `transaction_flattened`: every record that could be decoded, one column a value. */
export const flattenedStream = extendTable(transactions, day, "transaction_flattened");
export type FlattenedRow = Row<typeof flattenedStream>;

/** `transaction_stream_blacklisted`: those of blacklisted users. */
export const blacklistedStream = extendTable(transactions, day, "transaction_stream_blacklisted");

/** `transaction_stream_anonymized`: without names; ids as keyed hashes, mail and phone masked. */
export const anonymizedStream = defineTable("transaction_stream_anonymized", {
  position: int64(),
  transaction_hash: nullable(utf8()),
  transaction_type: nullable(utf8()),
  amount,
  currency: nullable(utf8()),
  payment_method: nullable(utf8()),
  status: nullable(utf8()),
  created_at: nullable(timestamp("us")),
  user_hash: nullable(utf8()),
  user_email_masked: nullable(utf8()),
  user_phone_masked: nullable(utf8()),
  user_birth_year: nullable(utf8()),
  user_country: nullable(utf8()),
  product_id: nullable(utf8()),
  product_category: nullable(utf8()),
  quantity: nullable(amount),
  unit_price: nullable(amount),
  channel: nullable(utf8()),
  ip_masked: nullable(utf8()),
  ...day,
});
