interface Running<R> {
  readonly result: Promise<R>;
  readonly controller: AbortController;
  waiting: number;
}

/** Work several callers ask for at once, done once. It is given up when all who wait for it have given up. */
export class SharedWork<R> {
  private readonly running = new Map<string, Running<R>>();

  async join(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    signal?.throwIfAborted();
    const work = this.running.get(key) ?? this.start(key, start);
    work.waiting++;
    try {
      return await orAborted(work.result, signal);
    } finally {
      work.waiting--;
      if (work.waiting === 0) {
        this.forget(key, work);
        work.controller.abort();
      }
    }
  }

  private start(key: string, start: (signal: AbortSignal) => Promise<R>): Running<R> {
    const controller = new AbortController();
    const work: Running<R> = { result: start(controller.signal), controller, waiting: 0 };
    this.running.set(key, work);
    const forget = (): void => this.forget(key, work);
    work.result.then(forget, forget);
    return work;
  }

  private forget(key: string, work: Running<R>): void {
    if (this.running.get(key) === work) this.running.delete(key);
  }
}

/** The result, or the reason of the signal where that comes first. */
async function orAborted<R>(result: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (signal === undefined) return result;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener("abort", stop!);
  }
}
