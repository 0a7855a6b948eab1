import { readReplicas, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { sqlState } from "@lakewright/warehouse/extract";
import { expect, it } from "vitest";

/** A primary and a replica to which nothing has come since the tables were made. */
async function pair(make: (engine: SqlEngine) => Promise<unknown>): Promise<SqlEngine> {
  const [primary, replica] = [duckdb(":memory:"), duckdb(":memory:")];
  await make(replica);
  return readReplicas(primary, [replica]);
}

it("state is read where it was written, not from a replica that is behind", async () => {
  await using engine = await pair((replica) => sqlState(replica));
  const state = await sqlState(engine);
  for (const sequence of [1n, 2n]) {
    await state.commit("orders", { sequence, watermark: `${sequence}`, at: 0n, body: "{}" });
    expect(await state.load("orders")).toMatchObject({ sequence, watermark: `${sequence}` });
  }
});
