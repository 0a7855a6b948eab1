import { type Positions, publish, type Random } from "@lakewright/core";
import type { Chunk, SourceReader } from "../source.ts";
import { Batcher, type FlushReason } from "./batcher.ts";
import type { Clock } from "./clock.ts";
import type { PipelineTally } from "./counts.ts";
import type { Pipeline } from "./define.ts";
import { Flush } from "./flush.ts";
import { Intake } from "./intake.ts";
import { PendingBatch } from "./pending.ts";
import type { RetryContext } from "./retry.ts";
import { SinkPositions, tooOftenFenced } from "./sinks.ts";
import { Wakeup } from "./wakeup.ts";

const MAX_FENCED = 10;
/** How often a waiting pipeline reports. */
const REPORT_MS = 1000;

export interface RunnerOptions {
  readonly mode: "follow" | "drain";
  readonly clock: Clock;
  readonly random: Random;
  /** Stops reading; what was read is still written. */
  readonly stop: AbortSignal;
  /** Ends calls to sinks as well. */
  readonly abort: AbortSignal;
  readonly report:
    | ((
        status: string,
        read: ReturnType<NonNullable<SourceReader["progress"]>> | undefined,
      ) => void)
    | undefined;
}

type FlushOutcome =
  | { readonly kind: "written" | "fenced"; readonly generation: number }
  | { readonly kind: "failed"; readonly error: unknown };

/** What the source answered to a request. */
interface Arrival {
  /** The reader's epoch at the request. */
  readonly epoch: number;
  readonly chunk?: Chunk | undefined;
  readonly error?: unknown;
}

/** Runs a pipeline from the opening of its source to its end: one batch is written while the next is filled. */
export class Runner {
  private readonly pipeline: Pipeline;
  private readonly tally: PipelineTally;
  private readonly options: RunnerOptions;
  private readonly batcher: Batcher;
  private readonly intake: Intake;
  private readonly flush: Flush;
  private readonly wakeup = new Wakeup();
  private reader: SourceReader | undefined;
  private positions: SinkPositions | undefined;
  private assigned: readonly string[] = [];
  /** Position after the last record read, by partition, since the last assignment. */
  private readTo = new Map<string, bigint>();
  private pending: PendingBatch;
  private inFlight: Promise<FlushOutcome> | undefined;
  private landed = false;
  /** Grows whenever what is pending becomes void. */
  private generation = 0;
  private fencedInARow = 0;
  private arrival: Arrival | undefined;

  constructor(pipeline: Pipeline, tally: PipelineTally, options: RunnerOptions) {
    this.pipeline = pipeline;
    this.tally = tally;
    this.options = options;
    this.batcher = new Batcher(pipeline.batch, options.clock);
    this.intake = new Intake(pipeline, options.clock);
    this.flush = new Flush(pipeline, this.intake, tally);
    this.pending = this.emptyBatch();
  }

  /** Says how it ended; throws what stopped it, with nothing half done. */
  async run(): Promise<"end" | "stopped"> {
    const { stop, abort, mode } = this.options;
    stop.addEventListener("abort", this.wakeup.ring);
    const release = (): void => void this.reader?.close().catch(() => {});
    abort.addEventListener("abort", release);
    try {
      this.reader = await this.pipeline.source.open({
        mode,
        storedPartitions: async () => (await this.readPositions()).partitions(),
        assign: (partitions) => this.assign(partitions),
      });
      this.request();
      return await this.loop();
    } finally {
      stop.removeEventListener("abort", this.wakeup.ring);
      abort.removeEventListener("abort", release);
      await this.inFlight;
      await this.reader?.close();
    }
  }

  private async loop(): Promise<"end" | "stopped"> {
    for (;;) {
      if (this.landed) await this.settle();
      if (this.options.stop.aborted) {
        await this.writeAll("stop");
        return "stopped";
      }
      if (this.batcher.dueInMs() === 0) {
        await this.write("age");
        continue;
      }
      const { arrival } = this;
      if (arrival === undefined) {
        await this.wait();
        continue;
      }
      this.arrival = undefined;
      if (await this.receive(arrival)) return "end";
      this.report();
    }
  }

  /** True at the end of the source, with everything written. */
  private async receive({ chunk, error, epoch }: Arrival): Promise<boolean> {
    if (error !== undefined) throw error as Error;
    if (chunk !== undefined) {
      this.request();
      await this.take(chunk);
      return false;
    }
    // An end that was reached before the reader was sent back is none.
    const ended = epoch === this.reader!.epoch && (await this.writeAll("end"));
    if (!ended) this.request();
    return ended;
  }

  private async wait(): Promise<void> {
    const { clock, report } = this.options;
    const due = this.inFlight ? undefined : this.batcher.dueInMs();
    const ms = report ? Math.min(due ?? REPORT_MS, REPORT_MS) : due;
    const cancel = ms === undefined ? undefined : clock.after(ms, this.wakeup.ring);
    await this.wakeup.wait();
    cancel?.();
    this.report();
  }

  private report(): void {
    this.options.report?.(this.batcher.status(), this.reader?.progress?.());
  }

