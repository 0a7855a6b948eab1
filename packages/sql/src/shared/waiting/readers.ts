import type { RecordBatch } from "apache-arrow";
import { Lock } from "./lock.ts";

/**
 * Results being read on the only session there is. When something else needs the session, what is left of them is taken
 * into memory first: the reader of one may be waiting for that very thing.
 */
export class Readers {
  private readonly open = new Set<Reader>();

  /** The batches of a source that has the session from its first batch to its end. */
  async *read(source: AsyncGenerator<RecordBatch>): AsyncGenerator<RecordBatch> {
    const reader = new Reader(source);
    this.detach();
    this.open.add(reader);
    try {
      for (;;) {
        const batch = await reader.next();
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      this.open.delete(reader);
      await reader.leave();
    }
  }

  /** To be called by whoever will wait for the session: those before it give it up as soon as they are read. */
  detach(): void {
    for (const reader of this.open) reader.detach();
    this.open.clear();
  }
}

class Reader {
  private readonly source: AsyncGenerator<RecordBatch>;
  private readonly lock = new Lock();
  private ahead: RecordBatch[] = [];
  private failure: { readonly error: unknown } | undefined;
  private over = false;

  constructor(source: AsyncGenerator<RecordBatch>) {
    this.source = source;
  }

  next(): Promise<RecordBatch | undefined> {
    return this.lock.run(async () => {
      const batch = this.ahead.shift();
      if (batch !== undefined) return batch;
      if (this.failure !== undefined) throw this.failure.error;
      return this.pull();
    });
  }

  /** Reads what is left; an error is kept for whoever reads the result. */
  detach(): void {
    void this.lock.run(async () => {
      try {
        for (;;) {
          const batch = await this.pull();
          if (batch === undefined) return;
          this.ahead.push(batch);
        }
      } catch (error) {
        this.failure = { error };
      }
    });
  }

  async leave(): Promise<void> {
    this.over = true;
    await this.lock.run(() => this.source.return(undefined));
    this.ahead = [];
  }

  private async pull(): Promise<RecordBatch | undefined> {
    if (this.over) return undefined;
    const { value, done } = await this.source.next();
    if (done !== true) return value;
    this.over = true;
    return undefined;
  }
}
