import { int64, list, type Table, tableFromFields, toBatch, utf8 } from "@lakewright/core";
import type { Data } from "apache-arrow";

/** Why rows of one batch are rejected. */
export class Rejections {
  private readonly byRow = new Map<number, { checks: string[]; reasons: string[] }>();

  add(row: number, check: string, reason: string): void {
    const given = this.byRow.get(row);
    if (given) {
      given.checks.push(check);
      given.reasons.push(reason);
    } else {
      this.byRow.set(row, { checks: [check], reasons: [reason] });
    }
  }

  has(row: number): boolean {
    return this.byRow.has(row);
  }

  /** The rows of a batch in order: those kept, and those rejected. */
  part(rows: number): { readonly kept: readonly number[]; readonly rejected: readonly number[] } {
    const kept: number[] = [];
    const rejected: number[] = [];
    for (let i = 0; i < rows; i++) (this.byRow.has(i) ? rejected : kept).push(i);
    return { kept, rejected };
  }

  /** The checks of all rows, one entry a row and check. */
  *checks(): Generator<string> {
    for (const { checks } of this.byRow.values()) yield* checks;
  }

  /** The columns `_row`, `_checks` and `_reasons` of those rows. */
  columns(rejected: readonly number[], offset: number): readonly Data[] {
    const rows = rejected.map((row) => {
      const { checks, reasons } = this.byRow.get(row)!;
      return { _row: offset + row, _checks: checks, _reasons: reasons };
    });
    return toBatch(ANNOTATIONS, rows).data.children;
  }
}

const ANNOTATIONS: Table = tableFromFields("annotations", [
  { name: "_row", column: int64() },
  { name: "_checks", column: list(utf8()) },
  { name: "_reasons", column: list(utf8()) },
]);
