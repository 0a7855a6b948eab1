import type { DemoOptions } from "./cli/options.ts";
import { gateStep } from "./gate/step.ts";
import { ingest } from "./ingest/run.ts";
import { openInput } from "./input.ts";
import { lakeDatabase } from "./lake/database.ts";
import { openLake } from "./lake/open.ts";
import { modelStep } from "./models/step.ts";
import { reportStep } from "./report/step.ts";
import { snapshotAt } from "./state/snapshots.ts";
import { outputFolder } from "./state/output-folder.ts";
import type { Summary } from "./summary.ts";
import type { Screen } from "@lakewright/example-report-kit";
import { peopleStep } from "./users/step.ts";
import { withStar } from "./warehouse/open.ts";
import { warehouseStep } from "./warehouse/step.ts";

/** What the job takes from the machine. */
export interface Surroundings {
  /** Milliseconds since 1970 at the start: dates of folders and snapshots, and what "in the future" is after. */
  readonly now: number;
  readonly screen: Screen;
}

/**
 * The whole job, from a file to a report:
 *
 *   file ─ decode ─ four streams ─ gate ─┬─ silver ─ people ─ summaries ─┬─ star schema
 *                                        ├─ quarantine                    └─ models
 *                                        └─ dropped                             └─ report
 *
 * Every step goes on from what the lake and the warehouse say is done, so the job can be killed and started again.
 */
export async function runJob(
  options: DemoOptions,
  { now, screen }: Surroundings,
): Promise<Summary> {
  const folder = outputFolder(options.out);
  const { plan, state, truth } = await openInput(options, folder, screen);
  const place =
    options.warehouse === undefined ? { file: folder.warehouse } : { url: options.warehouse };
  return withStar(place, { now, out: options.out }, async (warehouse) => {
    const lake = await openLake(folder.lake, () => now);
    const key = Buffer.from(state.key, "hex");
    const position = await ingest(plan, lake, { now, batchRows: options.batchRows, key }, screen);

    await using database = lakeDatabase(lake);
    await gateStep({ lake, database, plan, position, now, batchRows: options.batchRows, screen });
    const people = await peopleStep({ database, plan, seed: options.seed, screen });
    const snapshot = await snapshotAt(folder, state, position, now);
    await warehouseStep({ lake, database, warehouse, plan, snapshot, screen });
    const models = await modelStep({ lake, database, plan, snapshot, seed: options.seed, screen });
    return await reportStep({
      folder,
      lake,
      database,
      warehouse,
      plan,
      people,
      models,
      truth,
      snapshot,
      now,
      screen,
    });
  });
}
