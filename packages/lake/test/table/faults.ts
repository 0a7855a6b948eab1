import { LakeError, type Store } from "../../src/index.ts";

export type StoreCall = "get" | "head" | "list" | "put" | "putIfAbsent" | "delete";
export type ChangingCall = "put" | "putIfAbsent" | "delete";

export interface Faults {
  /** Called before every change of an object; what it throws is thrown. */
  before?: (call: ChangingCall, path: string) => void | Promise<void>;
  /** Called after a commit that was made; what it throws is thrown though it was made. */
  after?: (path: string) => void;
  /** Called before every call, also those that read; what it throws is thrown. */
  any?: (call: StoreCall, path: string) => void | Promise<void>;
  /** Called after every change that was made; what it throws is thrown though it was made. */
  changed?: (call: ChangingCall, path: string) => void | Promise<void>;
}

/** A store whose calls fail when a test says so; stores moved down from it fail alike. */
export function faulty(store: Store, faults: Faults): Store {
  return {
    location: store.location,
    capabilities: store.capabilities,
    async get(path, options) {
      await faults.any?.("get", path);
      return store.get(path, options);
    },
    async head(path) {
      await faults.any?.("head", path);
      return store.head(path);
    },
    async *list(prefix, options) {
      await faults.any?.("list", prefix);
      yield* store.list(prefix, options);
    },
    async put(path, data) {
      await faults.any?.("put", path);
      await faults.before?.("put", path);
      const info = await store.put(path, data);
      await faults.changed?.("put", path);
      return info;
    },
    async putIfAbsent(path, data) {
      await faults.any?.("putIfAbsent", path);
      await faults.before?.("putIfAbsent", path);
      const made = await store.putIfAbsent(path, data);
      if (made) {
        faults.after?.(path);
        await faults.changed?.("putIfAbsent", path);
      }
      return made;
    },
    async delete(path) {
      await faults.any?.("delete", path);
      await faults.before?.("delete", path);
      await store.delete(path);
      await faults.changed?.("delete", path);
    },
    at: (path) => faulty(store.at(path), faults),
    ...(store.resolve && {
      resolve: (address: string) => {
        const found = store.resolve!(address);
        return found && { ...found, store: faulty(found.store, faults) };
      },
    }),
  };
}

/** What a store throws, by the name the operating system or the server has for it. */
export function fault(
  kind: "ENOSPC" | "EACCES" | "EIO" | "500" | "SlowDown" | "timeout",
  path: string,
): LakeError {
  const [code, says, retryable] = (
    {
      ENOSPC: ["LAKE_STORE_FULL", "the disk is full (ENOSPC)", true],
      EACCES: ["LAKE_STORE_PERMISSION", "permission was denied (EACCES)", false],
      EIO: ["LAKE_STORE_FAILED", "the disk cannot be read (EIO)", false],
      "500": ["LAKE_STORE_FAILED", "the server failed (500 InternalError)", true],
      SlowDown: ["LAKE_STORE_FAILED", "the server is overloaded (503 SlowDown)", true],
      timeout: ["LAKE_STORE_FAILED", "the server was silent for 30000 ms", true],
    } as const
  )[kind];
  return new LakeError(code, `Could not write ${path}: ${says}.`, { retryable, details: { path } });
}

export const diskFull = (path: string): LakeError => fault("ENOSPC", path);

/** Why a store refuses every call after a kill. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/**
 * A store that dies with its process: its call number `at` (from 0, of the calls that `counts` picks) is not made, or, with
 * "after", made without an answer; no later call is. `calls` tells how many were seen. A putIfAbsent that lost and should
 * die afterwards does not.
 */
export function killedAt(
  store: Store,
  at: number,
  when: "before" | "after" = "before",
  counts: (call: StoreCall, path: string) => boolean = (call) =>
    call === "put" || call === "putIfAbsent" || call === "delete",
): { readonly store: Store; readonly calls: () => number; readonly died: () => boolean } {
  let calls = 0;
  let dead = false;
  const doomed = new Set<string>();
  const killed = faulty(store, {
    any(call, path) {
      if (dead) throw new Killed(`${call} ${path} after the kill`);
      if (!counts(call, path) || calls++ !== at) return;
      const changes = call === "put" || call === "putIfAbsent" || call === "delete";
      if (when === "after" && changes) return void doomed.add(path);
      dead = true;
      throw new Killed(`before ${call} ${path}`);
    },
    changed(call, path) {
      if (!dead && !doomed.has(path)) return;
      dead = true;
      throw new Killed(`after ${call} ${path}`);
    },
  });
  return { store: killed, calls: () => calls, died: () => dead };
}
