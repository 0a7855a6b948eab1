import { bool, decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { createTable, duckdbCapabilities, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  add,
  and,
  type AnyQuery,
  asc,
  avg,
  between,
  caseWhen,
  cast,
  coalesce,
  count,
  countDistinct,
  cubeOf,
  denseRank,
  desc,
  eq,
  expr,
  grouping,
  groupingSets,
  gte,
  inList,
  isNotNull,
  isNull,
  lag,
  lead,
  literal,
  lt,
  max,
  min,
  multiply,
  ne,
  not,
  ntile,
  or,
  rank,
  ratio,
  rollup,
  rowNumber,
  type SelectContext,
  source,
  subtract,
  sum,
} from "@lakewright/warehouse/models";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noting, WHOLE } from "../../src/models/compile.ts";
import { neutralTarget } from "../../src/models/project.ts";

const sales = source(
  defineTable("b_sales", {
    id: int64(),
    shop: utf8(),
    item: nullable(utf8()),
    n: nullable(int64()),
    price: decimal(9, 2),
    paid: bool(),
  }),
);
const shops = source(defineTable("b_shops", { shop: utf8(), town: utf8() }));

const facts = [
  { id: 1n, shop: "x", item: "p", n: 2n, price: "1.50", paid: true },
  { id: 2n, shop: "x", item: "q", n: 5n, price: "2.00", paid: false },
  { id: 3n, shop: "y", item: "p", n: null, price: "9.99", paid: true },
  { id: 4n, shop: "z", item: null, n: 1n, price: "0.01", paid: true },
  { id: 5n, shop: "x", item: "p", n: 2n, price: "1.50", paid: false },
];

