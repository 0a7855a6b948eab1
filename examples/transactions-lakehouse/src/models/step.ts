import type { LakeDatabase } from "../lake/database.ts";
import type { Lake } from "../lake/open.ts";
import { publish } from "../lake/publish.ts";
import * as tables from "../lake/tables.ts";
import type { InputPlan } from "../mapping/plan.ts";
import type { Snapshot } from "../state/output-folder.ts";
import { count, type Screen } from "@lakewright/example-report-kit";
import { type ChurnOutcome, scoreChurn } from "./churn.ts";
import { findAnomalies, type FraudResult } from "./fraud.ts";
import { findOutages, type OutageResult } from "./outages.ts";

export interface ModelStep {
  readonly lake: Lake;
  readonly database: LakeDatabase;
  readonly plan: InputPlan;
  readonly snapshot: Snapshot;
  readonly seed: number;
  readonly screen: Screen;
}

export interface ModelResults {
  readonly fraud: FraudResult | undefined;
  readonly outages: OutageResult | undefined;
  readonly churn: ChurnOutcome;
}

/** Anomalies, outages and churn over silver; what they find goes to the lake. */
export async function modelStep({
  lake,
  database,
  plan,
  snapshot,
  seed,
  screen,
}: ModelStep): Promise<ModelResults> {
  const step = screen.step("models");
  const { engine } = database;
  const columns = new Set(plan.columns.keys());
  const fraud = await findAnomalies(engine, columns, seed);
  step.progress(1, 3);
  const outages = columns.has("created_at") ? await findOutages(engine, seed) : undefined;
  step.progress(2, 3);
  const churn = await scoreChurn(engine, plan.ratesToEur, seed);
  const version = `v${snapshot.version}`;
  await publish(
    lake,
    snapshot,
    tables.anomalies,
    (fraud?.anomalies ?? []).map(({ position, transactionId, score, reasons }) => ({
      position,
      transaction_id: transactionId,
      score,
      reasons: reasons.join("; "),
      version,
    })),
  );
  await publish(
    lake,
    snapshot,
    tables.outages,
    (outages?.outages ?? []).map(({ from, to, hours, expected, seen }) => ({
      from_time: from,
      to_time: to,
      hours,
      expected,
      seen,
      version,
    })),
  );
  await publish(
    lake,
    snapshot,
    tables.churnScores,
    (churn.kind === "scored" ? churn.result.scores : []).map(
      ({ userId, probability, risk, reasons, action }) => ({
        user_id: userId,
        probability,
        risk,
        reasons: reasons.join("; "),
        action,
        version,
      }),
    ),
  );
  step.done(
    [
      `${count(fraud?.anomalies.length ?? 0)} anomalies`,
      `${count(outages?.outages.length ?? 0)} outages`,
      `${count(churn.kind === "scored" ? churn.result.scores.length : 0)} people scored`,
    ].join(", "),
  );
  return { fraud, outages, churn };
}
