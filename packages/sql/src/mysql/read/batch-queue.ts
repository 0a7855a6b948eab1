import type { RecordBatch } from "apache-arrow";
import type { ColumnDefinition } from "../wire/columns.ts";
import type { RowSink } from "../wire/rows.ts";
import { BatchReader } from "./batch-reader.ts";

/** Batches between the server that sends rows and the reader who takes them. */
export class BatchQueue implements RowSink {
  private readonly batchRows: number;
  private readonly ready: RecordBatch[] = [];
  private reader: BatchReader | undefined;
  private failure: { readonly error: unknown } | undefined;
  private discarding = false;
  private wake: (() => void) | undefined;

  private readonly holdsBack: boolean;

  /** @param holdsBack - the server is to wait while a batch is ready that nobody has taken */
  constructor(batchRows: number, holdsBack: boolean) {
    this.batchRows = batchRows;
    this.holdsBack = holdsBack;
  }

  columns(definitions: readonly ColumnDefinition[]): void {
    try {
      this.reader = new BatchReader(definitions, this.batchRows);
    } catch (error) {
      this.fail(error);
    }
  }

  row(buffer: Buffer, offset: number): boolean {
    if (this.discarding || this.failure !== undefined) return false;
    try {
      const batch = this.reader!.add(buffer, offset);
      if (batch === undefined) return false;
      this.ready.push(batch);
      this.wake?.();
      return this.holdsBack;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Passes over the rows still to come. */
  discard(): void {
    this.discarding = true;
  }

  /** The batch that is ready; undefined where none is. */
  take(): RecordBatch | undefined {
    if (this.failure !== undefined) throw this.failure.error;
    return this.ready.shift();
  }

  /** The rows since the last full batch, at the end of the result; without any, a batch for the schema if asked for. */
  last(forSchema: boolean): RecordBatch | undefined {
    return this.reader?.end() ?? (forSchema ? this.reader?.empty() : undefined);
  }

  /** Resolves when a batch is ready, something has failed, or the other promise is settled. */
  async changed(over: Promise<unknown>): Promise<void> {
    if (this.ready.length > 0 || this.failure !== undefined) return;
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    await Promise.race([woken, over.catch(() => {})]);
    this.wake = undefined;
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.wake?.();
  }
}
