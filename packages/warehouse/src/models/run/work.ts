import type { SqlEngine, SqlSession } from "@lakewright/sql";
import type { Clock } from "../../clock.ts";
import type { Place } from "../../schema/place.ts";
import type { Compiled, Part, Target } from "../compile.ts";
import type { Model } from "../model.ts";
import type { TestResult } from "../outcome.ts";
import type { ModelRecord } from "./records.ts";

/** One model while it is run. */
export interface Work {
  /** The transaction of the model; where transactions do not hold DDL, the engine. */
  readonly session: SqlSession;
  /** Runs what changes rows readers see, and writes the record with it, in one transaction. The last thing a model does. */
  readonly atomically: (run: (session: SqlSession) => Promise<Kept>) => Promise<Kept>;
  /** Runs what makes the model's object where nothing has its name. A run that is killed in it is known to be ours. */
  readonly making: <R>(create: () => Promise<R>) => Promise<R>;
  readonly engine: SqlEngine;
  readonly place: Place;
  readonly target: Target;
  readonly model: Model;
  /** Its query over everything. */
  readonly whole: Compiled;
  /** Its query over a part. */
  readonly compile: (part: Part) => Compiled;
  /** Its last successful run, of the same code; undefined where everything is to be computed. */
  readonly before: ModelRecord | undefined;
  /** Partitions the run was given. */
  readonly touched: readonly unknown[] | undefined;
  readonly runId: string;
  readonly startedMicros: bigint;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** What became of a model. */
export interface Kept {
  readonly rows: number | undefined;
  readonly written: number | undefined;
  readonly tests: readonly TestResult[];
}
