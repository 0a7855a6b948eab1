import { assertKnown, invalid } from "../../options.ts";
import type { ResultCache } from "./port.ts";

/** How much a cache in memory keeps. */
export interface MemoryCacheOptions {
  /** Bytes of answers that are kept; those used longest ago go first. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/** Keeps answers in the memory of this process. */
export function memoryCache(options: MemoryCacheOptions = {}): ResultCache {
  assertKnown("memoryCache", options, ["maxBytes"]);
  const { maxBytes = 64 << 20 } = options;
  if (!(maxBytes > 0)) throw invalid(`maxBytes of a cache is ${maxBytes}.`);
  // A Map gives its keys in the order they were set: the first is the one used longest ago.
  const kept = new Map<string, Uint8Array>();
  let bytes = 0;
  const remove = (key: string): void => {
    bytes -= kept.get(key)?.byteLength ?? 0;
    kept.delete(key);
  };
  return {
    get: (key) => {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return Promise.resolve(value);
    },
    set: (key, value) => {
      remove(key);
      if (value.byteLength <= maxBytes) {
        kept.set(key, value);
        bytes += value.byteLength;
      }
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
      return Promise.resolve();
    },
  };
}
