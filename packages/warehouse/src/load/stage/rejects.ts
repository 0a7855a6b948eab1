import { stringifyJson } from "@lakewright/core";
import type { SqlSession } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import type { Place } from "../../schema/place.ts";
import { rejectsTable } from "../../schema/system-tables.ts";
import { PROBLEM, ROW } from "../temporary-tables.ts";

/** Why a row was put aside. */
export type RejectReason =
  | "invalid_value"
  | "duplicate_key"
  | "late_change"
  | "unknown_member"
  | "already_there"
  | "group_not_whole";

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
  already_there: "A row of this key is in the table.",
  group_not_whole: "A row of the group is put aside, or its weights are not 1 together.",
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
      row_index: reject.row,
      reason: reject.reason,
      message: reject.message,
      row_json: jsonOf(reject.value),
      rejected_at: load.micros,
    })),
  );
}

/** The error of a load that takes no rejects. */
export function rowsRejected(table: string, rejects: readonly Reject[]): WarehouseError {
  const [first] = firstOf(rejects, 1);
  return new WarehouseError(
    "WAREHOUSE_ROWS_REJECTED",
    `${rejects.length} ${rejects.length === 1 ? "row" : "rows"} cannot be loaded into ${table}; row ${first!.row}: ${first!.message}`,
    {
      hint: 'Correct the rows, or load with onReject: "quarantine", which puts them into _wh_rejects.',
      details: { table, rows: detailsOf(rejects) },
    },
  );
}

/** The error of a load that has no row to load: as a load that was done, its name would be spent on nothing. */
export function allRejected(
  load: { readonly table: string; readonly loadId: string },
  rejects: readonly Reject[],
): WarehouseError {
  const { table, loadId } = load;
  const subject = rejects.length === 1 ? "The only row" : `None of the ${rejects.length} rows`;
  const reasons = firstOf(rejects, 3).map(({ row, message }) => `row ${row}: ${message}`);
  return new WarehouseError(
    "WAREHOUSE_ROWS_REJECTED",
    `${subject} can${rejects.length === 1 ? "not" : ""} be loaded into ${table}, so nothing was; ${reasons.join(" ")}`,
    {
      hint: "Correct the rows and load them again, under the same loadId.",
      details: { table, loadId, rows: detailsOf(rejects) },
    },
  );
}

function firstOf(rejects: readonly Reject[], count: number): readonly Reject[] {
  return [...rejects].sort((a, b) => (a.row < b.row ? -1 : 1)).slice(0, count);
}

function detailsOf(rejects: readonly Reject[]): { row: number; reason: RejectReason }[] {
  return firstOf(rejects, 20).map(({ row, reason }) => ({ row: Number(row), reason }));
}

/** JSON of whatever came as a row, also where it is no JSON value: a cycle, a function. */
function jsonOf(value: unknown): string {
  try {
    return (stringifyJson(value) as string | undefined) ?? String(value);
  } catch {
    return JSON.stringify(String(value));
  }
}
