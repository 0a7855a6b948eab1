/** Runs one piece of work at a time, in the order it was asked for. */
export class Lock {
  private tail: Promise<unknown> = Promise.resolve();

  /** @param signal - gives the wait up, with its reason; what has begun runs to its end */
  run<R>(work: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    let begun = false;
    const result = this.tail.then(() => {
      signal?.throwIfAborted();
      begun = true;
      return work();
    });
    this.tail = result.catch(() => {});
    if (signal === undefined) return result;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        if (!begun) reject(signal.reason as Error);
      };
      signal.addEventListener("abort", stop, { once: true });
      result.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }
}
