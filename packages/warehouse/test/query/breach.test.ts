import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { date, decimal, utf8 } from "@lakewright/core";
import {
  type Endpoint,
  endpoint,
  last,
  type Metrics,
  metrics,
  type MetricsQuery,
  openQueries,
  redisCache,
  type ResultCache,
  sum,
} from "@lakewright/warehouse/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { filled } from "./cases.ts";
import { saleMetrics, users } from "./star.ts";

const question = { measures: ["revenue", "orders"], by: ["channel"] } as const;

describe("questions nobody should ask", () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await filled(duckdb(":memory:"));
  });
  afterAll(() => warehouse.close());

  it.each<[string, object]>([
    ["no measures", {}],
    ["measures that are no list", { measures: "revenue" }],
    ["measures of null", { measures: null }],
    ["a dimension of null", { measures: ["orders"], by: [null] }],
    ["a dimension of a number", { measures: ["orders"], by: [5] }],
    ["a dimension that is a list", { measures: ["orders"], by: [["channel"]] }],
    ["by that is a text", { measures: ["orders"], by: "channel" }],
    ["a name every object has", { measures: ["orders"], by: ["constructor"] }],
    ["a measure every object has", { measures: ["toString"] }],
    ["__proto__", { measures: ["__proto__"], by: ["__proto__"] }],
    ["a grain of null", { measures: ["orders"], by: [{ time: "date", grain: null }] }],
    ["a time of null", { measures: ["orders"], by: [{ time: null, grain: "day" }] }],
    ["SQL for a time", { measures: ["orders"], by: [{ time: `date" --`, grain: "day" }] }],
    ["an empty name", { measures: ["orders"], by: [{ time: "date", grain: "day", as: "" }] }],
    [
      "a name that is a number",
      { measures: ["orders"], by: [{ time: "date", grain: "day", as: 5 }] },
    ],
    [
      "U+0000 in a name",
      { measures: ["orders"], by: [{ time: "date", grain: "day", as: "a\0b" }] },
    ],
    [
      "a lone surrogate in a name",
      { measures: ["orders"], by: [{ time: "date", grain: "day", as: "a\ud800" }] },
    ],
    [
      "a name no engine keeps whole",
      { measures: ["orders"], by: [{ time: "date", grain: "day", as: "é".repeat(40) }] },
    ],
    [
      "a name some engines take for another",
      { measures: ["orders"], by: [{ time: "date", grain: "day", as: "ORDERS" }] },
    ],
    [
      "unknown parts of a grain",
      { measures: ["orders"], by: [{ time: "date", grain: "day", sql: "1" }] },
    ],
    ["where of null", { measures: ["orders"], where: null }],
    ["where that is a text", { measures: ["orders"], where: "1=1" }],
    ["a filter that is a date", { measures: ["orders"], where: { channel: new Date(0) } }],
    ["a range of null", { measures: ["orders"], where: { amount: { from: null } } }],
    ["a text for an amount", { measures: ["orders"], where: { amount: "ten" } }],
    ["a day that is none", { measures: ["orders"], where: { date: { from: "2026-02-30" } } }],
    ["NaN", { measures: ["orders"], where: { pieces: NaN } }],
    ["a number too large", { measures: ["orders"], where: { pieces: 2 ** 40 } }],
    ["lists in lists", { measures: ["orders"], where: { channel: [["web"]] } }],
    ["a number for a text", { measures: ["orders"], where: { channel: 5 } }],
    ["a lone surrogate", { measures: ["orders"], where: { channel: "\ud800" } }],
    ["having of null", { measures: ["orders"], having: null }],
    ["having a number", { measures: ["orders"], having: { orders: 5 } }],
    ["having null", { measures: ["orders"], having: { orders: null } }],
    ["sorted by null", { measures: ["orders"], orderBy: [null] }],
    ["sorted by a text", { measures: ["orders"], orderBy: "orders" }],
    ["sorted by SQL", { measures: ["orders"], orderBy: ["orders; DROP TABLE fact_sales"] }],
    ["sorted any way", { measures: ["orders"], orderBy: [{ column: "orders", desc: true }] }],
    ["a limit that is a text", { measures: ["orders"], limit: "5" }],
  ])("are refused: %s", async (_, query) => {
    const queries = openQueries(warehouse);
    await expect(queries.run(saleMetrics as Metrics, query as MetricsQuery)).rejects.toMatchObject({
      code: expect.stringMatching(/^WAREHOUSE_INVALID_(OPTION|DEFINITION)$/) as unknown,
    });
  });
});

