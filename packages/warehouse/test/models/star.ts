import {
  date,
  decimal,
  defineTable,
  int32,
  int64,
  nullable,
  oneOf,
  seededRandom,
  utf8,
} from "@lakewright/core";
import { createTable, type SqlEngine, sql } from "@lakewright/sql";
import {
  acceptedValues,
  avg,
  caseWhen,
  count,
  countDistinct,
  cube,
  defineProject,
  desc,
  eq,
  expr,
  expression,
  gte,
  incremental,
  lag,
  materializedView,
  model,
  notNull,
  type Project,
  rank,
  ratio,
  relationships,
  rowCount,
  snapshot,
  source,
  sum,
  table,
  unique,
  view,
} from "@lakewright/warehouse/models";

/** A star such as TPC-H's and the Star Schema Benchmark's, with data of our own. */
export const customers = source(
  defineTable("mt_customers", {
    customer_key: int64(),
    name: utf8(),
    region: oneOf(["ASIA", "EUROPE", "AFRICA"]),
    nation: nullable(utf8()),
  }),
);
export const lines = source(
  defineTable("mt_lines", {
    line_id: int64(),
    customer_key: int64(),
    order_day: date(),
    month: int32(),
    quantity: int32(),
    price: decimal(12, 2),
    discount: decimal(4, 2),
    flag: oneOf(["A", "N", "R"]),
  }),
);

export interface Line {
  readonly line_id: bigint;
  readonly customer_key: bigint;
  readonly order_day: string;
  readonly month: number;
  readonly quantity: number;
  /** In cents. */
  readonly price: bigint;
  /** In hundredths. */
  readonly discount: bigint;
  readonly flag: "A" | "N" | "R";
}
export interface Customer {
  readonly customer_key: bigint;
  readonly name: string;
  readonly region: "ASIA" | "EUROPE" | "AFRICA";
  readonly nation: string | null;
}

const random = seededRandom(20_261_121);
const pick = <T>(values: readonly T[]): T => random.pick(values);

export const customerRows: readonly Customer[] = Array.from({ length: 40 }, (_, k) => ({
  customer_key: BigInt(k + 1),
  name: k === 7 ? 'O\'Brien \\ "x"' : `Customer ${k + 1}`,
  region: pick(["ASIA", "EUROPE", "AFRICA"] as const),
  nation: pick(["FR", "DE", "JP", "MA", null]),
}));
export const lineRows: readonly Line[] = Array.from({ length: 600 }, (_, k) => {
  const month = 1 + random.integer(6);
  return {
    line_id: BigInt(k + 1),
    customer_key: BigInt(1 + random.integer(36)),
    order_day: `2026-0${month}-${String(1 + random.integer(28)).padStart(2, "0")}`,
    month,
    quantity: 1 + random.integer(50),
    price: BigInt(100 + random.integer(1_000_000)),
    discount: BigInt(random.integer(11)),
    flag: pick(["A", "N", "R"] as const),
  };
});

