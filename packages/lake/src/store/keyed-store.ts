import type { ParquetEncryption } from "../parquet/encryption/types.ts";
import type { ObjectAddress, ObjectInfo, ReadOptions, Store, StoreCapabilities } from "./store.ts";

/** A store with the keys of the data files in it, which so reach everything that reads or writes one. */
class KeyedStore implements Store {
  readonly encryption: ParquetEncryption;
  readonly locate?: (path: string) => string;
  readonly leftovers?: () => AsyncIterable<ObjectInfo>;
  readonly resolve?: (address: string) => ObjectAddress | undefined;
  private readonly store: Store;

  constructor(store: Store, encryption: ParquetEncryption) {
    this.store = store;
    this.encryption = encryption;
    if (store.leftovers) this.leftovers = () => store.leftovers!();
    if (store.locate) this.locate = (path) => store.locate!(path);
    if (!store.resolve) return;
    this.resolve = (address) => {
      const found = store.resolve!(address);
      return found && { ...found, store: withKeys(found.store, encryption) };
    };
  }

  get location(): string {
    return this.store.location;
  }
  get capabilities(): StoreCapabilities | undefined {
    return this.store.capabilities;
  }

  get(path: string, options?: ReadOptions): Promise<Uint8Array> {
    return this.store.get(path, options);
  }
  head(path: string): Promise<ObjectInfo | undefined> {
    return this.store.head(path);
  }
  list(
    prefix: string,
    options?: { readonly after?: string | undefined },
  ): AsyncIterable<ObjectInfo> {
    return this.store.list(prefix, options);
  }
  put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    return this.store.put(path, data);
  }
  putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    return this.store.putIfAbsent(path, data);
  }
  async proveCommits(): Promise<void> {
    await this.store.proveCommits?.();
  }
  delete(path: string): Promise<void> {
    return this.store.delete(path);
  }
  at(path: string): Store {
    return withKeys(this.store.at(path), this.encryption);
  }
}

/** The same store, whose data files are written and read with these keys. */
export function withKeys(store: Store, encryption: ParquetEncryption | undefined): Store {
  return encryption ? new KeyedStore(store, encryption) : store;
}

/** The keys of the data files in a store. */
export function keysOf(store: Store): ParquetEncryption | undefined {
  return store instanceof KeyedStore ? store.encryption : undefined;
}