describe("answers that are not the engine's", () => {
  it("in a cache are not taken for answers", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    const store = new Map<string, Uint8Array>();
    const cache: ResultCache = {
      get: (key) => Promise.resolve(store.get(key)),
      set: (key, value) => Promise.resolve(void store.set(key, value)),
    };
    const queries = openQueries(warehouse, { cache });
    const right = (await queries.run(saleMetrics, question)).rows();
    const [key, bytes] = [...store][0]!;
    await queries.run(saleMetrics, { measures: ["pieces"] });
    const other = [...store.values()][1]!;
    const damaged = bytes.slice();
    damaged[damaged.length - 40]! ^= 1;
    const wrong = [new Uint8Array(), damaged, other];
    for (let cut = 1; cut < bytes.length; cut += 37) wrong.push(bytes.slice(0, cut));
    for (const value of wrong) {
      store.set(key, value);
      const answer = await queries.run(saleMetrics, question);
      expect(answer.rows()).toEqual(right);
      expect(answer.cached).toBe(false);
    }
    expect((await queries.run(saleMetrics, question)).cached).toBe(true);
  });

  it("are not those before members were deleted, in any process", async () => {
    await using warehouse = await filled(duckdb(":memory:"));
    const text = new Map<string, string>();
    const client = {
      get: (key: string) => Promise.resolve(text.get(key)),
      set: (key: string, value: string) => Promise.resolve(text.set(key, value)),
    };
    const open = () => openQueries(warehouse, { cache: redisCache(client) });
    const ask = async () =>
      (await open().run(saleMetrics, { measures: ["orders"], by: ["user.user_id"] }))
        .rows()
        .map((row) => row["user.user_id"]);
    expect(await ask()).toContain("u1");
    await warehouse.delete(users, [{ user_id: "u1" }]);
    expect(await ask()).not.toContain("u1");
  });
});

describe("an endpoint under attack", () => {
  let warehouse: Warehouse;
  let app: Endpoint;
  beforeAll(async () => {
    warehouse = await filled(duckdb(":memory:"));
    app = endpoint({
      queries: openQueries(warehouse),
      parameters: z.looseObject({}),
      query: (given) => ({
        of: saleMetrics,
        query: { measures: ["revenue", "orders"], where: given as object } as MetricsQuery,
      }),
    });
  });
  afterAll(() => warehouse.close());
  const ask = (path: string, init?: RequestInit) => app(new Request(`http://x/sales${path}`, init));

  it.each([
    ["?__proto__=1"],
    ["?constructor=1"],
    ["?channel=%00"],
    ["?date=2026-13-01"],
    ["?amount=ten"],
    ["?pieces=99999999999999999999"],
    ["?pieces=1.5"],
    ["?channel="],
    ["?channel=%ff%fe"],
    ["?channel=a&channel=b"],
    ["?weight=NaN"],
    [`?channel=${"x".repeat(100_000)}`],
  ])("tells the asker, not the log, what is wrong: %s", async (path) => {
    const { status } = await ask(path);
    expect([200, 400]).toContain(status);
  });

  it.each([
    "null",
    "5",
    "[]",
    '"x"',
    '{"constructor": {"channel": "web"}}',
    "",
    "{".repeat(100_000),
  ])("takes no body like %.40s for a question it is not", async (body) => {
    expect((await ask("", { method: "POST", body })).status).toBe(400);
  });

  it("does not read a body without an end", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        if (sent > 64 << 20) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    expect((await ask("", init)).status).toBe(413);
    expect(sent).toBeLessThan(8 << 20);
  });

  it("knows its tag again when a proxy has made it weak, and answers HEAD without a body", async () => {
    const first = await ask("");
    const tag = first.headers.get("etag")!;
    for (const known of [`W/${tag}`, `"a", ${tag}`, "*"]) {
      expect((await ask("", { headers: { "if-none-match": known } })).status).toBe(304);
    }
    const head = await ask("?amount=ten", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([400, ""]);
  });
});

describe("levels", () => {
  it("are those of the last day that is left by the filter, of each group", async () => {
    const shops = dimension("dim_shop", { key: ["shop"], columns: { shop: utf8() } });
    const levels = fact("fact_levels", {
      grain: ["id"],
      dimensions: { shop: shops },
      attributes: { day: date(), kind: utf8() },
      measures: { level: decimal(10, 2) },
    });
    await using warehouse = await openWarehouse(duckdb(":memory:"), { shops, levels });
    const rows = Array.from({ length: 60 }, (_, k) => ({
      id: `${k}`,
      shop: `s${k % 3}`,
      kind: k % 2 ? "a" : "b",
      day: `2025-12-${String(20 + ((k * 7) % 12)).padStart(2, "0")}`,
      level: `${k}.50`,
    }));
    await warehouse.load(levels, rows);
    const of = metrics(levels, { measures: { level: last("level", "day"), all: sum("level") } });
    const queries = openQueries(warehouse);
    const answer = await queries.run(of, {
      measures: ["level"],
      by: ["shop.shop", { time: "day", grain: "week" }],
      where: { kind: "a", day: { before: "2025-12-31" } },
    });
    const monday = (day: string): string => {
      const at = new Date(`${day}T00:00:00Z`);
      at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
      return at.toISOString().slice(0, 10);
    };
    const groups = Map.groupBy(
      rows.filter((row) => row.kind === "a" && row.day < "2025-12-31"),
      (row) => `${row.shop} ${monday(row.day)}`,
    );
    const expected = [...groups].sort().map(([name, all]) => {
      const latest = all
        .map((row) => row.day)
        .sort()
        .at(-1);
      const total = all
        .filter((row) => row.day === latest)
        .reduce((sum, row) => sum + Number(row.level), 0);
      return [name, total];
    });
    expect(
      answer
        .rows()
        .map((row) => [
          `${String(row["shop.shop"])} ${String(row["day_week"])}`,
          Number(row["level"]),
        ]),
    ).toEqual(expected);
  });
});
