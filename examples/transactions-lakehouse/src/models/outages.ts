import { isolationForest } from "@lakewright/ml";
import type { SqlEngine } from "@lakewright/sql";

/** An hour, how many transactions it had, and how many hours like it usually have. */
export interface Hour {
  /** Microseconds since 1970. */
  readonly start: bigint;
  readonly seen: number;
  readonly expected: number;
}

/** Hours in a row in which transactions stayed away. */
export interface Outage {
  readonly from: bigint;
  /** End of the last hour. */
  readonly to: bigint;
  readonly hours: number;
  readonly seen: number;
  readonly expected: number;
}

export interface OutageResult {
  readonly hours: readonly Hour[];
  readonly outages: readonly Outage[];
}

const HOUR_US = 3_600_000_000n;
/** By Poisson's law an hour that should have sixteen is empty once in nine million times; with fewer it may be chance. */
const LEAST_EXPECTED = 16;
const LEAST_WEEKS = 3;
/** An hour with less than this share of what is usual may be an outage. */
const QUIET = 0.25;
const STRANGE = 0.6;

/** What an hour usually has: the median of the same hour of the week, four weeks before and after. */
const hourly = `WITH bounds AS (
  SELECT date_trunc('hour', quantile_disc(created_at, 0.001)) AS first, date_trunc('hour', quantile_disc(created_at, 0.999)) AS last
  FROM silver WHERE created_at IS NOT NULL),
counted AS (SELECT date_trunc('hour', created_at) AS hour, count(*) AS n FROM silver WHERE created_at IS NOT NULL GROUP BY 1),
hours AS (SELECT unnest(generate_series(first, last, INTERVAL 1 HOUR)) AS hour FROM bounds WHERE last < first + INTERVAL 20 YEAR)
SELECT hour, coalesce(n, 0) AS seen, median(coalesce(n, 0)) OVER (
  PARTITION BY dayofweek(hour), hour(hour) ORDER BY hour ROWS BETWEEN 4 PRECEDING AND 4 FOLLOWING) AS expected
FROM hours LEFT JOIN counted USING (hour) ORDER BY hour`;

/**
 * Hours in which far fewer transactions came than usual, by an isolation forest over the deviations; undefined where
 * there are too few transactions an hour, or too few weeks, to tell.
 */
export async function findOutages(
  engine: SqlEngine,
  seed: number,
): Promise<OutageResult | undefined> {
  const rows = await engine.query(hourly).rows();
  const hours = rows.map((row) => ({
    start: row["hour"] as bigint,
    seen: Number(row["seen"]),
    expected: Number(row["expected"]),
  }));
  const busy = hours.filter((hour) => hour.expected >= LEAST_EXPECTED);
  if (hours.length < LEAST_WEEKS * 168 || busy.length < hours.length / 4) return undefined;
  const features = busy.map(({ seen, expected }) => ({
    deviation: (seen - expected) / Math.sqrt(expected + 1),
    ratio: seen / expected,
  }));
  const forest = await isolationForest({ trees: 100, seed }).fit(features);
  const scores = forest.scores(features);
  const quiet = busy.filter(
    ({ seen, expected }, k) => scores[k]! > STRANGE && seen < QUIET * expected,
  );
  return { hours, outages: joined(quiet) };
}

function joined(hours: readonly Hour[]): Outage[] {
  const outages: Outage[] = [];
  for (const { start, seen, expected } of hours) {
    const last = outages.at(-1);
    if (last?.to === start) {
      outages[outages.length - 1] = {
        from: last.from,
        to: start + HOUR_US,
        hours: last.hours + 1,
        seen: last.seen + seen,
        expected: last.expected + expected,
      };
    } else {
      outages.push({ from: start, to: start + HOUR_US, hours: 1, seen, expected });
    }
  }
  return outages;
}
