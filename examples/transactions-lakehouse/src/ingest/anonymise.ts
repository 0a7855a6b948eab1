import type { Row } from "@lakewright/core";
import { createHmac } from "node:crypto";
import type { anonymizedStream, Transaction } from "./tables.ts";

type Anonymous = Omit<Row<typeof anonymizedStream>, "year" | "month" | "day">;

/**
 * Takes the person out of transactions. The same id gives the same hash under the same key, so that rows of a person
 * still belong together; without the key nobody can try ids out.
 */
export function anonymiser(key: Uint8Array): (transaction: Transaction) => Anonymous {
  const hash = keyedHash(key);
  return (t) => ({
    position: t.position,
    transaction_hash: hash(t.transaction_id, false),
    transaction_type: t.transaction_type,
    amount: t.amount,
    currency: t.currency,
    payment_method: t.payment_method,
    status: t.status,
    created_at: t.created_at,
    user_hash: hash(t.user_id, true),
    user_email_masked: maskedEmail(t.user_email),
    user_phone_masked: maskedPhone(t.user_phone),
    user_birth_year: t.user_birth_date?.slice(0, 4) ?? null,
    user_country: t.user_country,
    product_id: t.product_id,
    product_category: t.product_category,
    quantity: t.quantity,
    unit_price: t.unit_price,
    channel: t.channel,
    ip_masked: maskedIp(t.ip),
  });
}

const KNOWN = 100_000;

/** HMAC-SHA-256, its first 128 bits as hexadecimal digits. Hashes of ids that come again are kept. */
function keyedHash(key: Uint8Array): (value: string | null, again: boolean) => string | null {
  const known = new Map<string, string>();
  const compute = (value: string): string =>
    createHmac("sha256", key).update(value).digest("hex").slice(0, 32);
  return (value, again) => {
    if (value === null) return null;
    if (!again) return compute(value);
    let hash = known.get(value);
    if (hash === undefined) {
      hash = compute(value);
      if (known.size < KNOWN) known.set(value, hash);
    }
    return hash;
  };
}

/** "a***@gmail.com". */
export function maskedEmail(email: string | null): string | null {
  if (email === null) return null;
  const at = email.lastIndexOf("@");
  return at < 1 ? "***" : `${[...email][0]}***${email.slice(at)}`;
}

/** All digits but the last two. */
export function maskedPhone(phone: string | null): string | null {
  return phone === null ? null : phone.replace(/\d(?=(?:\D*\d){2})/g, "•");
}

/** The network of an address: "82.126.0.0/16"; nothing of one in another notation. */
export function maskedIp(ip: string | null): string | null {
  const match = ip === null ? null : /^(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(ip);
  return ip === null ? null : match ? `${match[1]}.0.0/16` : "***";
}
