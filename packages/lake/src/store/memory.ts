import { LakeError } from "../errors.ts";
import { collectBytes } from "./bytes.ts";
import { type Clock, systemClock } from "./clock.ts";
import { insidePath, joinPath, trimSlashes } from "./paths.ts";
import { ALL } from "./capabilities.ts";
import type { ObjectInfo, ReadOptions, Store, StoreCapabilities } from "./store.ts";

interface StoredObject {
  readonly data: Uint8Array;
  readonly modifiedMs: number;
}

export interface MemoryStoreOptions {
  /** Gives the time objects are marked with. Default the system clock. */
  readonly now?: Clock | undefined;
}

/** A store in memory, for tests and for browsers. It lives as long as the object; `at` shares its content. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(new Map(), "", options.now ?? systemClock);
}

class MemoryStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = ALL;
  private readonly objects: Map<string, StoredObject>;
  private readonly root: string;
  private readonly now: Clock;

  constructor(objects: Map<string, StoredObject>, root: string, now: Clock) {
    this.objects = objects;
    this.root = root;
    this.now = now;
    this.location = `memory:${root}`;
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const object = this.objects.get(this.key(path));
    if (!object) {
      throw new LakeError(
        "LAKE_STORE_NOT_FOUND",
        `There is no object ${path} in ${this.location}.`,
        {
          details: { path },
        },
      );
    }
    return object.data.slice(options.from ?? 0, options.to ?? object.data.length);
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const object = this.objects.get(this.key(path));
    return object && { path, size: object.data.length, modifiedMs: object.modifiedMs };
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const root = this.root === "" ? "" : `${this.root}/`;
    const after = options.after ?? "";
    const found = [...this.objects]
      .filter(([key]) => key.startsWith(root + prefix) && key.slice(root.length) > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, { data, modifiedMs }] of found) {
      yield { path: key.slice(root.length), size: data.length, modifiedMs };
    }
  }

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const key = this.key(path);
    const bytes = (await collectBytes(data)).slice();
    const modifiedMs = this.now();
    this.objects.set(key, { data: bytes, modifiedMs });
    return { path, size: bytes.length, modifiedMs };
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    const key = this.key(path);
    if (this.objects.has(key)) return false;
    this.objects.set(key, { data: data.slice(), modifiedMs: this.now() });
    return true;
  }

  async delete(path: string): Promise<void> {
    this.objects.delete(this.key(path));
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new MemoryStore(this.objects, joinPath(this.root, below), this.now);
  }

  private key(path: string): string {
    return joinPath(this.root, insidePath(this.location, path));
  }
}
