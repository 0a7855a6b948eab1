/**
 * Remembers what a source of data threw: while a statement runs that reads it, it would be taken for an error of the
 * connection.
 */
export class WatchedSource {
  private failure: { readonly error: unknown } | undefined;

  async *watch<B>(source: AsyncIterable<B>): AsyncGenerator<B> {
    try {
      yield* source;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  /**
   * Runs the statement that reads the source.
   *
   * @throws what the source threw, as it was.
   */
  async during<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      const { failure } = this;
      if (failure !== undefined && (error as Error | undefined)?.cause === failure.error) {
        throw failure.error;
      }
      throw error;
    }
  }
}
