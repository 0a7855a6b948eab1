import { decimal, nullable, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});
const transfers = fact("fact_transfers", {
  grain: ["id"],
  dimensions: { sender: users, receiver: { dimension: users, key: { user_id: "receiver_id" } } },
  measures: { amount: decimal(10, 2) },
});
const contracts = fact("fact_contracts", {
  grain: ["id"],
  dimensions: { user: users },
  measures: {},
  onDelete: "restrict",
});

async function filled(): Promise<Warehouse> {
  const warehouse = await openWarehouse(duckdb(":memory:"), { transfers, contracts });
  const rows = ["a", "b", "c"].map((user_id) => ({ user_id, country: "FR" }));
  await warehouse.load(users, rows, { at: "2026-01-01" });
  const transfer = (id: string, user_id: string, receiver_id: string) => {
    return { id, user_id, receiver_id, amount: "1" };
  };
  await warehouse.load(transfers, [transfer("ab", "a", "b"), transfer("bc", "b", "c")]);
  await warehouse.load(users, [{ user_id: "a", country: "BE" }], { at: "2026-02-01" });
  await warehouse.load(transfers, [transfer("ca", "c", "a"), transfer("cc", "c", "c")]);
  await warehouse.load(contracts, [{ id: "k", user_id: "c" }]);
  return warehouse;
}
const left = async (warehouse: Warehouse): Promise<unknown[]> => {
  const rows = await warehouse.engine.query("SELECT id FROM fact_transfers ORDER BY 1").rows();
  return rows.map((row) => row["id"]);
};

it("a member goes with all its versions and the facts of every role, and nobody else's", async () => {
  await using warehouse = await filled();
  const summary = await warehouse.delete(users, [
    { user_id: "a" },
    { user_id: "a" },
    { user_id: "nobody" },
  ]);
  expect(summary).toEqual({ versions: 2, facts: { fact_transfers: 2 } });
  expect(await left(warehouse)).toEqual(["bc", "cc"]);
  const ids = await warehouse.engine
    .query("SELECT user_id FROM dim_users ORDER BY users_key")
    .rows();
  expect(ids.map((row) => row["user_id"])).toEqual([null, null, "b", "c"]);
});

it("a member that facts hold on to stays, and so does everything else", async () => {
  await using warehouse = await filled();
  await expect(warehouse.delete(users, [{ user_id: "c" }])).rejects.toMatchObject({
    code: "WAREHOUSE_MEMBER_IN_USE",
    message: '1 row of fact_contracts still refers to the members (role "user").',
  });
  expect(await left(warehouse)).toEqual(["ab", "bc", "ca", "cc"]);
});

it("no keys delete nothing, and a key that is none is an error", async () => {
  await using warehouse = await filled();
  expect(await warehouse.delete(users, [])).toEqual({ versions: 0, facts: { fact_transfers: 0 } });
  await expect(warehouse.delete(users, [{ user_id: null as never }])).rejects.toMatchObject({
    code: "CORE_INVALID_VALUE",
  });
});

it("the ledger has what went of each table, and what was let go", async () => {
  const visits = fact("fact_visits", {
    grain: ["id"],
    dimensions: { user: users },
    measures: {},
    onDelete: "setUnknown",
  });
  await using warehouse = await openWarehouse(duckdb(":memory:"), { transfers, visits });
  await warehouse.load(users, [{ user_id: "a", country: "FR" }], { at: "2026-01-01" });
  await warehouse.load(users, [{ user_id: "a", country: "BE" }], { at: "2026-02-01" });
  const transfer = (id: string, user_id: string, receiver_id: string) => {
    return { id, user_id, receiver_id, amount: "1" };
  };
  const moved = [transfer("1", "a", "b"), transfer("2", "b", "a"), transfer("3", "b", "b")];
  await warehouse.load(transfers, moved);
  await warehouse.load(visits, [
    { id: "1", user_id: "a" },
    { id: "2", user_id: "b" },
  ]);
  await warehouse.delete(users, [{ user_id: "a" }]);
  const entries = await warehouse.engine
    .query(
      "SELECT table_name, updated_rows, closed_rows FROM _wh_loads WHERE load_mode = 'delete' ORDER BY 1",
    )
    .rows();
  expect(entries.map((row) => Object.values(row))).toEqual([
    ["dim_users", 0n, 2n],
    ["fact_transfers", 0n, 2n],
    ["fact_visits", 1n, 0n],
  ]);
});
