import { duckdb } from "@lakewright/sql/duckdb";
import { openQueries, redisCache } from "@lakewright/warehouse/query";
import { createClient } from "redis";
import { afterAll, describe, expect, it } from "vitest";
import { startRedis } from "../../../../tools/services/redis.ts";
import { filled } from "./cases.ts";
import { saleMetrics, saleRows, sales } from "./star.ts";

const redis = await startRedis().catch((error: unknown) => {
  console.warn(`Skipped, there is no Redis here: ${String(error)}`);
  return undefined;
});

describe.skipIf(redis === undefined)("answers kept in Redis", () => {
  afterAll(() => redis?.stop());

  it("are shared by processes, go with a load and with time, and survive a Redis that dies", async () => {
    const client = createClient({ url: redis!.url, socket: { reconnectStrategy: false } });
    client.on("error", () => {});
    await client.connect();
    await using warehouse = await filled(duckdb(":memory:"));
    const question = { measures: ["revenue"], by: ["channel"] } as const;
    const open = (): ReturnType<typeof openQueries> =>
      openQueries(warehouse, { cache: redisCache(client, { prefix: "test:", ttlMs: 60_000 }) });
    const first = await open().run(saleMetrics, question);
    const other = await open().run(saleMetrics, question);
    expect([first.cached, other.cached]).toEqual([false, true]);
    expect(other.rows()).toEqual(first.rows());
    const [key] = await client.keys("test:*");
    expect(await client.pTTL(key!)).toBeGreaterThan(1000);
    await warehouse.load(sales, [{ ...saleRows[0]!, sale: "new" }]);
    expect((await open().run(saleMetrics, question)).cached).toBe(false);
    await redis!.kill();
    expect((await open().run(saleMetrics, question)).rows()).toHaveLength(3);
    client.destroy();
  });
});
