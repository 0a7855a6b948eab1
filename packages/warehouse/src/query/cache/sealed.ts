import type { ResultCache } from "./port.ts";

const DIGEST_BYTES = 32;

/**
 * A cache whose entries say whether they are whole, and of which question: one that was cut, changed or put under another
 * name is none.
 */
export function sealed(cache: ResultCache): ResultCache {
  return {
    get: async (key) => {
      const entry = await cache.get(key);
      if (entry === undefined || entry.length < DIGEST_BYTES) return undefined;
      const value = entry.subarray(DIGEST_BYTES);
      const digest = await digestOf(key, value);
      return digest.every((byte, k) => byte === entry[k]) ? value : undefined;
    },
    set: async (key, value) => {
      const entry = new Uint8Array(DIGEST_BYTES + value.length);
      entry.set(await digestOf(key, value));
      entry.set(value, DIGEST_BYTES);
      await cache.set(key, entry);
    },
  };
}

async function digestOf(key: string, value: Uint8Array): Promise<Uint8Array> {
  const name = new TextEncoder().encode(key);
  const bytes = new Uint8Array(name.length + value.length);
  bytes.set(name);
  bytes.set(value, name.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
