import type { InputPlan } from "../mapping/plan.ts";
import type { LakeDatabase } from "../lake/database.ts";
import type { Lake } from "../lake/open.ts";
import { count, type Screen } from "@lakewright/example-report-kit";
import { gateContract } from "./contract.ts";
import { runGate } from "./gate.ts";

export interface GateStep {
  readonly lake: Lake;
  readonly database: LakeDatabase;
  readonly plan: InputPlan;
  readonly position: bigint;
  readonly now: number;
  readonly batchRows: number;
  readonly screen: Screen;
}

/** Silver, quarantine and what is dropped, up to a position of the input. */
export async function gateStep({
  lake,
  database,
  plan,
  position,
  now,
  batchRows,
  screen,
}: GateStep): Promise<void> {
  const step = screen.step("gate");
  let judged = 0;
  await runGate(lake, database, {
    contract: gateContract(plan, BigInt(now) * 1000n),
    blacklist: plan.blacklist,
    end: position,
    rowsAtOnce: batchRows,
    onProgress: (rows) => step.progress((judged = rows)),
  });
  await database.see("silver", lake.silver);
  await database.see("quarantine", lake.quarantine);
  await database.see("dropped", lake.dropped);
  await database.see("dead_letters", lake.deadLetters);
  await database.see("raw_records", lake.raw);
  step.done(judged === 0 ? "nothing new" : `${count(judged)} transactions judged`);
}
