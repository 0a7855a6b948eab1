/** A result that is being read: from DuckDB, or from memory once another statement needed its connection. */
export class OpenResult<Chunk> {
  private readonly fetchNext: () => Promise<Chunk | undefined>;
  private readonly leaving: () => Promise<void> | undefined;
  private ahead: Chunk[] = [];
  private failure: Error | undefined;
  private ended = false;

  /**
   * @param fetchNext - gives the next chunk; undefined at the end
   * @param leaving - ends what has more to give
   */
  constructor(
    fetchNext: () => Promise<Chunk | undefined>,
    leaving: () => Promise<void> | undefined,
  ) {
    this.fetchNext = fetchNext;
    this.leaving = leaving;
  }

  /** Whether DuckDB has nothing more to give. */
  get isOver(): boolean {
    return this.ended;
  }

  /** The next chunk; undefined at the end. */
  async next(): Promise<Chunk | undefined> {
    const chunk = this.ahead.shift();
    if (chunk !== undefined) return chunk;
    if (this.failure !== undefined) throw this.failure;
    return this.ended ? undefined : this.fetch();
  }

  /** Takes what is left into memory. An error is kept for whoever reads the result. */
  async detach(): Promise<void> {
    try {
      while (!this.ended) {
        const chunk = await this.fetch();
        if (chunk !== undefined) this.ahead.push(chunk);
      }
    } catch (error) {
      this.failure = error as Error;
      this.ended = true;
    }
  }

  /** Ends it for a reader who does not want the rest. */
  async leave(): Promise<void> {
    this.ended = true;
    this.ahead = [];
    await this.leaving();
  }

  private async fetch(): Promise<Chunk | undefined> {
    try {
      const chunk = await this.fetchNext();
      if (chunk === undefined) this.ended = true;
      return chunk;
    } catch (error) {
      this.ended = true;
      throw error;
    }
  }
}
