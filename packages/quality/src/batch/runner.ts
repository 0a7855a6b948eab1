import type { AggregateRule, Check, RowKernel, RowRule } from "../checks/definition.ts";
import { failedRow } from "../run/failed-row.ts";
import type { FailedRow, Outcome } from "../run/result.ts";
import { markRows } from "./mark-rows.ts";
import { uniqueRunner } from "./unique-runner.ts";
import type { BatchView } from "./view.ts";

/** One check on its way through the batches. */
export interface Runner {
  /** @param offset - position of the batch's first row in the data */
  add(view: BatchView, offset: number): void;
  outcome(rows: number): Outcome;
}

export interface RunnerContext {
  readonly key: readonly string[];
  readonly maxFailures: number;
  readonly now: bigint;
  readonly signal?: AbortSignal | undefined;
}

/** The runner of a check; what it must load first, it loads here. */
export async function runnerOf(check: Check, context: RunnerContext): Promise<Runner> {
  const { rule } = check;
  switch (rule.kind) {
    case "row":
      return rowRunner({ ...check, rule }, await rule.kernel(context.signal), context);
    case "unique":
      return uniqueRunner(check, context);
    case "aggregate":
      return aggregateRunner(check, rule, context);
    case "rowCount":
      return {
        add: () => {},
        outcome: (rows) => verdictOf(rows, 0, { passed: rule.judge(rows), observed: rows }),
      };
    case "schema":
      // A batch that is not of the table's types ends the run before; see schema-watch.
      return {
        add: () => {},
        outcome: (rows) => verdictOf(rows, 0, { passed: true, observed: "as defined" }),
      };
  }
}

function rowRunner(
  check: Check & { readonly rule: RowRule },
  kernel: RowKernel,
  { key, maxFailures }: RunnerContext,
): Runner {
  const rows: FailedRow[] = [];
  let scratch = new Uint8Array();
  let evaluated = 0;
  let failed = 0;
  let nulls = 0;
  return {
    add: (view, offset) => {
      if (scratch.length < view.rows) scratch = new Uint8Array(view.rows);
      const mask = scratch.subarray(0, view.rows);
      const marked = markRows(check, kernel, view, mask);
      evaluated += marked.evaluated;
      failed += marked.failed;
      nulls += marked.nulls;
      if (marked.failed === 0) return;
      for (let i = 0; i < mask.length && rows.length < maxFailures; i++) {
        if (mask[i] === 1) {
          rows.push(failedRow(check, key, (column) => view.reader(column), i, offset + i));
        }
      }
    },
    outcome: () => ({ evaluated, failed, nulls: check.check === "notNull" ? failed : nulls, rows }),
  };
}

function aggregateRunner(check: Check, rule: AggregateRule, { now }: RunnerContext): Runner {
  const accumulator = rule.accumulator();
  let values = 0;
  return {
    add: (view) => {
      accumulator.add(view);
      const valid = view.validAll(check.columns);
      values += valid ? valid.reduce((sum, bit) => sum + bit, 0) : view.rows;
    },
    outcome: (rows) => verdictOf(values, rows - values, rule.judge(accumulator.summary(), { now })),
  };
}

function verdictOf(evaluated: number, nulls: number, verdict: Outcome["verdict"]): Outcome {
  return { evaluated, failed: 0, nulls, verdict, rows: [] };
}
