import { afterAll, beforeAll } from "vitest";
import type { Capabilities, SqlEngine } from "../../src/index.ts";

/** What the suite needs of an engine: an empty database each time it is opened. */
export interface EngineUnderTest {
  readonly name: string;
  open(): Promise<SqlEngine>;
  /** Another engine on the database that was opened last, as another process has it. */
  rival?(): Promise<SqlEngine>;
  /** A statement that runs for several seconds, and can be interrupted. */
  readonly slow: string;
  /** A query of so many rows of a column `n`, made as it is read. */
  series(rows: number): string;
  /** A query that fails late, after some thousand rows. Default: a cast of a text that is no number. */
  readonly failsLate?: string;
  /** What an expression gives that is true, of an engine without booleans. Default true. */
  readonly truth?: unknown;
  /** Years its dates and timestamps have. Default: those every other engine has. */
  readonly years?: "1 to 9999";
  /** What it can though its capabilities do not say so: they hold for another server too. */
  readonly canToo?: readonly (keyof Capabilities)[];
}

/** An engine for the tests of the enclosing block. */
export function sharedEngine(under: EngineUnderTest): () => SqlEngine {
  let engine: SqlEngine;
  beforeAll(async () => {
    engine = await under.open();
  });
  afterAll(() => engine.close());
  return () => engine;
}

let tables = 0;
/** A name no other test has. */
export function freshName(): string {
  return `t${++tables}`;
}
