import type { OurName } from "../mapping/columns.ts";
import { joinSql, raw, type Sql, sql } from "@lakewright/sql";

/** What a feature may need: a column of a transaction, or a time of day in its dates. */
export type Need = OurName | "time of day";

/** One number that may give a fraud away, and how the report puts an unusually high or low one. */
export interface Feature {
  readonly name: string;
  readonly needs: readonly Need[];
  readonly expression: string;
  readonly high: string;
  readonly low: string;
}

/**
 * The features, over transactions with the person's history before them. Only what happened before counts, so that a
 * transaction can be judged when it arrives; in the window of the last hour it counts itself.
 */
export const fraudFeatures: readonly Feature[] = [
  {
    name: "amount_log",
    needs: [],
    expression: "ln(1 + abs(value))",
    high: "a large amount",
    low: "a small amount",
  },
  {
    name: "amount_to_usual",
    needs: ["user_id", "created_at"],
    expression: "ln((1 + abs(value)) / (1 + coalesce(avg(abs(value)) OVER before, abs(value))))",
    high: "far above this person's usual amount",
    low: "far below this person's usual amount",
  },
  {
    name: "quantity",
    needs: ["quantity"],
    expression: "CAST(quantity AS DOUBLE)",
    high: "many pieces at once",
    low: "few pieces",
  },
  {
    name: "last_hour",
    needs: ["user_id", "created_at", "time of day"],
    expression: "count(*) OVER last_hour",
    high: "several within an hour",
    low: "one within the hour",
  },
  {
    name: "channel_rarity",
    needs: ["channel"],
    expression: "-ln(count(*) OVER (PARTITION BY channel) / count(*) OVER ())",
    high: "an unusual channel",
    low: "the usual channel",
  },
  {
    name: "network_rarity",
    needs: ["ip"],
    expression:
      "-ln(count(*) OVER (PARTITION BY regexp_extract(ip, '^[0-9]+[.][0-9]+')) / count(*) OVER ())",
    high: "a network seldom seen",
    low: "a network often seen",
  },
];

/** The features a file has the columns for. */
export function featuresFor(columns: ReadonlySet<Need>): readonly Feature[] {
  return fraudFeatures.filter((feature) => feature.needs.every((name) => columns.has(name)));
}

/** Position, id and features of every transaction, in order of position. */
export function featureQuery(features: readonly Feature[]): Sql {
  const columns = joinSql(
    features.map(({ name, expression }) => raw(`CAST(${expression} AS DOUBLE) AS ${name}`)),
  );
  return sql`WITH known AS (
  SELECT t.*, CAST(amount AS DOUBLE) AS value, coalesce(person_id, 'line ' || line) AS person
  FROM silver AS t LEFT JOIN people AS p USING (user_id))
SELECT position, transaction_id, ${columns} FROM known
WINDOW before AS (PARTITION BY person, currency ORDER BY created_at, position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  last_hour AS (PARTITION BY person ORDER BY created_at RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW)
ORDER BY position`;
}
