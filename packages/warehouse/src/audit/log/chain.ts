import { hexOf } from "../../sha256.ts";
import type { AuditEntry } from "./types.ts";

/** The hash before the first entry. */
export const GENESIS: string = "0".repeat(64);

/** Makes the hash of an entry from that of the one before. */
export type Chain = (
  previous: string,
  entry: Omit<AuditEntry, "hash" | "details"> & { readonly details: string },
) => Promise<string>;

/**
 * The hashes of a log: SHA-256, or HMAC-SHA-256 with a key, of the fields one after the other, each with its length before
 * it, so that no two entries have the same bytes.
 */
export async function chainOf(key: Uint8Array | undefined): Promise<Chain> {
  const { subtle } = crypto;
  const secret =
    key === undefined
      ? undefined
      : await subtle.importKey(
          "raw",
          new Uint8Array(key),
          { name: "HMAC", hash: "SHA-256" },
          false,
          ["sign"],
        );
  return async (previous, { sequence, at, actor, action, subject, details }) => {
    const bytes = encode([
      "lakewright audit 1",
      previous,
      String(sequence),
      String(at),
      actor,
      action,
      subject,
      details,
    ]);
    const digest =
      secret === undefined
        ? await subtle.digest("SHA-256", bytes)
        : await subtle.sign("HMAC", secret, bytes);
    return hexOf(digest);
  };
}

function encode(fields: readonly string[]): Uint8Array<ArrayBuffer> {
  const texts = fields.map((field) => new TextEncoder().encode(field));
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text.length);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}
