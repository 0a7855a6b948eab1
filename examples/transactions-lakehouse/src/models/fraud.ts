import { toRows } from "@lakewright/core";
import { type IsolationForest, isolationForest, Matrix, toMatrix } from "@lakewright/ml";
import type { SqlEngine } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { OurName } from "../mapping/columns.ts";
import { featureQuery, featuresFor, fraudFeatures } from "./fraud-features.ts";

/** A transaction unlike the others, and what makes it so. */
export interface Anomaly {
  readonly position: bigint;
  readonly transactionId: string | null;
  readonly score: number;
  /** The strongest first, in words. */
  readonly reasons: readonly string[];
}

export interface FraudResult {
  readonly features: readonly string[];
  readonly scored: number;
  /** The score from which a transaction is reported. */
  readonly threshold: number;
  /** The highest score first. */
  readonly anomalies: readonly Anomaly[];
  /** Transactions by score, in bins of 0.02 from 0. */
  readonly histogram: readonly number[];
}

export const SCORE_BIN = 0.02;
const LEAST_ROWS = 200;
const REASONS = 3;
/** Share of transactions a person could look at. */
const BUDGET = 0.004;

/** Transactions unlike the others, by an isolation forest; undefined where there are too few to tell. */
export async function findAnomalies(
  engine: SqlEngine,
  columns: ReadonlySet<OurName>,
  seed: number,
): Promise<FraudResult | undefined> {
  const features = featuresFor(
    (await hasTimes(engine)) ? new Set([...columns, "time of day"]) : columns,
  );
  const names = features.map(({ name }) => name);
  const batches = await engine.query(featureQuery(features)).batches();
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  if (rows < LEAST_ROWS) return undefined;
  const matrix = toMatrix(batches, { features: names, unknownColumns: "ignore" });
  const forest = await isolationForest({ trees: 100, seed }).fit(matrix);
  const scores = forest.scores(matrix);
  const budget = Math.max(10, Math.round(rows * BUDGET));
  const threshold = forest.withThreshold({ top: budget }, matrix).threshold!;
  const found = [...scores.keys()].filter((row) => scores[row]! > threshold);
  return {
    features: names,
    scored: rows,
    threshold,
    anomalies: explained(forest, matrix, found, batches).sort(
      (a, b) => b.score - a.score || Number(a.position - b.position),
    ),
    histogram: histogramOf(scores),
  };
}

function explained(
  forest: IsolationForest,
  matrix: Matrix,
  rows: readonly number[],
  batches: readonly RecordBatch[],
): Anomaly[] {
  const chosen = new Matrix(
    rows.length,
    matrix.names,
    matrix.columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
  );
  const means = meansOf(matrix);
  const ids = batches.flatMap((batch) => toRows(batch.select(["position", "transaction_id"])));
  return toRows(forest.score(chosen, { explain: REASONS })).map((scored, k) => ({
    position: ids[rows[k]!]!["position"] as bigint,
    transactionId: ids[rows[k]!]!["transaction_id"] as string | null,
    score: scored["score"] as number,
    reasons: (scored["reasons"] as readonly { feature: string; value: number }[]).map(
      ({ feature, value }) => wordsFor(feature, value, means),
    ),
  }));
}

/** An unusual value is unusually high or unusually low. */
function wordsFor(feature: string, value: number, means: ReadonlyMap<string, number>): string {
  const { high, low } = fraudFeatures.find(({ name }) => name === feature)!;
  return value >= means.get(feature)! ? high : low;
}

function meansOf({ names, columns, rows }: Matrix): Map<string, number> {
  return new Map(
    names.map((name, k) => [
      name,
      columns[k]!.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0) / rows,
    ]),
  );
}

/** Whether dates have a time of day: where all are at midnight, an hour means nothing. */
async function hasTimes(engine: SqlEngine): Promise<boolean> {
  const row = await engine
    .query(
      "SELECT count(*) > 0 AS timed FROM silver WHERE created_at <> date_trunc('day', created_at)",
    )
    .row();
  return row["timed"] === true;
}

function histogramOf(scores: Float64Array): number[] {
  const bins = new Array<number>(Math.round(1 / SCORE_BIN)).fill(0);
  for (const score of scores) bins[Math.min(bins.length - 1, Math.floor(score / SCORE_BIN))]!++;
  return bins;
}
