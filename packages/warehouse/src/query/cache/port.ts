/** Keeps answers by name. Made by `memoryCache` and `redisCache`, or your own. */
export interface ResultCache {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, value: Uint8Array): Promise<void>;
}
