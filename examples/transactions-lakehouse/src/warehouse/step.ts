import { type Table } from "@lakewright/core";
import { id, type Sql, sql } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import type { LakeDatabase } from "../lake/database.ts";
import type { Lake } from "../lake/open.ts";
import { publish, resultOf } from "../lake/publish.ts";
import * as tables from "../lake/tables.ts";
import type { InputPlan } from "../mapping/plan.ts";
import type { Snapshot } from "../state/output-folder.ts";
import type { Screen } from "@lakewright/example-report-kit";
import { loadStar } from "./load.ts";
import * as summaries from "./summaries.ts";

export interface WarehouseStep {
  readonly lake: Lake;
  readonly database: LakeDatabase;
  readonly warehouse: Warehouse;
  readonly plan: InputPlan;
  readonly snapshot: Snapshot;
  readonly screen: Screen;
}

/** The four summary tables: as Parquet in the lake, as facts in the star schema. */
export async function warehouseStep({
  lake,
  database,
  warehouse,
  plan,
  snapshot,
  screen,
}: WarehouseStep): Promise<void> {
  const step = screen.step("warehouse");
  const { engine } = database;
  await engine.execute(summaries.macros);
  const queries: readonly (readonly [Table, Sql])[] = [
    [tables.userTransactionSummary, summaries.userTransactionSummary()],
    [tables.userTransactionSummaryEur, summaries.userTransactionSummaryEur(plan.ratesToEur)],
    [tables.paymentMethodTotals, summaries.paymentMethodTotals()],
    [tables.productPurchaseCounts, summaries.productPurchaseCounts()],
  ];
  for (const [k, [table, query]] of queries.entries()) {
    await engine.execute(sql`CREATE OR REPLACE TABLE ${id(table.name)} AS ${query}`);
    await publish(
      lake,
      snapshot,
      table,
      resultOf(engine, table, snapshot, sql`SELECT * FROM ${id(table.name)}`),
    );
    step.progress(k + 1, queries.length + 1);
  }
  await publish(
    lake,
    snapshot,
    tables.people,
    resultOf(engine, tables.people, snapshot, sql`SELECT * FROM people`),
  );
  await loadStar(warehouse, engine, snapshot);
  step.done(`four summaries, version ${snapshot.version}, in the lake and the star schema`);
}
