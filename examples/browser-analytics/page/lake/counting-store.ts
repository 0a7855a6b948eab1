import type { ObjectInfo, ReadOptions, Store } from "@lakewright/lake";

/** What was read from a store: bytes as they came, and which data files they are of. */
export class ReadCounter {
  logBytes = 0;
  dataBytes = 0;
  readonly files = new Set<string>();

  add(path: string, bytes: number): void {
    if (path.startsWith("_delta_log/")) {
      this.logBytes += bytes;
      return;
    }
    this.dataBytes += bytes;
    if (path.endsWith(".parquet")) this.files.add(path);
  }

  /** Begins anew with data files; the log is read once. */
  restart(): void {
    this.dataBytes = 0;
    this.files.clear();
  }
}

/** A store that counts what is read through it. */
export function countingStore(store: Store, counter: ReadCounter): Store {
  return {
    location: store.location,
    capabilities: store.capabilities,
    get: async (path: string, options?: ReadOptions) => {
      const bytes = await store.get(path, options);
      counter.add(path, bytes.length);
      return bytes;
    },
    head: (path: string): Promise<ObjectInfo | undefined> => store.head(path),
    list: (prefix, options) => store.list(prefix, options),
    put: (path, data) => store.put(path, data),
    putIfAbsent: (path, data) => store.putIfAbsent(path, data),
    delete: (path) => store.delete(path),
    at: (path) => countingStore(store.at(path), counter),
    resolve: (address) => store.resolve?.(address),
  };
}
