import { conformBatch, type JobOptions } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { TableFiles } from "../delta/data-files/table-files.ts";
import type { Written } from "../delta/data-files/write-files.ts";
import type { RowRules } from "../rules/row-rules.ts";
import type { WriteTarget } from "../table/commit-actions.ts";
import { progressOf } from "../progress.ts";

/** Writes the rows of a change: new ones, which the rules of the table check, and copies of those that are there. */
export class RowWriter {
  private readonly files: TableFiles;
  private readonly target: WriteTarget;
  private readonly rules: RowRules;
  private readonly signal: AbortSignal | undefined;
  private readonly report: ReturnType<typeof progressOf>;
  private checked = 0;
  private rows = 0;

  constructor(target: WriteTarget, rules: RowRules, { signal, onProgress }: JobOptions) {
    this.files = new TableFiles(target.store, target.layout, target.state.metadata.configuration);
    this.target = target;
    this.rules = rules;
    this.signal = signal;
    this.report = progressOf(onProgress);
  }

  /** Takes new rows, and gives them back as they are written. */
  async add(batch: RecordBatch): Promise<RecordBatch> {
    const rows = this.rules.check(conformBatch(this.target.layout.table, batch), this.checked);
    this.checked += rows.numRows;
    await this.copy(rows);
    return rows;
  }

  /** Takes rows that were checked when they came into the table. */
  async copy(batch: RecordBatch): Promise<void> {
    this.signal?.throwIfAborted();
    await this.files.write(batch);
    this.rows += batch.numRows;
    this.report({ phase: "write", done: this.rows, unit: "rows" });
  }

  async finish(): Promise<Written> {
    const adds = await this.files.finish();
    this.signal?.throwIfAborted();
    this.report({ phase: "write", done: this.rows, total: this.rows, unit: "rows" });
    const { moved } = this.rules;
    return {
      adds,
      rows: this.rows,
      bytes: this.files.bytes,
      changes: moved ? [{ metaData: moved }] : [],
      discard: () => this.files.discard(),
    };
  }

  /** Removes the files again, as far as the store lets it. */
  discard(): Promise<void> {
    return this.files.discard();
  }
}
