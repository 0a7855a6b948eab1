import {
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  oneOf,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { expect, it } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import { createTable } from "../../src/index.ts";

const wide = defineTable("wide", {
  id: int64(),
  user: utf8(),
  email: utf8(),
  country: oneOf(["FR", "DE", "ES"]),
  amount: decimal(14, 2),
  tax: decimal(9, 4),
  quantity: int32(),
  ratio: float64(),
  score: nullable(float64()),
  active: bool(),
  born: date(),
  created: timestamp("us"),
  updated: nullable(timestamp("us")),
  note: nullable(utf8()),
  comment: utf8(),
});

it("loads 200,000 rows of 15 columns in a dozen times what DuckDB needs to copy them itself", async () => {
  const countries = ["FR", "DE", "ES"] as const;
  const rows = Array.from({ length: 20_000 }, (_, k) => ({
    id: BigInt(k),
    user: `user-${k}`,
    email: `user-${k}@example.com`,
    country: countries[k % 3]!,
    amount: `${k}.25`,
    tax: "0.2000",
    quantity: k % 100,
    ratio: k / 7,
    score: k % 5 === 0 ? null : k / 3,
    active: k % 2 === 0,
    born: "1990-02-28",
    created: BigInt(k) * 1_000_000n,
    updated: k % 3 === 0 ? null : BigInt(k),
    note: k % 4 === 0 ? `a longer note about ${k}` : null,
    comment: "ok",
  }));
  const batch = toBatch(wide, rows);
  await using engine = duckdb(":memory:", { settings: { threads: "2" } });
  await engine.execute(createTable(engine.dialect, "wide", wide));
  await engine.execute(createTable(engine.dialect, "few", wide));
  const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const bulk = await cpuOf(() =>
    engine.load(
      "wide",
      wide,
      Array.from({ length: 10 }, () => batch),
    ),
  );
  expect(await engine.query("SELECT count(*) AS n FROM wide").row()).toEqual({ n: 200_000n });
  // The yardstick runs on the same machine at the same time: the same rows written by DuckDB itself, ten times over.
  const own = await cpuOf(() => engine.execute("INSERT INTO few SELECT * FROM wide"));
  expect(bulk).toBeLessThan(Math.max(12 * own, 1.5));
});
