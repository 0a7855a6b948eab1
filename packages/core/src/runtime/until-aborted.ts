/**
 * The items of a source until the signal says stop; then its reason is thrown at once, also while an item is awaited.
 * A source that has stalled is told to finish, but not waited for. What is no stream cannot stall and is given back.
 */
export function untilAborted<T>(
  items: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): Iterable<T> | AsyncIterable<T> {
  if (signal === undefined || !(Symbol.asyncIterator in items)) return items;
  return {
    [Symbol.asyncIterator]: () => new AbortableIterator(items[Symbol.asyncIterator](), signal),
  };
}

/** One listener and one slot for the item awaited: `Promise.race` would leave a reaction an item on the signal. */
class AbortableIterator<T> implements AsyncIterator<T, unknown> {
  private readonly source: AsyncIterator<T, unknown>;
  private readonly signal: AbortSignal;
  private pending: ((reason: unknown) => void) | undefined;
  private listening = false;

  constructor(source: AsyncIterator<T, unknown>, signal: AbortSignal) {
    this.source = source;
    this.signal = signal;
  }

  async next(): Promise<IteratorResult<T, unknown>> {
    if (this.signal.aborted) {
      await this.finish();
      throw this.signal.reason;
    }
    if (!this.listening) {
      this.listening = true;
      this.signal.addEventListener("abort", this.stop);
    }
    try {
      const result = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        this.pending = reject;
        Promise.resolve(this.source.next()).then(resolve, reject);
      });
      this.pending = undefined;
      if (result.done) this.release();
      return result;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, unknown>> {
    this.release();
    await this.source.return?.();
    return { done: true, value: undefined };
  }

  /** Ends the wait for an item. Between two items nobody waits: the next one asked for is refused. */
  private readonly stop = (): void => {
    if (this.pending === undefined) return;
    this.pending(this.signal.reason);
    void this.finish();
  };

  /** Ends the source; what it throws then is less than the reason of the stop. */
  private async finish(): Promise<void> {
    this.release();
    try {
      await this.source.return?.();
    } catch {
      // The reason is thrown.
    }
  }

  private release(): void {
    this.pending = undefined;
    this.signal.removeEventListener("abort", this.stop);
  }
}
