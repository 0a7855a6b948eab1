/** Keeps answers by name. Made by `memoryCache` and `redisCache`, or your own. */
export interface ResultCache {
  /** What was kept last under the name, undefined where there is nothing. It may fail: then the engine is asked. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps an answer, as long as it likes. It may fail: then there is a warning. */
  set(key: string, value: Uint8Array): Promise<void>;
}
