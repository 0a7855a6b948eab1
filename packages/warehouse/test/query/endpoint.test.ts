import { duckdb } from "@lakewright/sql/duckdb";
import type { Warehouse } from "@lakewright/warehouse";
import {
  type Endpoint,
  endpoint,
  memoryCache,
  openQueries,
  serve,
} from "@lakewright/warehouse/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { filled } from "./cases.ts";
import { saleMetrics } from "./star.ts";

describe("an endpoint", () => {
  let warehouse: Warehouse;
  let app: Endpoint;
  beforeAll(async () => {
    warehouse = await filled(duckdb(":memory:"));
    const queries = openQueries(warehouse, { cache: memoryCache() });
    app = serve({
      "/sales": endpoint({
        queries,
        parameters: z.object({ channel: z.enum(["web", "shop"]), by: z.string().optional() }),
        query: ({ channel, by }, request) => {
          if (request.headers.get("authorization") === null) {
            return new Response("who are you?", { status: 401 });
          }
          return {
            of: saleMetrics,
            query: {
              measures: ["revenue", "orders"],
              by: by === undefined ? [] : [by],
              where: { channel },
            },
          };
        },
        maxRows: 2,
      }),
    });
  });
  afterAll(() => warehouse.close());

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    app(
      new Request(`http://x${path}`, {
        ...init,
        headers: { authorization: "me", ...init.headers },
      }),
    );

  it("answers with exact values, and with 304 what is known", async () => {
    const response = await ask("/sales?channel=web");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    const { rows, columns } = (await response.json()) as {
      rows: Record<string, unknown>[];
      columns: string[];
    };
    expect(columns).toEqual(["revenue", "orders"]);
    expect(rows).toEqual([
      { revenue: expect.stringMatching(/^\d+\.\d\d$/) as string, orders: "134" },
    ]);
    const etag = response.headers.get("etag")!;
    const again = await ask("/sales?channel=web", { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  it("takes a JSON body, and never more rows than it gives", async () => {
    const body = JSON.stringify({ channel: "shop", by: "user.user_id" });
    const response = await ask("/sales", { method: "POST", body });
    expect(((await response.json()) as { rows: unknown[] }).rows).toHaveLength(2);
  });

  it.each([
    ["/sales?channel=fax", {}, 400, /channel/],
    ["/sales", {}, 400, /channel/],
    ["/sales", { method: "POST", body: "{" }, 400, /no JSON/],
    ["/sales?channel=web&by=user.shoe_size", {}, 400, /user.shoe_size/],
    ["/sales?channel=web", { method: "DELETE" }, 405, /GET and POST/],
    ["/nothing", {}, 404, /nothing/],
    ["/sales?channel=web", { headers: { authorization: "" } }, 200, /revenue/],
  ] as const)("answers %s %o with %i", async (path, init, status, text) => {
    const response = await ask(path, init);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
  });

  it("lets the host refuse, and tells nothing of the inside when it fails", async () => {
    const refused = await app(new Request("http://x/sales?channel=web"));
    expect(refused.status).toBe(401);
    const gone = await filled(duckdb(":memory:"));
    const broken = endpoint({
      queries: openQueries(gone),
      parameters: z.object({}),
      query: () => ({ of: saleMetrics, query: { measures: ["orders"] } }),
    });
    await gone.close();
    const response = await broken(new Request("http://x/"));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/SELECT|DuckDB/);
  });
});
