import { joinSql, raw, type Sql, sql } from "@lakewright/sql";

/** One number that may give a fraud away, and how the report puts it. */
export interface Feature {
  readonly name: string;
  /** Columns of a transaction it needs. */
  readonly needs: readonly string[];
  readonly expression: string;
  /** Read after the value: "× the person's usual amount". */
  readonly meaning: string;
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
    meaning: "a large amount",
  },
  {
    name: "amount_to_usual",
    needs: ["user_id", "created_at"],
    expression: "ln((1 + abs(value)) / (1 + coalesce(avg(abs(value)) OVER before, abs(value))))",
    meaning: "much more than this person usually spends",
  },
  {
    name: "quantity",
    needs: ["quantity"],
    expression: "CAST(quantity AS DOUBLE)",
    meaning: "many pieces at once",
  },
  {
    name: "last_hour",
    needs: ["user_id", "created_at"],
    expression: "count(*) OVER last_hour",
    meaning: "several within an hour",
  },
  {
    name: "channel_rarity",
    needs: ["channel"],
    expression: "-ln(count(*) OVER (PARTITION BY channel) / count(*) OVER ())",
    meaning: "an unusual channel",
  },
  {
    name: "network_rarity",
    needs: ["ip"],
    expression:
      "-ln(count(*) OVER (PARTITION BY regexp_extract(ip, '^[0-9]+[.][0-9]+')) / count(*) OVER ())",
    meaning: "a network seldom seen",
  },
];

/** The features a file has the columns for. */
export function featuresFor(columns: ReadonlySet<string>): readonly Feature[] {
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
