import type { Store } from "../../src/index.ts";

/** How far the call gets in which a process dies. */
export type Death = "before" | "half-way" | "after";
export const deaths: readonly Death[] = ["before", "half-way", "after"];

/** The world after the death: nothing is answered any more. */
const silence = (): Promise<never> => new Promise(() => {});

export interface Dying {
  readonly store: Store;
  /** Resolves when the call came at which the process dies. */
  readonly died: Promise<void>;
  /** Whether the call it died at changes anything: of one that only reads, how far it got makes no difference. */
  wasWrite(): boolean;
}

/**
 * A store seen by a process that is killed at its n-th call, from 0. Half-way, an object that is put leaves a part of itself
 * under a name of its own, as local and remote stores do, and a commit is as if it was never made.
 */
export function dying(store: Store, at: number, death: Death): Dying {
  let count = 0;
  let dead = false;
  let die: () => void;
  const died = new Promise<void>((resolve) => (die = resolve));
  let wasWrite = false;
  const call = async <R>(run: () => Promise<R>, half?: () => Promise<void>): Promise<R> => {
    if (dead) return silence();
    if (count++ !== at) {
      const result = await run();
      return dead ? silence() : result;
    }
    dead = true;
    wasWrite = half !== undefined;
    if (death === "after") await run().catch(() => {});
    else if (death === "half-way") await half?.();
    die();
    return silence();
  };
  const litter = async (
    path: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<void> => {
    const bytes =
      data instanceof Uint8Array ? data.subarray(0, data.length >> 1) : new Uint8Array(7);
    const cut = path.lastIndexOf("/") + 1;
    await store.put(`${path.slice(0, cut)}.${path.slice(cut)}.${crypto.randomUUID()}.tmp`, bytes);
  };
  const mortal: Store = {
    location: store.location,
    get: (path, options) => call(() => store.get(path, options)),
    head: (path) => call(() => store.head(path)),
    async *list(prefix, options) {
      const found = await call(async () => {
        const all = [];
        for await (const info of store.list(prefix, options)) all.push(info);
        return all;
      });
      yield* found;
    },
    put: (path, data) =>
      call(
        () => store.put(path, data),
        () => litter(path, data),
      ),
    putIfAbsent: (path, data) =>
      call(
        () => store.putIfAbsent(path, data),
        () => litter(path, data),
      ),
    delete: (path) =>
      call(
        () => store.delete(path),
        () => Promise.resolve(),
      ),
    at: (path) => store.at(path),
  };
  return { store: mortal, died, wasWrite: () => wasWrite };
}
