/** Runs one piece of work at a time, in the order it was asked for. */
export class Lock {
  private tail: Promise<unknown> = Promise.resolve();

  run<R>(work: () => Promise<R>): Promise<R> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => {});
    return result;
  }
}
