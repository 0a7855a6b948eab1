import type { Balance } from "./report/model.ts";

/** What `summary.json` says of a job. */
export interface Summary extends Omit<Balance, "examples"> {
  readonly name: string;
  readonly input: string;
  /** Exact decimal text by currency, of what was loaded. */
  readonly amounts: Readonly<Record<string, string>>;
  /** All of it in euro; left out where a rate is missing. */
  readonly amountEur?: string;
  /** Distinct user ids among what was loaded. */
  readonly users: number;
  /** The people behind them; left out where the file has nothing to tell them by. */
  readonly people?: number;
  readonly anomalies: number;
  readonly outages: number;
  readonly qualityScore: number;
  /** Number of the state of the summary tables. */
  readonly snapshot: number;
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxMemoryMb: number;
}
