/** The results of an asynchronous function over items, in their order, with at most `width` under way. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  width: number,
  run: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  for (const item of items) {
    const result = run(item);
    // One that fails while those before it are awaited, or after the caller left, is not unhandled.
    result.catch(() => {});
    pending.push(result);
    if (pending.length >= width) yield await pending.shift()!;
  }
  while (pending.length > 0) yield await pending.shift()!;
}

/** Lets one call at a time through, in the order they came. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  run<R>(task: () => Promise<R>): Promise<R> {
    const result = this.last.then(task);
    this.last = result.catch(() => {});
    return result;
  }
}
