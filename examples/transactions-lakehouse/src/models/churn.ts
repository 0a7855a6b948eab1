import { isLakewrightError, toRows } from "@lakewright/core";
import { churn } from "@lakewright/ml";
import { type SqlEngine, sql } from "@lakewright/sql";
import { churnReason } from "./churn-words.ts";

/** How likely a person is to buy no more, and why. */
export interface ChurnScore {
  readonly userId: string;
  readonly probability: number;
  readonly risk: string;
  /** The strongest first: "41 days since the last order". */
  readonly reasons: readonly string[];
  readonly action: string;
}

export interface ChurnResult {
  readonly horizonDays: number;
  /** The likeliest first. */
  readonly scores: readonly ChurnScore[];
  /** How well the model tells who left from who stayed, on people it had not seen; undefined with too few of them. */
  readonly areaUnderRoc: number | undefined;
  readonly modelVersion: string;
}

export type ChurnOutcome =
  | { readonly kind: "scored"; readonly result: ChurnResult }
  | { readonly kind: "left out"; readonly because: string };

const DAY_US = 86_400_000_000;
const SPAN = `SELECT count(DISTINCT person_id) AS people, count(DISTINCT currency) AS currencies,
  epoch_us(min(created_at)) AS first, epoch_us(max(created_at)) AS last
FROM silver JOIN people USING (user_id) WHERE created_at IS NOT NULL`;

/** Scores everyone with an order, by a model of recency, frequency and value. */
export async function scoreChurn(
  engine: SqlEngine,
  ratesToEur: Readonly<Record<string, string>>,
  seed: number,
): Promise<ChurnOutcome> {
  const span = await engine.query(SPAN).row();
  if (span["people"] === 0n) return leftOut("no transaction names a user and a date");
  const days = Math.floor((Number(span["last"]) - Number(span["first"])) / DAY_US);
  const horizonDays = Math.min(90, Math.floor(days / 4));
  if (horizonDays < 7) return leftOut(`the transactions span ${days} days, and 28 are needed`);
  const unrated = (await engine.query("SELECT DISTINCT currency FROM silver").rows())
    .map((row) => row["currency"] as string)
    .filter((currency) => !Object.hasOwn(ratesToEur, currency));
  if (unrated.length > 0 && span["currencies"] !== 1n) {
    return leftOut(
      `amounts in ${unrated.join(", ")} cannot be compared with the others: no rate to EUR is known`,
    );
  }
  const orders = ordersQuery(unrated.length > 0 ? {} : ratesToEur);
  const columns = { customer: "person_id" } as const;
  try {
    const model = await churn({ horizonDays, seed, folds: 3 }).fit(engine.query(orders), columns);
    const scored = toRows(await model.predict(engine.query(orders), { ...columns, explain: 3 }));
    return {
      kind: "scored",
      result: {
        horizonDays,
        areaUnderRoc: model.metrics?.auc,
        modelVersion: model.version,
        scores: scored
          .map(scoreOf)
          .sort((a, b) => b.probability - a.probability || (a.userId < b.userId ? -1 : 1)),
      },
    };
  } catch (error) {
    // Too few customers, or nobody who left: what the model says is the reason.
    if (
      isLakewrightError(error) &&
      ["ML_TOO_FEW_ROWS", "ML_INVALID_TARGET", "ML_HORIZON_NOT_COVERED"].includes(error.code)
    ) {
      return leftOut(error.message.replace(/\.$/, ""));
    }
    throw error;
  }
}

function ordersQuery(ratesToEur: Readonly<Record<string, string>>) {
  const rate = Object.entries(ratesToEur).reduce(
    (rest, [currency, value]) =>
      sql`CASE WHEN currency = ${currency} THEN CAST(${value} AS DOUBLE) ELSE ${rest} END`,
    sql`1.0`,
  );
  return sql`SELECT person_id, created_at, CAST(amount AS DOUBLE) * ${rate} AS amount
FROM silver JOIN people USING (user_id) WHERE created_at IS NOT NULL ORDER BY position`;
}

function scoreOf(row: Record<string, unknown>): ChurnScore {
  const reasons = row["reasons"] as readonly { feature: string; value: number | null }[];
  return {
    userId: row["customer"] as string,
    probability: row["probability"] as number,
    risk: row["risk"] as string,
    reasons: reasons.map(({ feature, value }) => churnReason(feature, value)),
    action: row["action"] as string,
  };
}

function leftOut(because: string): ChurnOutcome {
  return { kind: "left out", because };
}