describe("the query builder", () => {
  let engine: SqlEngine;
  beforeAll(async () => {
    engine = duckdb(":memory:");
    for (const { table } of [sales, shops])
      await engine.execute(createTable(engine.dialect, table.name, table));
    await engine.load("b_sales", sales.table, facts);
    await engine.load("b_shops", shops.table, [
      { shop: "x", town: "Lyon" },
      { shop: "y", town: "Brest" },
    ]);
  });
  afterAll(() => engine.close());

  const run = async (
    build: (context: SelectContext) => AnyQuery,
    groupingSets = true,
  ): Promise<string[]> => {
    const target = neutralTarget(engine.dialect, { ...duckdbCapabilities, groupingSets });
    const query = build(noting(target, WHOLE).context);
    const rows = await engine.query(query).rows();
    return rows.map((row) => Object.values(row).map(String).join(" "));
  };

  it.each<readonly [string, (context: SelectContext) => AnyQuery, readonly string[]]>([
    [
      "conditions",
      ({ from }) =>
        from({ s: sales })
          .where(({ s }) =>
            and(gte(s.price, "0.01"), or(eq(s.shop, "x"), isNull(s.item)), not(eq(s.id, 2n))),
          )
          .where(({ s }) => between(s.id, 1, 4))
          .select(({ s }) => ({ id: s.id }))
          .orderBy(({ id }) => [id]),
      ["1", "4"],
    ],
    [
      "lists, an empty one too",
      ({ from }) =>
        from({ s: sales })
          .where(({ s }) => or(inList(s.shop, ["y", "z"]), inList(s.shop, [])))
          .select(({ s }) => ({ id: s.id, known: isNotNull(s.item) }))
          .orderBy(({ id }) => [desc(id)]),
      ["4 false", "3 true"],
    ],
    [
      "arithmetic, nulls and cases",
      ({ from }) =>
        from({ s: sales })
          .select(({ s }) => ({
            id: s.id,
            total: multiply(s.price, coalesce(s.n, 0n)),
            next: subtract(add(s.id, 10n), 1n),
            ratio: ratio(s.price, s.n),
            text: caseWhen<string>(
              [
                [lt(s.price, "1"), "cheap"],
                [ne(s.shop, "x"), s.shop],
              ],
              "dear",
            ),
            whole: cast(s.paid, int64()),
            constant: literal("c", utf8()),
            raw: expr<string>`upper(${s.shop} || ${"!"})`,
          }))
          .orderBy(({ id }) => [asc(id)])
          .limit(2, 2),
      ["3 0.00 12 null y 1 c Y!", "4 0.01 13 0.01 cheap 1 c Z!"],
    ],
    [
      "joins, of rows without a partner too",
      ({ from }) =>
        from({ s: sales })
          .leftJoin({ t: shops }, ({ s, t }) => eq(s.shop, t.shop))
          .groupBy(({ t }) => [t.town])
          .having(() => gte(count(), 1n))
          .select(({ s, t }) => ({
            town: t.town,
            n: count(),
            items: countDistinct(s.item),
            low: min(s.price),
            high: max(s.price),
            mean: avg(s.n),
          }))
          .orderBy(({ n, town }) => [desc(n), town]),
      ["Lyon 3 2 1.50 2.00 3", "Brest 1 1 9.99 9.99 null", "null 1 0 0.01 0.01 1"],
    ],
    [
      "windows",
      ({ from }) =>
        from({ s: sales })
          .select(({ s }) => ({
            id: s.id,
            rank: rank().over({ partitionBy: [s.shop], orderBy: [desc(s.price)] }),
            dense: denseRank().over({ orderBy: [s.price] }),
            row: rowNumber().over({ orderBy: [s.id] }),
            half: ntile(2).over({ orderBy: [s.id] }),
            before: lag(s.id, 1, 0n).over({ orderBy: [s.id] }),
            after: lead(s.id).over({ orderBy: [s.id] }),
            three: sum(s.price).over({ orderBy: [s.id], rows: [-1, 1] }),
            all: count().over(),
          }))
          .orderBy(({ id }) => [id]),
      [
        "1 2 2 1 1 0 2 3.50 5",
        "2 1 3 2 1 1 3 13.49 5",
        "3 1 4 3 1 2 4 12.00 5",
        "4 1 1 4 2 3 5 11.50 5",
        "5 2 2 5 2 4 null 1.51 5",
      ],
    ],
    [
      "unions, subqueries and distinct rows",
      ({ from }) => {
        const a = from({ s: sales }).select(({ s }) => ({ shop: s.shop }));
        const b = from({ t: shops }).select(({ t }) => ({ shop: t.shop }));
        return from({ u: a.unionAll(b) })
          .select(({ u }) => ({ shop: u.shop }))
          .distinct()
          .orderBy(({ shop }) => [shop]);
      },
      ["x", "y", "z"],
    ],
  ])("writes %s", async (_, build, expected) => {
    expect(await run(build)).toEqual(expected);
  });

  it("gives the same rows for grouping sets one SELECT each as the engine's own", async () => {
    const names = ["shop", "item", "paid"] as const;
    const sets = fc.oneof(
      fc.constant("rollup" as const),
      fc.constant("cube" as const),
      fc.uniqueArray(fc.subarray([...names]), { minLength: 1, maxLength: 5, selector: String }),
    );
    await fc.assert(
      fc.asyncProperty(fc.subarray([...names], { minLength: 1 }), sets, async (by, sets) => {
        const build = ({ from }: SelectContext): AnyQuery =>
          from({ s: sales })
            .groupBy(({ s }) => {
              const columns = by.map((name) => s[name]);
              if (sets === "rollup") return rollup(columns);
              if (sets === "cube") return cubeOf(columns);
              return groupingSets(
                sets.map((set) => by.filter((name) => set.includes(name)).map((name) => s[name])),
              );
            })
            .select(({ s }) => {
              // A column of no set could stand in no row.
              const used = by.filter(
                (name) => typeof sets === "string" || sets.some((set) => set.includes(name)),
              );
              const columns = used.map((name) => s[name]);
              return {
                ...Object.fromEntries(used.map((name) => [name, s[name]])),
                ...(columns.length === 0
                  ? {}
                  : {
                      bits: grouping(...columns),
                      filled: coalesce(cast(columns[0]!, utf8()), "all"),
                    }),
                n: count(),
                // What is grouped by is counted whole, also where the set leaves it out.
                shops: countDistinct(s.shop),
                price: sum(s.price),
              };
            });
        expect((await run(build, false)).sort()).toEqual((await run(build, true)).sort());
      }),
      { numRuns: 60 },
    );
  });
});
