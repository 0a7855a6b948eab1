import { id, raw, sql } from "@lakewright/sql";
import { ErpError } from "../../failure.ts";
import type { Dirt, Reconciliation } from "../build.ts";
import type { Cleaning } from "../clean/cleaning.ts";
import type { SilverRun } from "./cleaned.ts";
import { reconciliationTable } from "./findings.ts";

/**
 * Counts what is current in bronze against what is in silver and in quarantine, and keeps the account in
 * `silver_reconciliation`.
 *
 * @throws ErpError ERP_NOT_RECONCILED where a row is nowhere, or in two places.
 */
export async function reconcile(
  { workbench, warehouse }: SilverRun,
  cleanings: readonly Cleaning[],
): Promise<Reconciliation[]> {
  const { engine } = warehouse;
  const accounts: Reconciliation[] = [];
  for (const { table, source, leftOut } of cleanings) {
    await workbench.see([source]);
    const { current, left_out } = await workbench.engine
      .query(
        sql`SELECT count(*) AS current, count(*) FILTER (${leftOut ?? raw("FALSE")}) AS left_out FROM ${id(source)} s`,
      )
      .row();
    const alive =
      table.kind === "fact"
        ? table.snapshot
          ? sql`snapshot_date = (SELECT max(snapshot_date) FROM fact_inventory)`
          : raw("1 = 1")
        : sql`${id(table.surrogateKey)} > 0 AND is_inferred = FALSE${raw(table.versioning === "scd2" ? " AND is_current = TRUE" : "")}`;
    const { loaded } = await engine
      .query(
        sql`SELECT count(*) AS loaded FROM ${id(...warehouse.table(table).path)} WHERE ${alive}`,
      )
      .row();
    const { quarantined } = await engine
      .query(
        sql`SELECT count(*) AS quarantined FROM silver_quarantine WHERE table_name = ${table.name}`,
      )
      .row();
    const account = {
      table: table.name,
      source,
      current: Number(current),
      loaded: Number(loaded),
      quarantined: Number(quarantined),
      leftOut: Number(left_out),
    };
    accounts.push(account);
    if (account.current === account.loaded + account.quarantined + account.leftOut) continue;
    throw new ErpError(
      "ERP_NOT_RECONCILED",
      `Bronze has ${account.current} rows of ${source}, and silver ${account.loaded} of ${table.name}, ${account.quarantined} in quarantine, ${account.leftOut} left out.`,
      {
        hint: "Build silver again without changedSince; if it stays so, a cleaning rule loses rows.",
      },
    );
  }
  await engine.transaction(async (session) => {
    await session.execute(sql`DELETE FROM ${id(reconciliationTable.name)}`);
    await session.load(
      reconciliationTable.name,
      reconciliationTable,
      accounts.map((account) => ({
        table_name: account.table,
        source_table: account.source,
        current_rows: account.current,
        loaded_rows: account.loaded,
        quarantined_rows: account.quarantined,
        left_out_rows: account.leftOut,
      })),
    );
  });
  return accounts;
}

/** What was found, by table, column and reason. */
export async function dirtFound({ warehouse }: SilverRun): Promise<Dirt[]> {
  const rows = await warehouse.engine
    .query(
      `SELECT table_name, column_name, reason, 'value' AS kind, count(*) AS n FROM silver_dirt GROUP BY table_name, column_name, reason
UNION ALL SELECT table_name, source_table, reason, 'row', count(*) FROM silver_quarantine GROUP BY table_name, source_table, reason
ORDER BY 1, 4, 2, 3`,
    )
    .rows();
  return rows.map((row) => ({
    table: row["table_name"] as string,
    column: row["column_name"] as string,
    reason: row["reason"] as string,
    kind: row["kind"] as Dirt["kind"],
    count: Number(row["n"]),
  }));
}
