import type { RecordBatch } from "apache-arrow";
import { NOTHING_WRITTEN, type Written } from "../delta/write-files.ts";
import { Channel } from "./channel.ts";

/** Writes data files of batches that are given one after the other, through a writer that takes them as a stream. */
export class RowWriter {
  private readonly channel: Channel<RecordBatch> = new Channel();
  private readonly write: (batches: AsyncIterable<RecordBatch>) => Promise<Written>;
  private writing: Promise<Written> | undefined;

  constructor(write: (batches: AsyncIterable<RecordBatch>) => Promise<Written>) {
    this.write = write;
  }

  /** Resolves when the batch was taken; rejects with what the writer threw, which has removed its files then. */
  async add(batch: RecordBatch): Promise<void> {
    if (batch.numRows === 0) return;
    if (!this.writing) {
      this.writing = this.write(this.channel);
      // What goes wrong is told by the call that comes next.
      this.writing.catch(() => {});
    }
    await Promise.race([this.channel.push(batch), this.writing]);
  }

  async finish(): Promise<Written> {
    this.channel.end();
    return this.writing ?? NOTHING_WRITTEN;
  }

  async discard(): Promise<void> {
    this.channel.end();
    const written = await this.writing?.catch(() => undefined);
    await written?.discard();
  }
}
