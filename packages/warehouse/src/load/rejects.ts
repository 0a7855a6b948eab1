import { stringifyJson } from "@lakewright/core";
import type { SqlSession } from "@lakewright/sql";
import { PROBLEM, ROW } from "../define/names.ts";
import { WarehouseError } from "../errors.ts";
import type { Place } from "../schema/place.ts";
import { rejectsTable } from "../schema/system-tables.ts";

/** Why a row was put aside. */
export type RejectReason =
  "invalid_value" | "duplicate_key" | "late_change" | "unknown_member" | "already_there";

/** A row put aside. */
export interface Reject {
  /** Its position in the load, from 0. */
  readonly row: bigint;
  readonly reason: RejectReason;
  readonly message: string;
  /** The row as it came. */
  readonly value: unknown;
}

const MESSAGES: Readonly<Record<RejectReason, string>> = {
  invalid_value: "A value does not fit its column.",
  duplicate_key: "The load has several rows of this key that differ.",
  late_change: "The change is not later than the start of the version that is current.",
  unknown_member: "No member has this natural key.",
  already_there: "A row of this grain is in the table.",
};

/** The rejects of rows read back from a staging table. */
export function rejectsOf(rows: readonly Record<string, unknown>[]): Reject[] {
  return rows.map((row) => {
    const { [ROW]: number, [PROBLEM]: reason, ...value } = row;
    return {
      row: number as bigint,
      reason: reason as RejectReason,
      message: MESSAGES[reason as RejectReason],
      value,
    };
  });
}

/** Writes the rows put aside, in the transaction of the load. */
export async function writeRejects(
  session: SqlSession,
  place: Place,
  load: { readonly table: string; readonly loadId: string; readonly micros: bigint },
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  await session.load(
    place.path(rejectsTable.name),
    rejectsTable,
    rejects.map((reject) => ({
      table_name: load.table,
      load_id: load.loadId,
      row_number: reject.row,
      reason: reject.reason,
      message: reject.message,
      row_json: jsonOf(reject.value),
      rejected_at: load.micros,
    })),
  );
}

/** The error of a load that takes no rejects. */
export function rowsRejected(table: string, rejects: readonly Reject[]): WarehouseError {
  const [first] = [...rejects].sort((a, b) => Number(a.row - b.row));
  return new WarehouseError(
    "WAREHOUSE_ROWS_REJECTED",
    `${rejects.length} ${rejects.length === 1 ? "row" : "rows"} cannot be loaded into ${table}; row ${first!.row}: ${first!.message}`,
    {
      hint: 'Correct the rows, or load with onReject: "quarantine", which puts them into _wh_rejects.',
      details: {
        table,
        rows: rejects.slice(0, 20).map(({ row, reason }) => ({ row: Number(row), reason })),
      },
    },
  );
}

/** JSON of whatever came as a row, also where it is no JSON value: a cycle, a function. */
function jsonOf(value: unknown): string {
  try {
    return (stringifyJson(value) as string | undefined) ?? String(value);
  } catch {
    return JSON.stringify(String(value));
  }
}
