import type { LockOptions } from "../../engine.ts";
import { deadline, lockTimeout } from "../deadline.ts";

/** Locks by name within this process, had in the order they were asked for. */
export class NamedLocks {
  /** Those who wait, by the names that are taken. */
  private readonly waiting = new Map<string, (() => void)[]>();

  async run<R>(name: string, options: LockOptions, work: () => Promise<R>): Promise<R> {
    const limit = deadline(options.signal, options.waitMs, (ms) => lockTimeout(name, ms));
    try {
      await this.take(name, limit.signal);
    } finally {
      limit.end();
    }
    try {
      return await work();
    } finally {
      this.free(name);
    }
  }

  private take(name: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const queue = this.waiting.get(name);
    if (queue === undefined) {
      this.waiting.set(name, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(enter), 1);
        reject(signal!.reason as Error);
      };
      queue.push(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  private free(name: string): void {
    const next = this.waiting.get(name)?.shift();
    if (next === undefined) this.waiting.delete(name);
    else next();
  }
}

/** Locks of the databases of this process, which copies of this package share. */
const REGISTRY = Symbol.for("lakewright.sql.namedLocks");

interface Registry {
  readonly byName: Map<string, NamedLocks>;
  readonly byObject: WeakMap<object, NamedLocks>;
}

/** The locks of a database: of a file by its path, of what a caller has opened by the object itself. */
export function locksOf(database: string | object): NamedLocks {
  const holder = globalThis as { [REGISTRY]?: Registry };
  const registry = (holder[REGISTRY] ??= { byName: new Map(), byObject: new WeakMap() });
  const map = typeof database === "string" ? registry.byName : registry.byObject;
  let locks = map.get(database as never);
  if (locks === undefined) map.set(database as never, (locks = new NamedLocks()));
  return locks;
}
