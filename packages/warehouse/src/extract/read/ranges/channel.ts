/** Items from several producers to one reader, so many waiting at most. Leaving the loop stops the producers. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly capacity: number;
  private readonly items: T[] = [];
  private state: "open" | "ended" | "stopped" = "open";
  private failure: { readonly error: unknown } | undefined;
  /** Who waits for room, or for an item: each looks again when it is woken. */
  private waiting: (() => void)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** @throws Error where the reader has left. */
  async push(item: T): Promise<void> {
    while (this.state === "open" && this.items.length >= this.capacity) await this.change();
    if (this.state !== "open") throw new Error("The reader of these batches has left.");
    this.items.push(item);
    this.wake();
  }

  end(): void {
    if (this.state === "open") this.state = "ended";
    this.wake();
  }

  /** Ends it with an error; the first is the one the reader sees. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        while (this.items.length === 0 && this.state === "open") await this.change();
        if (this.failure) throw this.failure.error;
        const item = this.items.shift();
        if (item === undefined) return;
        this.wake();
        yield item;
      }
    } finally {
      this.state = "stopped";
      this.wake();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const resolve of woken) resolve();
  }
}
