import { toRows } from "@lakewright/core";
import type { BatchView } from "../batch/view.ts";
import { QualityError } from "../errors.ts";
import type { RowRule } from "./definition.ts";

/** A predicate of the caller over row objects. */
export function satisfiesRule(
  name: string,
  predicate: (row: Record<string, unknown>) => boolean,
): RowRule {
  return {
    kind: "row",
    judgesNulls: true,
    failsSql: () => {
      throw new QualityError(
        "QUALITY_UNSUPPORTED",
        `The predicate "${name}" is JavaScript, which no engine runs.`,
        { hint: "Check batches instead: contract.check(engine.query(…))." },
      );
    },
    kernel: () => (view, mask) => {
      rowsOfView(view).forEach((row, i) => {
        mask[i] = holds(name, predicate, row) ? 0 : 1;
      });
    },
    reason: () => `does not satisfy "${name}"`,
  };
}

function rowsOfView(view: BatchView): Record<string, unknown>[] {
  return toRows(view.batch);
}

function holds(
  name: string,
  predicate: (row: Record<string, unknown>) => boolean,
  row: Record<string, unknown>,
): boolean {
  try {
    const verdict: unknown = predicate(row);
    if (typeof verdict === "boolean") return verdict;
    throw new TypeError(`it returned ${typeof verdict}, not a boolean`);
  } catch (cause) {
    throw new QualityError(
      "QUALITY_PREDICATE_FAILED",
      `The predicate "${name}" threw: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { hint: "It gets rows as they are: a value may be null.", cause, details: { check: name } },
    );
  }
}
