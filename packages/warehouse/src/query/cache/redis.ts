import { showValue } from "@lakewright/core";
import { assertKnown, invalid } from "../../options.ts";
import type { ResultCache } from "./port.ts";

/** What is used of a client of `redis` (node-redis, from 4). */
export interface RedisClient {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { readonly PX: number }): Promise<unknown>;
}

/** Under which names answers are in Redis, and how long. */
export interface RedisCacheOptions {
  /** What keys start with: another one for each database that shares the Redis. Default "lakewright:". */
  readonly prefix?: string | undefined;
  /** How long an answer is kept, in milliseconds: what is out of date is never asked for again, and goes then. Default an hour. */
  readonly ttlMs?: number | undefined;
}

/**
 * Keeps answers in Redis, shared by processes. The client is the caller's: connect it before, close it after. A Redis that
 * does not answer costs the cache, not the query.
 */
export function redisCache(client: RedisClient, options: RedisCacheOptions = {}): ResultCache {
  if (typeof (client as Partial<RedisClient> | undefined)?.get !== "function") {
    throw invalid(
      `The client of redisCache is ${showValue(client)}, which is none.`,
      'Give a client of "redis" that is connected: redisCache(await createClient({ url }).connect()).',
    );
  }
  assertKnown("redisCache", options, ["prefix", "ttlMs"]);
  const { prefix = "lakewright:", ttlMs = 3_600_000 } = options;
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) {
    throw invalid(`ttlMs of a cache is ${ttlMs}.`, "Give whole milliseconds, 1 or more.");
  }
  return {
    get: async (key) => {
      const text = await client.get(prefix + key);
      return typeof text === "string" ? fromBase64(text) : undefined;
    },
    set: async (key, value) => {
      await client.set(prefix + key, toBase64(value), { PX: ttlMs });
    },
  };
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
