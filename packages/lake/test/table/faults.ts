import { LakeError, type Store } from "../../src/index.ts";

export interface Faults {
  /** Called before every change of an object; what it throws is thrown. */
  before?: (call: "put" | "putIfAbsent" | "delete", path: string) => void | Promise<void>;
  /** Called after a commit that was made; what it throws is thrown though it was made. */
  after?: (path: string) => void;
}

/** A store whose calls fail when a test says so. */
export function faulty(store: Store, faults: Faults): Store {
  return {
    ...passing(store),
    location: store.location,
    async put(path, data) {
      await faults.before?.("put", path);
      return store.put(path, data);
    },
    async putIfAbsent(path, data) {
      await faults.before?.("putIfAbsent", path);
      const made = await store.putIfAbsent(path, data);
      if (made) faults.after?.(path);
      return made;
    },
    async delete(path) {
      await faults.before?.("delete", path);
      return store.delete(path);
    },
  };
}

function passing(store: Store): Store {
  return {
    location: store.location,
    get: (path, options) => store.get(path, options),
    head: (path) => store.head(path),
    list: (prefix, options) => store.list(prefix, options),
    put: (path, data) => store.put(path, data),
    putIfAbsent: (path, data) => store.putIfAbsent(path, data),
    delete: (path) => store.delete(path),
    at: (path) => store.at(path),
  };
}

export const diskFull = (path: string): LakeError =>
  new LakeError("LAKE_STORE_FULL", `Could not write ${path}: the disk is full (ENOSPC).`);
