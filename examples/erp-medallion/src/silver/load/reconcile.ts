import { id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
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
  run: SilverRun,
  cleanings: readonly Cleaning[],
): Promise<Reconciliation[]> {
  const { warehouse } = run;
  const { engine } = warehouse;
  const counts = await countsOfSource(run, cleanings);
  const [loaded, quarantined] = await countSilver(warehouse, cleanings);
  const accounts = cleanings.map(({ table, source }): Reconciliation => ({
    table: table.name,
    source,
    loaded: loaded.get(table.name) ?? 0,
    quarantined: quarantined.get(table.name) ?? 0,
    ...counts.get(table.name)!,
  }));
  const wrong = accounts.find(
    (account) => account.current !== account.loaded + account.quarantined + account.leftOut,
  );
  if (wrong) {
    throw new ErpError(
      "ERP_NOT_RECONCILED",
      `Bronze has ${wrong.current} rows of ${wrong.source}, and silver ${wrong.loaded} of ${wrong.table}, ${wrong.quarantined} in quarantine, ${wrong.leftOut} left out.`,
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

type SourceCounts = Pick<Reconciliation, "current" | "leftOut">;

/** What the account before says of tables that bronze has recorded nothing of since: they have as many rows still. */
async function countsBefore(
  { workbench, warehouse, whole }: SilverRun,
  cleanings: readonly Cleaning[],
): Promise<Map<string, SourceCounts>> {
  const counts = new Map<string, SourceCounts>();
  if (whole) return counts;
  const accounts = await warehouse.engine
    .query(`SELECT table_name, current_rows, left_out_rows FROM ${reconciliationTable.name}`)
    .rows();
  for (const { table_name, current_rows, left_out_rows } of accounts) {
    const { source } = cleanings.find(({ table }) => table.name === table_name) ?? {};
    if (source === undefined || (await workbench.changed(source))) continue;
    const known = { current: Number(current_rows), leftOut: Number(left_out_rows) };
    counts.set(table_name as string, known);
  }
  return counts;
}

/** Counts the current rows of the source, where they may be others than before. */
async function countsOfSource(
  run: SilverRun,
  cleanings: readonly Cleaning[],
): Promise<Map<string, SourceCounts>> {
  const known = await countsBefore(run, cleanings);
  const { workbench } = run;
  const asked = cleanings.filter(({ table }) => !known.has(table.name));
  await workbench.see(asked.map(({ source }) => source));
  const rows = await all(
    workbench.engine,
    asked.map(
      ({ table, source, leftOut }) =>
        sql`SELECT ${text(workbench.engine, table.name)} AS name, count(*) AS current_rows, count(*) FILTER (${leftOut ?? raw("FALSE")}) AS left_out FROM ${id(source)} s`,
    ),
  );
  for (const { name, current_rows, left_out } of rows)
    known.set(name as string, { current: Number(current_rows), leftOut: Number(left_out) });
  return known;
}

/** Rows of each table of silver that stand for one of the source, and those in quarantine. */
async function countSilver(
  warehouse: SilverRun["warehouse"],
  cleanings: readonly Cleaning[],
): Promise<readonly [Map<string, number>, Map<string, number>]> {
  const { engine } = warehouse;
  const loaded = cleanings.map(({ table }) => {
    const alive =
      table.kind === "fact"
        ? table.snapshot
          ? sql`snapshot_date = (SELECT max(snapshot_date) FROM fact_inventory)`
          : raw("1 = 1")
        : sql`${id(table.surrogateKey)} > 0 AND is_inferred = FALSE${raw(table.versioning === "scd2" ? " AND is_current = TRUE" : "")}`;
    return sql`SELECT ${text(engine, table.name)} AS name, count(*) AS n FROM ${id(...warehouse.table(table).path)} WHERE ${alive}`;
  });
  const aside = sql`SELECT table_name AS name, count(*) AS n FROM silver_quarantine GROUP BY table_name`;
  const counted = async (statements: readonly Sql[]): Promise<Map<string, number>> =>
    new Map((await all(engine, statements)).map(({ name, n }) => [String(name), Number(n)]));
  return [await counted(loaded), await counted([aside])];
}

function all(engine: SqlEngine, statements: readonly Sql[]): Promise<Record<string, unknown>[]> {
  if (statements.length === 0) return Promise.resolve([]);
  return engine.query(joinSql(statements, " UNION ALL ")).rows();
}

function text({ dialect }: SqlEngine, value: string): Sql {
  return raw(dialect.literal(value));
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
