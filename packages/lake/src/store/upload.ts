import { concatBytes } from "./bytes.ts";
import type { ObjectInfo, Store } from "./store.ts";

/** An object no larger is kept in memory and written at once. */
const WHOLE_BYTES = 8 * 2 ** 20;

/** Writes one object in pieces. Memory holds a few megabytes of it; nobody sees it before `close`. */
export class Upload {
  private readonly store: Store;
  readonly path: string;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private stream: { readonly queue: ChunkQueue; readonly done: Promise<ObjectInfo> } | undefined;

  constructor(store: Store, path: string) {
    this.store = store;
    this.path = path;
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      this.held.push(chunk);
      this.heldBytes += chunk.length;
    }
    if (this.heldBytes >= WHOLE_BYTES) await this.flush();
  }

  async close(): Promise<ObjectInfo> {
    if (!this.stream) return this.store.put(this.path, concatBytes(this.held));
    await this.flush();
    this.stream.queue.end();
    return this.stream.done;
  }

  /** Gives the object up: a store that was being sent it keeps nothing. */
  async abort(): Promise<void> {
    this.held = [];
    this.stream?.queue.fail(new Error(`${this.path} was given up`));
    await this.stream?.done.catch(() => {});
  }

  private async flush(): Promise<void> {
    if (!this.stream) {
      const queue = new ChunkQueue();
      const done = this.store.put(this.path, queue);
      // A store that fails stops taking: whoever waits for room must hear of it.
      done.catch((error: unknown) => queue.fail(error));
      this.stream = { queue, done };
    }
    const held = this.held;
    this.held = [];
    this.heldBytes = 0;
    for (const chunk of held) await this.stream.queue.push(chunk);
  }
}

/** Hands chunks from one writer to one reader; `push` waits until the one before was taken. */
class ChunkQueue implements AsyncIterable<Uint8Array> {
  private waiting: Uint8Array | undefined;
  private ended = false;
  private failure: { readonly error: unknown } | undefined;
  private wake: (() => void)[] = [];

  async push(chunk: Uint8Array): Promise<void> {
    while (this.waiting && !this.failure) await this.change();
    if (this.failure) throw this.failure.error;
    this.waiting = chunk;
    this.changed();
  }

  end(): void {
    this.ended = true;
    this.changed();
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.changed();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.failure) throw this.failure.error;
      const chunk = this.waiting;
      if (chunk) {
        this.waiting = undefined;
        this.changed();
        yield chunk;
      } else if (this.ended) {
        return;
      } else {
        await this.change();
      }
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  private changed(): void {
    const wake = this.wake;
    this.wake = [];
    for (const resume of wake) resume();
  }
}
