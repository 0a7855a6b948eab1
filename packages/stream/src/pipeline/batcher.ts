import type { Clock } from "./clock.ts";

/** When what was read is written: at the first of the three. */
export interface BatchOptions {
  /** Rows to write, dead letters counted in. Default 50,000. */
  readonly rows?: number | undefined;
  /** Bytes of the payloads of those rows. Default 64 MiB. */
  readonly bytes?: number | undefined;
  /** Milliseconds since the first record that is not written yet, also where all were dropped. Default 60,000. */
  readonly ageMs?: number | undefined;
}

/** Why a batch was written: it was full or old, the source ended, or the pipeline was stopped. */
export type FlushReason = "rows" | "bytes" | "age" | "end" | "stop";

export const flushReasons = ["rows", "bytes", "age", "end", "stop"] as const;

const MIB = 1024 * 1024;

/** Decides when a batch is written, and says what it waits for. Ages are of the monotonic clock. */
export class Batcher {
  private readonly maxRows: number;
  private readonly maxBytes: number;
  private readonly maxAgeMs: number;
  private readonly clock: Clock;
  private rows = 0;
  private bytes = 0;
  private openedAt: number | undefined;

  constructor(options: BatchOptions, clock: Clock) {
    this.maxRows = options.rows ?? 50_000;
    this.maxBytes = options.bytes ?? 64 * MIB;
    this.maxAgeMs = options.ageMs ?? 60_000;
    this.clock = clock;
  }

  /** Something was read: the batch starts to age. */
  open(): void {
    this.openedAt ??= this.clock.now();
  }

  /** Rows to write were added. */
  add(rows: number, bytes: number): void {
    this.rows += rows;
    this.bytes += bytes;
  }

  /** Why no more should be added, if so. */
  full(): FlushReason | undefined {
    if (this.rows >= this.maxRows) return "rows";
    return this.bytes >= this.maxBytes ? "bytes" : undefined;
  }

  /** Milliseconds until the batch is old, 0 where it is; undefined while it is empty. */
  dueInMs(): number | undefined {
    if (this.openedAt === undefined) return undefined;
    return Math.max(0, this.openedAt + this.maxAgeMs - this.clock.now());
  }

  reset(): void {
    this.rows = 0;
    this.bytes = 0;
    this.openedAt = undefined;
  }

  /** Why nothing is being written: "waiting: 12 of 50000 rows, 0.1 of 64.0 MiB, 3 of 60 s". */
  status(): string {
    if (this.openedAt === undefined) return "waiting: nothing read since the last write";
    const seconds = (this.clock.now() - this.openedAt) / 1000;
    return (
      `waiting: ${this.rows} of ${this.maxRows} rows, ` +
      `${(this.bytes / MIB).toFixed(1)} of ${(this.maxBytes / MIB).toFixed(1)} MiB, ` +
      `${Math.floor(seconds)} of ${this.maxAgeMs / 1000} s`
    );
  }
}
