import type { DuckDBResult } from "./driver.ts";

export type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult["fetchChunk"]>>>;

/** A result that is being read: from DuckDB, or from memory once another statement needed its connection. */
export class OpenResult {
  readonly result: DuckDBResult;
  private ahead: Chunk[] = [];
  private failure: Error | undefined;
  private ended = false;

  constructor(result: DuckDBResult) {
    this.result = result;
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

  end(): void {
    this.ended = true;
    this.ahead = [];
  }

  private async fetch(): Promise<Chunk | undefined> {
    const chunk = await this.result.fetchChunk();
    if (chunk !== null && chunk.rowCount > 0) return chunk;
    this.ended = true;
    return undefined;
  }
}