  private request(): void {
    const { epoch } = this.reader!;
    const arrive = (answer: Omit<Arrival, "epoch">): void => {
      this.arrival = { epoch, ...answer };
      this.wakeup.ring();
    };
    this.reader!.next().then(
      (chunk) => arrive({ chunk }),
      (error: unknown) => arrive({ error }),
    );
  }

  private async take(chunk: Chunk): Promise<void> {
    if (chunk.epoch !== this.reader!.epoch) {
      this.tally.discarded += chunk.records.length;
      return;
    }
    const { generation } = this;
    const { partition, records } = chunk;
    const place = { partition, source: chunk.source };
    const stored = this.positions!.outputs.map((positions) => positions.get(partition) ?? -1n);
    let readTo = this.readTo.get(partition) ?? -1n;
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!;
      if (record.offset < readTo) {
        this.tally.skipped++;
        continue;
      }
      const next = i === records.length - 1 && chunk.next > record.next ? chunk.next : record.next;
      readTo = next;
      const wanted = stored.map((position) => record.offset >= position);
      if (!wanted.includes(true)) {
        this.tally.skipped++;
        continue;
      }
      this.batcher.open();
      this.pending.epoch = chunk.epoch;
      const kept = this.intake.take(record, place, wanted, this.pending);
      this.pending.to.set(partition, next);
      if (kept > 0) this.batcher.add(1, record.value?.length ?? 0);
      const reason = this.batcher.full();
      if (reason === undefined) continue;
      this.readTo.set(partition, readTo);
      await this.write(reason);
      if (generation !== this.generation || chunk.epoch !== this.reader!.epoch) {
        this.tally.discarded += records.length - i - 1;
        return;
      }
    }
    if (chunk.next > readTo) {
      readTo = chunk.next;
      if (stored.some((position) => chunk.next > position)) {
        this.batcher.open();
        this.pending.epoch = chunk.epoch;
        this.pending.to.set(partition, readTo);
      }
    }
    this.readTo.set(partition, readTo);
  }

  /** Starts to write what is pending, once the write before it is done. */
  private async write(reason: FlushReason): Promise<void> {
    await this.settle();
    const batch = this.pending;
    if (batch.to.size === 0) return;
    this.pending = this.emptyBatch();
    this.batcher.reset();
    const { generation } = this;
    const context = this.retryContext(() => generation === this.generation);
    const fenced = (): FlushOutcome => {
      this.tally.discarded += batch.records;
      return { kind: "fenced", generation };
    };
    this.inFlight = this.flush.run(batch, reason, this.positions!, this.reader!, context).then(
      (written) => (written ? { kind: "written", generation } : fenced()),
      // The partitions moved while a write failed: whoever has them now reads these records.
      (error: unknown) => (generation === this.generation ? { kind: "failed", error } : fenced()),
    );
    void this.inFlight.then(() => {
      this.landed = true;
      this.wakeup.ring();
    });
  }

  /** Writes all that is pending; false where a fence made more to read. */
  private async writeAll(reason: FlushReason): Promise<boolean> {
    const { generation } = this;
    await this.write(reason);
    await this.settle();
    return generation === this.generation;
  }

  /** Waits for the write at hand and draws the conclusions. */
  private async settle(): Promise<void> {
    if (this.inFlight === undefined) return;
    const outcome = await this.inFlight;
    this.inFlight = undefined;
    this.landed = false;
    if (outcome.kind === "failed") throw outcome.error;
    if (outcome.kind === "written") {
      this.fencedInARow = 0;
      return;
    }
    if (++this.fencedInARow > MAX_FENCED) throw tooOftenFenced(this.pipeline, this.fencedInARow);
    if (outcome.generation === this.generation) await this.rewind();
  }

  /** Another process has moved on: read again from where the sinks stand now. */
  private async rewind(): Promise<void> {
    this.discard();
    const { generation } = this;
    publish("stream.fenced", { pipeline: this.pipeline.name });
    const positions = await this.readPositions();
    if (generation !== this.generation) return;
    this.positions = positions;
    this.reader!.seek(positions.start(this.assigned));
  }

  private async assign(partitions: readonly string[]): Promise<Positions> {
    this.discard();
    this.assigned = partitions;
    await this.inFlight;
    this.positions = await this.readPositions();
    publish("stream.assigned", { pipeline: this.pipeline.name, partitions });
    return this.positions.start(partitions);
  }

  private readPositions(): Promise<SinkPositions> {
    return SinkPositions.read(this.pipeline, this.retryContext());
  }

  private discard(): void {
    this.generation++;
    this.tally.discarded += this.pending.records;
    this.pending = this.emptyBatch();
    this.batcher.reset();
    this.readTo = new Map();
  }

  private emptyBatch(): PendingBatch {
    return new PendingBatch(this.pipeline.outputs.length);
  }

  private retryContext(worthwhile?: () => boolean): RetryContext {
    const { clock, random, abort } = this.options;
    const onRetry = (error: unknown, attempt: number, waitMs: number): void =>
      publish("stream.retry", { pipeline: this.pipeline.name, error, attempt, waitMs });
    return { clock, random, signal: abort, worthwhile, onRetry };
  }
}
