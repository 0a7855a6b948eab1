import type { BronzeSummary } from "./bronze/extract.ts";
import type { ControlSums } from "./checks/control-sums.ts";

/** A step of a run, and what it took of this process. */
export interface StepFigures {
  readonly step: string;
  readonly day: number;
  readonly result: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory the process had had when the step ended. */
  readonly maxMemoryMb: number;
}

/** A sum of the source, and the same of gold. */
export interface Balance {
  readonly name: keyof ControlSums;
  readonly source: string;
  readonly gold: string;
}

/** What `summary.json` says of a run. */
export interface Summary {
  readonly engine: string;
  readonly source: string;
  readonly seed: number;
  readonly scale: number;
  readonly day: number;
  /** Of the last day: rows that are current in bronze are as many as the source has. */
  readonly bronze: BronzeSummary;
  /** Rows of the star schema, and of the gold tables, by table. */
  readonly silver: Readonly<Record<string, number>>;
  readonly gold: Readonly<Record<string, number>>;
  readonly balances: readonly Balance[];
  /** The steps this run took; none where everything was done. */
  readonly steps: readonly StepFigures[];
  readonly notes: readonly string[];
  readonly dashboard: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxMemoryMb: number;
}
