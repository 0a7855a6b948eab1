/** Hands items from one who pushes to one who iterates; a push is over when its item was taken and the next asked for. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly waiting: { readonly item: T; readonly taken: () => void }[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  push(item: T): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ item, taken: resolve });
      this.wake?.();
    });
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.waiting.shift();
      if (next) {
        yield next.item;
        next.taken();
      } else if (this.ended) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = undefined;
      }
    }
  }
}
