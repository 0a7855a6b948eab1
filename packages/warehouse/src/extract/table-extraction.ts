import { progressReporter, type Table, toRows } from "@lakewright/core";
import type { SqlEngine, SqlSession } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { invalid } from "../options.ts";
import { digest } from "./digest.ts";
import type {
  Extraction,
  ExtractionRange,
  ExtractionSummary,
  ExtractOptions,
} from "./extraction.ts";
import type { TableSource } from "./introspect/source-table.ts";
import { readClock } from "./read/clock.ts";
import { openReading } from "./read/open-reading.ts";
import type { ReadContext, Reading } from "./read/reading.ts";
import { changesTable, withColumns } from "./read/rows/columns.ts";
import { sourceDialect } from "./sources/sources.ts";
import type { Body } from "./state/body.ts";
import type { StateRecord } from "./state/state.ts";

/** What only a run over many tables asks for. */
export type InnerOptions = Pick<ReadContext, "maxRows" | "drift">;

/** One extraction of a table: opened, read, committed, in that order and once. */
export class TableExtraction implements Extraction {
  readonly name: string;
  private readonly plannedTable: Table;
  private readonly plannedMode: "changes" | "snapshot";
  private readonly engine: SqlEngine;
  private readonly source: TableSource;
  private readonly options: ExtractOptions;
  private readonly inner: InnerOptions;
  private opening: Promise<Opened> | undefined;
  private opened: Opened | undefined;
  private progress: "new" | "reading" | "read" | "committed" = "new";

  constructor(
    engine: SqlEngine,
    source: TableSource,
    options: ExtractOptions,
    inner: InnerOptions = {},
  ) {
    const { strategy, columns } = options;
    const key =
      strategy.kind === "fullCompare"
        ? (strategy.key ?? source.primaryKey ?? [])
        : strategy.kind === "watermark"
          ? [...[strategy.cursor].flat(), ...(strategy.tieBreak ?? source.primaryKey ?? [])]
          : [];
    const byHashes = strategy.kind === "fullCompare" && strategy.compare !== "target";
    this.engine = engine;
    this.options = options;
    this.inner = inner;
    this.source = withColumns(source, columns, key);
    this.name = options.name ?? source.path.join(".");
    this.plannedMode = strategy.kind === "watermark" || byHashes ? "changes" : "snapshot";
    this.plannedTable = byHashes ? changesTable(this.source.table, key) : this.source.table;
  }

  get table(): Table {
    return this.opened?.reading.table ?? this.plannedTable;
  }

  get mode(): "changes" | "snapshot" {
    return this.opened?.reading.mode ?? this.plannedMode;
  }

  async open(): Promise<ExtractionRange> {
    this.opening ??= this.begin();
    const opened = await this.opening;
    this.opened ??= opened;
    return opened.range;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch> {
    if (this.progress !== "new") {
      throw invalid(
        `The extraction of "${this.name}" has been read before.`,
        "An extraction is read once: make another one.",
      );
    }
    this.progress = "reading";
    await this.open();
    const { reading } = this.opened!;
    const report = progressReporter(this.options.onProgress);
    for await (const batch of reading.batches()) {
      yield batch;
      report({ phase: this.name, done: reading.counts.delivered, unit: "rows" });
    }
    this.options.signal?.throwIfAborted();
    this.progress = "read";
  }

  async *rows(): AsyncGenerator<Record<string, unknown>> {
    for await (const batch of this) yield* toRows(batch, this.table);
  }

  summary(): ExtractionSummary {
    if (!this.opened) throw invalid(`The extraction of "${this.name}" has not begun.`);
    const { range, reading } = this.opened;
    return {
      name: this.name,
      ...reading.counts,
      from: range.from,
      to: range.to,
      cursorWentBack: reading.cursorWentBack,
      at: range.at,
    };
  }

  /** What tells one row of the batches from another; empty where nothing does. */
  get key(): readonly string[] {
    const { strategy } = this.options;
    const given = strategy.kind === "fullCompare" ? strategy.key : undefined;
    return given ?? this.source.primaryKey ?? [];
  }

  /** Whether the range was read to its end. */
  get isComplete(): boolean {
    return this.opened?.reading.isComplete ?? false;
  }

  /** Whether an earlier extraction fixed the range, and did not read it to its end. */
  get wasBegunBefore(): boolean {
    return this.opened?.wasBegunBefore ?? false;
  }

  /** Keeps the range in the state before it is written, so that it is the same one when it is tried again. */
  async keepIntent(): Promise<void> {
    const { reading, context } = this.opened!;
    const intent = this.options.state && reading.intent();
    if (!intent) return;
    const { record } = this.opened!;
    const next = recordOf(record, intent, record?.watermark, record?.at ?? context.at);
    await this.options.state!.commit(this.name, next);
    this.opened = { ...this.opened!, record: next };
  }

  async commit(session?: SqlSession): Promise<void> {
    return this.keep(true, session);
  }

  /** Keeps in the state that the range was written, now or (not `applied`) by an earlier attempt. */
  async keep(applied: boolean, session?: SqlSession): Promise<void> {
    if (this.progress === "committed") return;
    if (this.progress !== "read" && applied) {
      throw invalid(
        `The extraction of "${this.name}" was not read to its end, so that it cannot be committed.`,
      );
    }
    const { reading, record, context } = this.opened!;
    const body = reading.after(applied);
    // Where something was written the state goes on, though it says the same: its number is part of the name of the next range.
    const wasWritten = !applied || this.mode === "snapshot" || reading.counts.delivered > 0;
    if (this.options.state && (wasWritten || !isSame(record, body))) {
      const watermark = reading.isComplete ? reading.to : record?.watermark;
      await this.options.state.commit(
        this.name,
        recordOf(record, body, watermark, context.at),
        session,
      );
    }
    this.progress = "committed";
  }

  private async begin(): Promise<Opened> {
    const { engine, source, options, name } = this;
    const record = await options.state?.load(name);
    const dialect = sourceDialect(engine.dialect);
    const at = await readClock(engine, dialect, options.signal);
    const context = { engine, dialect, source, options, name, record, at, ...this.inner };
    const reading = await openReading(context);
    const sequence = (record?.sequence ?? 0n) + (reading.intent() && options.state ? 2n : 1n);
    const bounds = [reading.from ?? "", reading.to ?? "", reading.part];
    const loadId = `${name}#${sequence}:${digest([source.path.join("."), options.strategy.kind, ...bounds])}`;
    const range = { name, sequence, from: reading.from, to: reading.to, at, loadId };
    const body = record && (JSON.parse(record.body) as Body);
    return { context, reading, range, record, wasBegunBefore: body?.range !== undefined };
  }
}

interface Opened {
  readonly context: ReadContext;
  readonly reading: Reading;
  readonly range: ExtractionRange;
  readonly wasBegunBefore: boolean;
  /** The state as it is now. */
  readonly record: StateRecord | undefined;
}

function recordOf(
  before: StateRecord | undefined,
  body: Body,
  watermark: string | undefined,
  at: bigint,
): StateRecord {
  const sequence = (before?.sequence ?? 0n) + 1n;
  return { sequence, watermark, at, body: JSON.stringify(body) };
}

function isSame(before: StateRecord | undefined, body: Body): boolean {
  return before?.body === JSON.stringify(body);
}
