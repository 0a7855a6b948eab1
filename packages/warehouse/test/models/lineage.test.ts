import { date, decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { raw, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  caseWhen,
  columnLineage,
  defineProject,
  desc,
  eq,
  gt,
  type LineageEvent,
  model,
  rank,
  runModels,
  source,
  sum,
  table,
} from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const sales = source(
  defineTable("l_sales", {
    sale: int64(),
    customer: utf8(),
    day: date(),
    amount: decimal(12, 2),
  }),
);
const people = source(
  defineTable("l_people", { customer: utf8(), country: utf8(), note: nullable(utf8()) }),
);

const columns = {
  country: utf8(),
  amount: decimal(18, 2),
  large: nullable(decimal(18, 2)),
  place: int64(),
};
const built = model("l_built", {
  columns,
  materialize: table(),
  select: ({ from }) => {
    const totals = from({ s: sales })
      .join({ p: people }, ({ s, p }) => eq(s.customer, p.customer))
      .where(({ s }) => gt(s.day, "2026-01-01"))
      .groupBy(({ p }) => [p.country])
      .select(({ s, p }) => ({ country: p.country, amount: sum(s.amount) }));
    return from({ t: totals }).select(({ t }) => ({
      country: t.country,
      amount: t.amount,
      large: caseWhen([[eq(t.country, "FR"), t.amount]]),
      place: rank().over({ orderBy: [desc(t.amount)] }),
    }));
  },
});
const written = model("l_written", {
  columns,
  materialize: table(),
  select: ({ ref }) => sql`WITH totals AS (
  SELECT p.country, sum(amount) AS amount FROM ${ref(sales)} s JOIN ${ref(people)} p ON s.customer = p.customer
  WHERE day > DATE '2026-01-01' GROUP BY country
)
SELECT t.*, CASE WHEN country = 'FR' THEN t.amount END AS large, rank() OVER (ORDER BY t.amount DESC) AS place
FROM totals t`,
});

/** Lineage as short text, in order. */
async function told(of: typeof built | typeof written): Promise<unknown> {
  await using engine = duckdb(":memory:");
  const lineage = await columnLineage(of, { parser: engine });
  const text = (uses: NonNullable<typeof lineage>["deciders"]): string[] =>
    uses.map((use) => `${use.relation.name}.${use.column} ${use.use}`).sort();
  return {
    from: lineage?.from,
    columns: Object.fromEntries([...lineage!.columns].map(([name, uses]) => [name, text(uses)])),
    deciders: text(lineage!.deciders),
  };
}

const expected = {
  columns: {
    country: ["l_people.country IDENTITY"],
    amount: ["l_sales.amount AGGREGATION"],
    large: ["l_people.country CONDITIONAL", "l_sales.amount AGGREGATION"],
    place: ["l_sales.amount WINDOW"],
  },
  deciders: [
    "l_people.country GROUP_BY",
    "l_people.customer JOIN",
    "l_sales.customer JOIN",
    "l_sales.day FILTER",
  ],
};

describe("the lineage of columns", () => {
  it("is known of the builder's queries, through subqueries", async () => {
    expect(await told(built)).toEqual({ from: "builder", ...expected });
  });

  it("is read from SQL written by hand, and the same", async () => {
    expect(await told(written)).toEqual({ from: "parsed", ...expected });
  });

  it.each([
    [
      "SELECT sale AS x, (SELECT max(country) FROM wh_p p WHERE p.customer = s.customer) AS y FROM wh_s s",
      {
        x: ["l_sales.sale IDENTITY"],
        y: ["l_people.country AGGREGATION", "l_people.customer FILTER", "l_sales.customer FILTER"],
      },
    ],
    [
      "SELECT customer AS x, upper(customer) || country AS y FROM wh_p UNION ALL SELECT customer, CAST(day AS VARCHAR) FROM wh_s",
      {
        x: ["l_people.customer IDENTITY", "l_sales.customer IDENTITY"],
        y: [
          "l_people.country TRANSFORMATION",
          "l_people.customer TRANSFORMATION",
          "l_sales.day TRANSFORMATION",
        ],
      },
    ],
    [
      "WITH RECURSIVE r(x, y) AS (SELECT sale, amount FROM wh_s UNION ALL SELECT x + 1, y FROM r WHERE x < 3) SELECT x, sum(y) FILTER (WHERE x > 1) AS y FROM r GROUP BY ALL",
      {
        x: ["l_sales.sale IDENTITY", "l_sales.sale TRANSFORMATION"],
        y: ["l_sales.amount AGGREGATION", "l_sales.sale CONDITIONAL"],
      },
    ],
    [
      "SELECT x, y FROM (SELECT sale, day FROM wh_s) q(x, y)",
      { x: ["l_sales.sale IDENTITY"], y: ["l_sales.day IDENTITY"] },
    ],
    [
      "SELECT count(*) AS x, count(DISTINCT note) AS y FROM wh_p",
      { x: [], y: ["l_people.note AGGREGATION"] },
    ],
    [
      "SELECT i AS x, s.sale AS y FROM wh_s s, range(3) r(i)",
      { x: [], y: ["l_sales.sale IDENTITY"] },
    ],
    ["SELECT nothing_there AS x, sale AS y FROM wh_s", undefined],
    ["SELECT x y z", undefined],
  ])("of %s", async (statement, uses) => {
    const hand = model("l_hand", {
      columns: { x: utf8(), y: utf8() },
      select: ({ ref }) => {
        const parts = statement.split(/(wh_s|wh_p)\b/);
        return parts.reduce(
          (so, part) =>
            part === "wh_s"
              ? sql`${so}${ref(sales)}`
              : part === "wh_p"
                ? sql`${so}${ref(people)}`
                : sql`${so}${raw(part)}`,
          sql``,
        );
      },
    });
    await using engine = duckdb(":memory:");
    const lineage = await columnLineage(hand, { parser: engine });
    const text = (name: string): string[] =>
      (lineage?.columns.get(name) ?? [])
        .map((use) => `${use.relation.name}.${use.column} ${use.use}`)
        .sort();
    expect(lineage && { x: text("x"), y: text("y") }).toEqual(uses);
  });
});

describe("OpenLineage events", () => {
  it("have what the specification 2-0-2 requires, and are in _wh_lineage with the data", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute(`CREATE TABLE l_sales (sale BIGINT, customer VARCHAR, day DATE, amount DECIMAL(12, 2));
CREATE TABLE l_people (customer VARCHAR, country VARCHAR, note VARCHAR);
INSERT INTO l_sales VALUES (1, 'a', '2026-02-01', 5); INSERT INTO l_people VALUES ('a', 'FR', NULL)`);
    const broken = model("l_broken", {
      columns: { country: utf8() },
      select: ({ ref }) => sql`SELECT country FROM ${ref(written)} WHERE no_such_column = 1`,
    });
    const told: LineageEvent[] = [];
    const run = await runModels(engine, defineProject([built, broken]), {
      clock: ticking(),
      runId: "01890000-0000-7000-8000-000000000001",
      onLineage: (event) => {
        told.push(event);
      },
    });
    expect(run.models.map((of) => [of.name, of.status])).toEqual([
      ["l_built", "success"],
      ["l_written", "success"],
      ["l_broken", "failed"],
    ]);
    expect(told.map((event) => [event.job.name, event.eventType])).toEqual([
      ["main.l_built", "START"],
      ["main.l_built", "COMPLETE"],
      ["main.l_written", "START"],
      ["main.l_written", "COMPLETE"],
      ["main.l_broken", "START"],
      ["main.l_broken", "FAIL"],
    ]);
    for (const event of told) assertRunEvent(event);
    const complete = told[1]!;
    expect(complete.outputs[0]!.outputFacets!["outputStatistics"]).toMatchObject({ rowCount: 1 });
    expect(complete.outputs[0]!.facets["columnLineage"]).toMatchObject({
      fields: {
        country: {
          inputFields: [
            {
              namespace: "lakewright",
              name: "l_people",
              field: "country",
              transformations: [{ type: "DIRECT", subtype: "IDENTITY" }],
            },
          ],
        },
      },
    });
    expect(told[5]!.run.facets["errorMessage"]).toMatchObject({
      programmingLanguage: "TypeScript",
    });
    const stored = await rows(
      engine,
      "SELECT event FROM _wh_lineage ORDER BY event_time, event_type DESC",
    );
    expect(stored.map((row) => JSON.parse(row["event"]!) as unknown)).toEqual(
      JSON.parse(JSON.stringify(told)),
    );
  });

  it("of a sink that throws do not fail the run", async () => {
    await using engine = duckdb(":memory:");
    const one = model("l_one", { columns: { n: int64() }, select: () => sql`SELECT 1 AS n` });
    const onLineage = (): never => {
      throw new Error("the queue is full");
    };
    expect((await runModels(engine, defineProject([one]), { onLineage })).ok).toBe(true);
  });
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The required properties of https://openlineage.io/spec/2-0-2/OpenLineage.json, restated. */
function assertRunEvent(event: LineageEvent): void {
  expect(Object.keys(event)).toEqual(
    expect.arrayContaining(["eventTime", "producer", "schemaURL", "run", "job"]),
  );
  expect(event.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  expect(event.schemaURL).toBe(
    "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  );
  expect(["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]).toContain(event.eventType);
  expect(event.run.runId).toMatch(UUID);
  expect(event.job.namespace).not.toBe("");
  expect(event.job.name).not.toBe("");
  const facets = [event.run.facets, event.job.facets];
  for (const dataset of [...event.inputs, ...event.outputs]) {
    expect(dataset.namespace).not.toBe("");
    expect(dataset.name).not.toBe("");
    facets.push(dataset.facets, dataset.outputFacets ?? {});
    const schema = dataset.facets["schema"] as unknown as { fields: { name: string }[] };
    for (const field of schema.fields) expect(field.name).not.toBe("");
  }
  for (const facet of facets.flatMap((of) => Object.values(of))) {
    expect(new URL(facet._producer).protocol).toBe("https:");
    expect(facet._schemaURL).toMatch(
      /^https:\/\/openlineage\.io\/spec\/facets\/\d+-\d+-\d+\/\w+\.json#\/\$defs\/\w+$/,
    );
  }
  expect(event.job.facets["sql"]!["query"]).toBeTypeOf("string");
}
