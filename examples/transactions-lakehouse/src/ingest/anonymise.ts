import type { Row } from "@lakewright/core";
import { hash as hashOnce } from "node:crypto";
import type { anonymizedStream, FlattenedRow } from "./tables.ts";

/**
 * Takes the person out of transactions. The same id gives the same hash under the same key, so that rows of a person
 * still belong together; without the key nobody can try ids out.
 */
export function anonymiser(
  key: Uint8Array,
): (transaction: FlattenedRow) => Row<typeof anonymizedStream> {
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
    year: t.year,
    month: t.month,
    day: t.day,
  });
}

const KNOWN = 100_000;

/** The first 128 bits of the HMAC as hexadecimal digits. Hashes of ids that come again are kept. */
function keyedHash(key: Uint8Array): (value: string | null, again: boolean) => string | null {
  const known = new Map<string, string>();
  const compute = hmacSha256(key);
  return (value, again) => {
    if (value === null) return null;
    if (!again) return compute(value).slice(0, 32);
    let hash = known.get(value);
    if (hash === undefined) {
      hash = compute(value).slice(0, 32);
      if (known.size < KNOWN) known.set(value, hash);
    }
    return hash;
  };
}

const BLOCK = 64;

/**
 * HMAC-SHA-256 (RFC 2104) out of two one-shot hashes: `createHmac` spends ten times as long on setting itself up as on
 * a short text.
 *
 * @param key - at most 64 bytes
 */
export function hmacSha256(key: Uint8Array): (text: string) => string {
  const inner = Buffer.alloc(BLOCK + 1024, 0x36);
  const outer = Buffer.alloc(BLOCK + 32, 0x5c);
  key.forEach((byte, i) => {
    inner[i]! ^= byte;
    outer[i]! ^= byte;
  });
  const prefix = Buffer.from(inner.subarray(0, BLOCK));
  return (text) => {
    const written = text.length <= 300 ? inner.write(text, BLOCK) : -1;
    const message =
      written < 0 ? Buffer.concat([prefix, Buffer.from(text)]) : inner.subarray(0, BLOCK + written);
    outer.write(hashOnce("sha256", message), BLOCK, "hex");
    return hashOnce("sha256", outer);
  };
}

/** "a***@gmail.com". */
export function maskedEmail(email: string | null): string | null {
  if (email === null) return null;
  const at = email.lastIndexOf("@");
  return at < 1 ? "***" : `${[...email][0]}***${email.slice(at)}`;
}

/** "+••••••••••61": the last two characters stay. */
export function maskedPhone(phone: string | null): string | null {
  return phone === null ? null : phone.slice(0, -2).replace(/\d/g, "•") + phone.slice(-2);
}

/** The network of an address: "82.126.0.0/16"; nothing of one in another notation. */
export function maskedIp(ip: string | null): string | null {
  const match = ip === null ? null : /^(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(ip);
  return ip === null ? null : match ? `${match[1]}.0.0/16` : "***";
}
