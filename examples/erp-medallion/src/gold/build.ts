import { formatDate, type JobOptions } from "@lakewright/core";
import { createTable, id, type SqlEngine, sql } from "@lakewright/sql";
import type { Clock, Instant } from "@lakewright/warehouse";
import { type ModelsRun, runModels } from "@lakewright/warehouse/models";
import { ErpError } from "../failure.ts";
import type { SilverSummary } from "../silver/build.ts";
import { instantMicros } from "../silver/instant.ts";
import { gold } from "./project.ts";
import { PERIOD_DAYS, periodTable } from "./shared.ts";

export interface BuildGoldOptions extends JobOptions {
  /** The day the tables are as of, or an instant of it. */
  readonly at: Instant;
  /** What silver has just loaded: only the days it touched are computed again. Default: everything is. */
  readonly changed?: SilverSummary | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
}

const MICROS_PER_DAY = 86_400_000_000n;

/**
 * Computes the gold tables from the star schema, and tests them. Tables of days compute the days that were touched;
 * the others are compared with what is there, and only rows that differ are written.
 *
 * @throws ErpError ERP_MODEL_FAILED where a table could not be computed or does not pass its tests.
 */
export async function buildGold(engine: SqlEngine, options: BuildGoldOptions): Promise<ModelsRun> {
  const { changed, signal, onProgress, clock } = options;
  await writePeriod(engine, Number(instantMicros(options.at) / MICROS_PER_DAY));
  const run = await runModels(engine, gold, {
    ...(changed && { touched: touchedPartitions(changed) }),
    signal,
    onProgress,
    clock,
  });
  if (run.ok) return run;
  const failed = run.models.find((model) => model.status === "failed")!;
  throw new ErpError(
    "ERP_MODEL_FAILED",
    `The table ${failed.name} was not built.\n${run.toString()}`,
    { cause: failed.error, hint: "What was there before is there still." },
  );
}

/** The days of each table of days that silver touched. */
function touchedPartitions({ touchedDays }: SilverSummary): Record<string, readonly bigint[]> {
  return {
    sales_daily_kpi: touchedDays["fact_sales"] ?? [],
    interventions_daily_kpi: touchedDays["fact_interventions"] ?? [],
    inventory_snapshot_daily: touchedDays["fact_inventory"] ?? [],
  };
}

async function writePeriod(engine: SqlEngine, day: number): Promise<void> {
  const { name } = periodTable;
  await engine.execute(createTable(engine.dialect, name, periodTable, { ifNotExists: true }));
  await engine.transaction(async (session) => {
    await session.execute(sql`DELETE FROM ${id(name)}`);
    await session.load(name, periodTable, [
      {
        as_of: formatDate(day),
        as_of_day: day,
        period_start: formatDate(day - PERIOD_DAYS + 1),
        period_start_day: day - PERIOD_DAYS + 1,
        in_a_week: formatDate(day + 7),
        in_a_month: formatDate(day + 30),
        in_a_quarter: formatDate(day + 90),
      },
    ]);
  });
}
