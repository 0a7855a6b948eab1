import type { ParseArgsConfig } from "node:util";

/** What became of one case. */
export type Outcome =
  | { readonly case: string; readonly result: "passed" }
  | { readonly case: string; readonly result: "failed"; readonly reason: string }
  /** The package refused it with a typed error before doing any work. */
  | { readonly case: string; readonly result: "unsupported"; readonly code: string };

export interface Run {
  /** The folder or file of the cases. */
  readonly path: string;
  /** Values of the suite's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether a case of that name was asked for. */
  readonly wants: (name: string) => boolean;
  /** Notes a number for the last line. */
  readonly metric: (name: string, value: number) => void;
}

/** A kind of cases. Each file in `suites/` exports one as `suite`; its name is the file's. */
export interface Suite {
  /** Options beside --only and --json, as `node:util` parses them. */
  readonly options?: NonNullable<ParseArgsConfig["options"]>;
  /** Judges the cases, in a fixed order. */
  run(run: Run): AsyncIterable<Outcome>;
}

/** A reason the runner could not run, for which nobody is to blame but the call. */
export class CannotRun extends Error {}
