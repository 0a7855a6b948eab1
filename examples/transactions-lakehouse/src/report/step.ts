import { type SqlEngine, sql } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import { basename } from "node:path";
import { fail } from "../failure.ts";
import { gateContract } from "../gate/contract.ts";
import type { Truth } from "../generate/generate.ts";
import type { LakeDatabase } from "../lake/database.ts";
import type { Lake } from "../lake/open.ts";
import type { InputPlan } from "../mapping/plan.ts";
import type { FraudResult } from "../models/fraud.ts";
import type { ModelResults } from "../models/step.ts";
import { writeFileWhole } from "../state/atomic-file.ts";
import type { OutputFolder, Snapshot } from "../state/output-folder.ts";
import type { Summary } from "../summary.ts";
import type { Screen } from "@lakewright/example-report-kit";
import type { People } from "../users/reconcile.ts";
import { star } from "../warehouse/star.ts";
import {
  balanceFacts,
  moneyFacts,
  paymentFacts,
  peopleFacts,
  productFacts,
  volumeFacts,
} from "./facts.ts";
import type { Balance, FraudFacts, QualityFacts, ReportModel, TableFacts } from "./model.ts";
import { moneyText } from "./money.ts";
import { notesOf } from "./notes.ts";
import { reportPage } from "./page.ts";
import { plantedFacts } from "./planted.ts";

export interface ReportStep {
  readonly folder: OutputFolder;
  readonly lake: Lake;
  readonly database: LakeDatabase;
  readonly warehouse: Warehouse;
  readonly plan: InputPlan;
  readonly people: People;
  readonly models: ModelResults;
  readonly truth: Truth | undefined;
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly screen: Screen;
}

/** Gathers the numbers, checks that they add up, and writes the report and the summary, each whole. */
export async function reportStep(given: ReportStep): Promise<Summary> {
  const { folder, screen } = given;
  const step = screen.step("report");
  const model = await reportModel(given);
  checkBalance(model.balance);
  await writeFileWhole(folder.report, [reportPage(model)]);
  const summary = summaryOf(model, given);
  await writeFileWhole(folder.summary, [`${JSON.stringify(summary, null, 2)}\n`]);
  step.done(folder.report);
  return summary;
}

export async function reportModel(given: ReportStep): Promise<ReportModel> {
  const { database, plan, people, models, truth, snapshot, now } = given;
  const { engine } = database;
  const model = {
    source: { name: plan.name, file: basename(plan.path), snapshot: snapshot.version },
    balance: await balanceFacts(engine),
    money: await moneyFacts(engine, plan.ratesToEur),
    volume: await volumeFacts(engine),
    payments: await paymentFacts(engine),
    products: await productFacts(engine, plan.ratesToEur, people.accounts > 0),
    quality: await qualityFacts(engine, plan, now),
    people: await peopleFacts(engine, people.linked),
    outages: models.outages,
    fraud: models.fraud && (await fraudFacts(engine, models.fraud)),
    churn: models.churn,
    planted: truth && (await plantedFacts(engine, truth, models)),
    tables: await tableFacts(given),
  };
  return { ...model, notes: notesOf(plan, model) };
}

/** The contract over everything that came to the gate, silver and quarantine together. */
async function qualityFacts(
  engine: SqlEngine,
  plan: InputPlan,
  now: number,
): Promise<QualityFacts> {
  await engine.execute(`CREATE OR REPLACE VIEW judged AS SELECT * FROM silver UNION ALL BY NAME
    SELECT * EXCLUDE (_row, _checks, _reasons) FROM quarantine`);
  const run = await gateContract(plan, BigInt(now) * 1000n).check(engine.table("judged"), {
    now: new Date(now),
    maxFailures: 0,
  });
  return {
    score: run.score,
    checks: run.results.map(({ id, threshold, evaluated, failed }) => ({
      id,
      threshold,
      evaluated,
      failed,
    })),
  };
}

const TOP = 10;

async function fraudFacts(engine: SqlEngine, fraud: FraudResult): Promise<FraudFacts> {
  const top = fraud.anomalies.slice(0, TOP);
  if (top.length === 0) return { ...fraud, top: [] };
  const rows = await engine
    .query(
      sql`SELECT position, line, CAST(amount AS VARCHAR) AS amount, currency FROM silver WHERE list_contains(${top.map(({ position }) => position)}, position)`,
    )
    .rows();
  const byPosition = new Map(rows.map((row) => [row["position"] as bigint, row]));
  return {
    ...fraud,
    top: top.map(({ position, transactionId, score, reasons }) => {
      const row = byPosition.get(position)!;
      return {
        transactionId,
        line: Number(row["line"]),
        amount: moneyText(row["amount"] as string),
        currency: row["currency"] as string,
        score,
        reasons,
      };
    }),
  };
}

async function tableFacts({ lake, warehouse }: ReportStep): Promise<TableFacts[]> {
  const inLake = [...lake.all()].map(([name, table]) => ({
    place: "lake" as const,
    name,
    rows: table.files().reduce((sum, file) => sum + (file.rows ?? 0), 0),
  }));
  const inStar: TableFacts[] = [];
  for (const table of Object.values(star)) {
    const [row] = await warehouse.engine.query(`SELECT count(*) AS n FROM ${table.name}`).rows();
    inStar.push({ place: "warehouse", name: table.name, rows: Number(row!["n"]) });
  }
  return [...inLake, ...inStar];
}

/** @throws DemoError DEMO_BALANCE where a record is nowhere, or in two places: a mistake of the job, never of the data */
function checkBalance({ read, loaded, quarantined, dropped }: Balance): void {
  if (read === loaded + quarantined + dropped) return;
  fail(
    "DEMO_BALANCE",
    `${read} records were read, and ${loaded} loaded + ${quarantined} quarantined + ${dropped} dropped.`,
    {
      hint: "This is a mistake in the job: please report it with the input.",
    },
  );
}

function summaryOf(model: ReportModel, { plan, now }: ReportStep): Summary {
  const { examples: _, ...balance } = model.balance;
  const { user, system } = process.cpuUsage();
  return {
    name: plan.name,
    input: plan.path,
    ...balance,
    amounts: Object.fromEntries(
      model.money.currencies.map(({ currency, total }) => [currency, total]),
    ),
    ...(model.money.eur !== undefined && { amountEur: model.money.eur }),
    users: model.people?.users ?? 0,
    ...(model.people?.linked && { people: model.people.people }),
    anomalies: model.fraud?.anomalies.length ?? 0,
    outages: model.outages?.outages.length ?? 0,
    qualityScore: model.quality.score,
    snapshot: model.source.snapshot,
    notes: model.notes,
    seconds: round((Date.now() - now) / 1000),
    cpuSeconds: round((user + system) / 1e6),
    maxMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
