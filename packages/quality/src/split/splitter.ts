import { batchOf, type Table, toArrowSchema } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import { markRows } from "../batch/mark-rows.ts";
import type { BatchView } from "../batch/view.ts";
import type { Check, RowKernel, RowRule } from "../checks/definition.ts";
import type { Plan } from "../contract/plan.ts";
import { failedRow } from "../run/failed-row.ts";
import type { Duplicates } from "./duplicates.ts";
import { quarantineTable } from "./quarantine.ts";
import { Rejections } from "./rejections.ts";
import type { SplitBatch, SplitTotals } from "./split.ts";
import { takeColumn } from "./take.ts";

type RowCheck = Check & { readonly rule: RowRule };

/** Parts batch after batch, and counts. */
export class Splitter {
  /** The checks that reject rows because of other rows. */
  readonly uniques: readonly Check[];
  private readonly plan: Plan;
  private readonly quarantine: Table;
  private readonly checks: readonly RowCheck[];
  private kernels: readonly RowKernel[] = [];
  private rows = 0;
  private rejected = 0;
  private readonly byCheck = new Map<string, number>();

  constructor(plan: Plan) {
    this.plan = plan;
    this.quarantine = quarantineTable(plan.table);
    const rejecting = plan.checks.filter(
      ({ severity, check }) => severity === "error" && check !== "definition",
    );
    this.uniques = rejecting.filter(({ rule }) => rule.kind === "unique");
    // A row that does not fit the table cannot be among its valid ones, whatever the contract tolerates.
    this.checks = [...(plan.fitsTable ? [plan.fitsTable] : []), ...rejecting].flatMap((check) =>
      check.rule.kind === "row" ? [{ ...check, rule: check.rule }] : [],
    );
  }

  /** Loads what kernels need. */
  async prepare(signal: AbortSignal | undefined): Promise<void> {
    const kernels: RowKernel[] = [];
    for (const { rule } of this.checks) kernels.push(await rule.kernel(signal));
    this.kernels = kernels;
  }

  split(view: BatchView, duplicates: Duplicates): SplitBatch {
    const offset = this.rows;
    const rejections = this.rejectionsOf(view);
    duplicates.reject(view, offset, rejections);
    const { kept, rejected } = rejections.part(view.rows);
    this.rows += view.rows;
    this.rejected += rejected.length;
    for (const check of rejections.checks()) {
      this.byCheck.set(check, (this.byCheck.get(check) ?? 0) + 1);
    }
    const annotations = rejections.columns(rejected, offset);
    return {
      valid: this.take(this.plan.table, view, kept, []),
      rejected: this.take(this.quarantine, view, rejected, annotations),
    };
  }

  totals(): SplitTotals {
    return {
      rows: this.rows,
      valid: this.rows - this.rejected,
      rejected: this.rejected,
      byCheck: Object.fromEntries(this.byCheck),
    };
  }

  private rejectionsOf(view: BatchView): Rejections {
    const rejections = new Rejections();
    const mask = new Uint8Array(view.rows);
    this.checks.forEach((check, k) => {
      if (markRows(check, this.kernels[k]!, view, mask).failed === 0) return;
      for (let i = 0; i < mask.length; i++) {
        if (mask[i] === 0) continue;
        const { reason } = failedRow(check, [], (column) => view.reader(column), i, undefined);
        rejections.add(i, check.id, reason);
      }
    });
    return rejections;
  }

  private take(
    table: Table,
    view: BatchView,
    rows: readonly number[],
    more: readonly Data[],
  ): RecordBatch {
    const own = this.plan.relaxed.fields.map(({ name, column }) =>
      takeColumn(column.type, view.data(name), rows),
    );
    return batchOf(toArrowSchema(table), rows.length, [...own, ...more]);
  }
}
