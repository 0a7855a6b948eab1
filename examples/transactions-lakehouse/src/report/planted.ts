import type { SqlEngine } from "@lakewright/sql";
import type { Truth } from "../generate/generate.ts";
import type { ModelResults } from "../models/step.ts";
import type { Found, PlantedFacts } from "./model.ts";

/** What the generator planted against what the models found, among the transactions that were loaded. */
export async function plantedFacts(
  engine: SqlEngine,
  truth: Truth,
  { fraud, outages }: ModelResults,
): Promise<PlantedFacts> {
  const ids = await engine.query("SELECT transaction_id FROM silver").rows();
  const loaded = new Set(ids.map((row) => row["transaction_id"] as string));
  const frauds = new Set(truth.fraudulent.filter((id) => loaded.has(id)));
  const hours =
    outages && hoursOf(truth.outages.map(({ from, to }) => [Date.parse(from), Date.parse(to)]));
  const quiet =
    outages &&
    hoursOf(outages.outages.map(({ from, to }) => [Number(from / 1000n), Number(to / 1000n)]));
  return {
    fraud:
      fraud &&
      found(frauds, new Set(fraud.anomalies.map(({ transactionId }) => transactionId ?? ""))),
    outages: hours && quiet && found(hours, quiet),
    pairs: await pairs(engine, truth),
  };
}

/** Pairs of accounts of one person, as they are and as they were found. */
async function pairs(engine: SqlEngine, { persons }: Truth): Promise<Found> {
  const rows = await engine.query("SELECT user_id, person_id FROM people").rows();
  const count = (keys: readonly string[]): number =>
    [...Map.groupBy(keys, (key) => key).values()].reduce(
      (sum, group) => sum + (group.length * (group.length - 1)) / 2,
      0,
    );
  const planted = rows.map((row) => String(persons[row["user_id"] as string]));
  const given = rows.map((row) => row["person_id"] as string);
  return {
    planted: count(planted),
    found: count(given),
    both: count(planted.map((person, k) => `${person} ${given[k]}`)),
  };
}

function hoursOf(stretches: readonly (readonly [from: number, to: number])[]): Set<number> {
  const hours = new Set<number>();
  for (const [from, to] of stretches) for (let at = from; at < to; at += 3_600_000) hours.add(at);
  return hours;
}

function found<T>(planted: ReadonlySet<T>, seen: ReadonlySet<T>): Found {
  return {
    planted: planted.size,
    found: seen.size,
    both: [...seen].filter((item) => planted.has(item)).length,
  };
}
