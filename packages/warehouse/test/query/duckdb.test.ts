import { duckdb } from "@lakewright/sql/duckdb";
import type { Warehouse } from "@lakewright/warehouse";
import {
  count,
  metrics,
  type MetricsQuery,
  openQueries,
  ratio,
  sum,
} from "@lakewright/warehouse/query";
import { afterAll, describe, expect, it } from "vitest";
import { filled, queryCases } from "./cases.ts";
import { saleMetrics, sales } from "./star.ts";
import { valueCases } from "./values.ts";

describe("questions to a star on DuckDB", () => {
  let warehouse: Promise<Warehouse> | undefined;
  const open = (): Promise<Warehouse> => (warehouse ??= filled(duckdb(":memory:")));
  afterAll(async () => (await warehouse)?.close());

  queryCases(open);
  valueCases(open);

  it.each<[MetricsQuery, RegExp]>([
    [{ measures: ["profit"] }, /"profit" is no measure.*/],
    [{ measures: [] }, /no measure/],
    [{ measures: ["orders"], by: ["user.city"] }, /"user.city" is no dimension/],
    [{ measures: ["orders"], by: ["nobody"] }, /"nobody" is no dimension/],
    [{ measures: ["orders"], by: ["channel", "channel"] }, /twice/],
    [{ measures: ["orders"], by: [{ time: "channel", grain: "day" }] }, /no time/],
    [{ measures: ["orders"], by: [{ time: "date", grain: "hour" as "day" }] }, /grain/],
    [{ measures: ["orders"], where: { channel: { above: 1 } as never } }, /filter of "channel"/],
    [{ measures: ["orders"], orderBy: ["revenue"] }, /does not give/],
    [{ measures: ["orders"], limit: 0 }, /limit/],
    [{ measures: ["orders"], sort: 1 } as never, /no option "sort"/],
  ])("refuses a question that cannot be meant (%#)", async (query, message) => {
    const queries = openQueries(await open());
    await expect(queries.run(saleMetrics, query as never)).rejects.toThrow(message);
  });

  it.each([
    [() => metrics(sales, { measures: {} }), /no measure/],
    // @ts-expect-error: no column
    [() => metrics(sales, { measures: { x: sum("price") } }), /no column/],
    [
      // @ts-expect-error: no number
      () => metrics(sales, { measures: { x: sum("channel") } }),
      /adds up "channel", which is a utf8/,
    ],
    // @ts-expect-error: no measure
    [() => metrics(sales, { measures: { x: ratio("y", "z") } }), /no measure/],
    [
      () => metrics(sales, { measures: { n: count(), r: ratio("n", "n"), x: ratio("r", "n") } }),
      /a ratio/,
    ],
  ])("refuses measures that cannot be meant (%#)", (define, message) => {
    expect(define).toThrow(message);
  });

  it("never pastes what is asked into the text", async () => {
    const queries = openQueries(await open());
    const { rows } = await queries.run(saleMetrics, {
      measures: ["orders"],
      where: { channel: "web' OR '1' = '1" },
    });
    expect(rows()).toEqual([{ orders: 0n }]);
  });
});
