import type { JobOptions } from "@lakewright/core";
import { raw, type SqlSession, sql } from "@lakewright/sql";
import type { Clock } from "../clock.ts";
import type { Writer } from "../schema/create.ts";
import type { Step } from "../step.ts";
import type { LoadEntry } from "./ledger.ts";
import type { LoadOptions } from "./options.ts";

/** What loads of one warehouse have in common. */
export interface LoadContext extends Writer {
  readonly clock: Clock;
  /** "auto" takes foreign keys off around a large load. */
  readonly foreignKeys: "none" | "auto" | "enforce";
}

/** What runs steps: a load, a deletion, a rewind. */
export interface Running {
  readonly session: SqlSession;
  readonly options: Pick<JobOptions, "signal">;
}

/** One load while it runs. */
export interface RunningLoad extends Running {
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
export function runStep({ session, options }: Running, step: Step): Promise<number> {
  return session.execute(step.sql, { signal: options.signal });
}

/** How many rows a table has, or so many where it has more. */
export function countUpTo(load: RunningLoad, table: string, most: number): Promise<number> {
  return count(load, {
    name: "see how large the table is",
    sql: sql`SELECT count(*) AS n FROM (SELECT 1 AS one FROM ${load.context.place.id(table)} LIMIT ${raw(String(most))}) f`,
  });
}

/** Runs a query of one number. */
export async function count({ session, options }: Running, step: Step): Promise<number> {
  const { n } = await session.query(step.sql, { signal: options.signal }).row();
  return Number(n);
}
