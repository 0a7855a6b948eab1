import type { SqlSession } from "@lakewright/sql";
import type { Clock } from "../../clock.ts";
import type { Place } from "../../schema/place.ts";
import type { Compiled, Part, Target } from "../compile.ts";
import type { Model } from "../model.ts";
import type { TestResult } from "../outcome.ts";
import type { ModelRecord } from "./records.ts";

/** One model while it is run, inside of its transaction. */
export interface Work {
  readonly session: SqlSession;
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