export const cents = (value: bigint): string => {
  const digits = String(value < 0n ? -value : value).padStart(3, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** Makes and fills the tables of the star. */
export async function fillStar(engine: SqlEngine): Promise<void> {
  for (const { table: definition } of [customers, lines]) {
    await engine.execute(createTable(engine.dialect, definition.name, definition));
  }
  await engine.load("mt_customers", customers.table, customerRows);
  const rows = lineRows.map((line) => ({
    ...line,
    price: cents(line.price),
    discount: cents(line.discount),
  }));
  await engine.load("mt_lines", lines.table, rows);
}

export const pricing = model("mt_pricing", {
  description: "TPC-H Q1: what was sold, by flag.",
  columns: {
    flag: oneOf(["A", "N", "R"]),
    quantity: int64(),
    gross: decimal(18, 2),
    net: decimal(18, 4),
    lines: int64(),
    customers: int64(),
    big: int64(),
  },
  materialize: table(),
  grain: ["flag"],
  uniqueKey: ["flag"],
  tests: [
    notNull("flag"),
    acceptedValues("flag", ["A", "N", "R"]),
    expression(sql`gross >= net`),
    rowCount({ min: 1, max: 3 }),
  ],
  select: ({ from }) =>
    from({ l: lines })
      .groupBy(({ l }) => [l.flag])
      .select(({ l }) => ({
        flag: l.flag,
        quantity: sum(l.quantity),
        gross: sum(l.price),
        net: sum(expr<bigint>`${l.price} * (1 - ${l.discount})`),
        lines: count(),
        customers: countDistinct(l.customer_key),
        big: count(caseWhen([[gte(l.price, "5000.00"), 1]])),
      })),
});

export const byRegion = model("mt_by_region", {
  columns: {
    region: utf8(),
    month: int32(),
    revenue: decimal(18, 2),
    place: int32(),
    before: nullable(decimal(18, 2)),
    so_far: decimal(18, 2),
  },
  materialize: view(),
  tests: [unique(["region", "month"]), expression(sql`revenue > 0`, { severity: "warn" })],
  select: ({ from }) => {
    const monthly = from({ l: lines })
      .join({ c: customers }, ({ l, c }) => eq(l.customer_key, c.customer_key))
      .groupBy(({ l, c }) => [c.region, l.month])
      .select(({ l, c }) => ({ region: c.region, month: l.month, revenue: sum(l.price) }));
    return from({ m: monthly }).select(({ m }) => ({
      region: m.region,
      month: m.month,
      revenue: m.revenue,
      place: rank().over({ partitionBy: [m.month], orderBy: [desc(m.revenue)] }),
      before: lag(m.revenue).over({ partitionBy: [m.region], orderBy: [m.month] }),
      so_far: sum(m.revenue).over({ partitionBy: [m.region], orderBy: [m.month], rows: [null, 0] }),
    }));
  },
});

export const shares = model("mt_shares", {
  columns: { customer_key: int64(), name: utf8(), revenue: decimal(18, 2), a_line: decimal(6, 2) },
  materialize: incremental({ by: "key", key: ["customer_key"], deletes: "delete" }),
  // A text in a key, which MySQL needs a length for.
  uniqueKey: ["customer_key", "name"],
  tests: [relationships("customer_key", customers, "customer_key")],
  select: ({ ref }) => sql`SELECT c.customer_key, c.name, sum(l.price) AS revenue, 1 AS a_line
FROM ${ref(lines)} l JOIN ${ref(customers)} c ON c.customer_key = l.customer_key
GROUP BY c.customer_key, c.name`,
});

export const daily = model("mt_daily", {
  columns: { order_day: date(), revenue: decimal(18, 2), lines: int64() },
  materialize: incremental({
    by: "partition",
    column: "order_day",
    touched: ({ ref }) =>
      sql`SELECT DISTINCT order_day FROM ${ref(lines)} WHERE line_id > ${lineRows.length}`,
  }),
  grain: ["order_day"],
  select: ({ from, changed }) =>
    from({ l: lines })
      .where(({ l }) => changed(l.order_day))
      .groupBy(({ l }) => [l.order_day])
      .select(({ l }) => ({ order_day: l.order_day, revenue: sum(l.price), lines: count() })),
});

export const totals = model("mt_totals", {
  columns: {
    region: nullable(utf8()),
    flag: nullable(utf8()),
    grouping_id: int32(),
    revenue: decimal(18, 2),
    lines: int64(),
  },
  materialize: materializedView(),
  select: cube({
    from: ({ from }) =>
      from({ l: lines }).join({ c: customers }, ({ l, c }) => eq(l.customer_key, c.customer_key)),
    dimensions: ({ l, c }) => ({ region: c.region, flag: l.flag }),
    measures: ({ l }) => ({ revenue: sum(l.price), lines: count(l.flag) }),
    sets: "cube",
  }),
});

export const means = model("mt_means", {
  columns: { flag: utf8(), per_unit: decimal(18, 4), mean: decimal(18, 4) },
  select: ({ from }) =>
    from({ p: pricing }).select(({ p }) => ({
      flag: p.flag,
      per_unit: expr`CAST(${ratio(p.gross, p.quantity)} AS DECIMAL(18, 4))`,
      mean: expr`CAST(${ratio(p.gross, p.lines)} AS DECIMAL(18, 4))`,
    })),
});

export const averages = model("mt_averages", {
  columns: { month: int32(), quantity: decimal(18, 6) },
  materialize: materializedView(),
  uniqueKey: ["month"],
  select: ({ from }) =>
    from({ l: lines })
      .groupBy(({ l }) => [l.month])
      .select(({ l }) => ({
        month: l.month,
        quantity: expr`CAST(${avg(l.quantity)} AS DECIMAL(18, 6))`,
      })),
});

export const history = model("mt_history", {
  columns: { customer_key: int64(), revenue: decimal(18, 2) },
  materialize: snapshot({ key: ["customer_key"], deletes: "close", maxClosedShare: 1 }),
  select: ({ ref }) => sql`SELECT customer_key, revenue FROM ${ref(shares)}`,
});

export const star: Project = defineProject([
  pricing,
  byRegion,
  history,
  daily,
  totals,
  means,
  averages,
]);
