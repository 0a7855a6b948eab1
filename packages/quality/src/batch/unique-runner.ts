import type { Check } from "../checks/definition.ts";
import { failedRow } from "../run/failed-row.ts";
import type { FailedRow } from "../run/result.ts";
import { type Key, keysOf } from "../values/keys.ts";
import type { Runner, RunnerContext } from "./runner.ts";
import type { BatchView } from "./view.ts";

/** The first row of a value is already counted as one that comes again. */
const COUNTED = -1;

/** Counts every row whose value comes more than once. Holds each value once, and the position of its first row. */
export function uniqueRunner(check: Check, { key, maxFailures }: RunnerContext): Runner {
  const first = new Map<Key, number>();
  const rows: FailedRow[] = [];
  let evaluated = 0;
  let failed = 0;
  let nulls = 0;

  const keep = (view: BatchView, offset: number, index: number, row: number): void => {
    if (rows.length >= maxFailures) return;
    const inBatch = row >= offset;
    // Of a row of an earlier batch only the value is known; it is that of this row.
    const known = inBatch ? key : key.filter((column) => check.columns.includes(column));
    const at = inBatch ? row - offset : index;
    rows.push(failedRow(check, known, (column) => view.reader(column), at, row));
  };

  return {
    add: (view, offset) => {
      const keyAt = keysOf(view, check.columns);
      const valid = view.validAll(check.columns);
      for (let i = 0; i < view.rows; i++) {
        if (valid !== undefined && valid[i] === 0) {
          nulls++;
          continue;
        }
        evaluated++;
        const value = keyAt(i);
        const seen = first.get(value);
        if (seen === undefined) {
          first.set(value, offset + i);
          continue;
        }
        if (seen !== COUNTED) {
          failed++;
          first.set(value, COUNTED);
          keep(view, offset, i, seen);
        }
        failed++;
        keep(view, offset, i, offset + i);
      }
    },
    outcome: () => ({
      evaluated,
      failed,
      nulls,
      rows: rows.sort((a, b) => a.row! - b.row!),
    }),
  };
}
