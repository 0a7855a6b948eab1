import type { SqlSession } from "@lakewright/sql";
import type { Clock } from "../clock.ts";
import type { Writer } from "../schema/create.ts";
import type { LoadEntry } from "./ledger.ts";
import type { LoadOptions } from "./options.ts";
import type { Step } from "./step.ts";

/** What loads of one warehouse have in common. */
export interface LoadContext extends Writer {
  readonly clock: Clock;
  /** "auto" takes foreign keys off around a large load. */
  readonly foreignKeys: "none" | "auto" | "enforce";
}

/** One load while it runs. */
export interface RunningLoad {
  readonly session: SqlSession;
  readonly context: LoadContext;
  readonly entry: LoadEntry;
  readonly options: LoadOptions;
  /** Whether it fails where none of its rows can be loaded. A stream goes on: nothing may block there. */
  readonly needsRows: boolean;
}

/** What a load has done to the table. */
export interface Counts {
  readonly inserted: number;
  readonly updated: number;
  readonly reopened: number;
  readonly closed: number;
  readonly rejected: number;
}

/** Runs a step and says how many rows it changed. */
export function runStep({ session, options }: RunningLoad, step: Step): Promise<number> {
  return session.execute(step.sql, { signal: options.signal });
}

/** Runs a query of one number. */
export async function count({ session, options }: RunningLoad, step: Step): Promise<number> {
  const { n } = await session.query(step.sql, { signal: options.signal }).row();
  return Number(n);
}
