import type { Check, RowKernel, RowRule } from "../checks/definition.ts";
import type { BatchView } from "./view.ts";

/** Rows of one batch a check judged. */
export interface Marked {
  readonly evaluated: number;
  readonly failed: number;
  readonly nulls: number;
}

/** Sets `mask` to 1 for the rows of the batch that fail the check, to 0 for the others. */
export function markRows(
  check: Check & { readonly rule: RowRule },
  kernel: RowKernel,
  view: BatchView,
  mask: Uint8Array,
): Marked {
  const { rows } = view;
  mask.fill(0);
  kernel(view, mask);
  const valid = check.rule.judgesNulls ? undefined : view.validAll(check.columns);
  if (valid === undefined) return { evaluated: rows, failed: total(mask), nulls: 0 };
  const nulls = rows - total(valid);
  if (check.nulls === "fail") {
    for (let i = 0; i < rows; i++) if (valid[i] === 0) mask[i] = 1;
    return { evaluated: rows, failed: total(mask), nulls };
  }
  for (let i = 0; i < rows; i++) mask[i]! &= valid[i]!;
  return { evaluated: rows - nulls, failed: total(mask), nulls };
}

/** The number of ones. */
export function total(mask: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < mask.length; i++) sum += mask[i]!;
  return sum;
}
