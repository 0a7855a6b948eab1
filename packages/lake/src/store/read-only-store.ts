import { readOnly } from "./capabilities.ts";
import type { ObjectInfo, Store } from "./store.ts";

/** What stores that are only read say to those who write. */
export abstract class ReadOnlyStore implements Pick<Store, "put" | "putIfAbsent" | "delete"> {
  abstract readonly location: string;

  async put(path: string): Promise<ObjectInfo> {
    throw readOnly(this.location, path);
  }

  async putIfAbsent(path: string): Promise<boolean> {
    throw readOnly(this.location, path);
  }

  async delete(path: string): Promise<void> {
    throw readOnly(this.location, path);
  }
}
