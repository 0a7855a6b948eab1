import { utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysqlDialect, type SqlEngine } from "@lakewright/sql";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";

const users = dimension("dim_users", { key: ["user_id"], columns: { user_id: utf8() } });

/** The engine, but for how long a text of a key may be. */
function narrow(engine: SqlEngine): SqlEngine {
  const dialect = { ...engine.dialect, keyText: mysqlDialect.keyText };
  return new Proxy(engine, {
    get: (target, name) => {
      if (name === "dialect") return dialect;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it("a loadId longer than the keys of the ledger and the rejects is refused before anything is done", async () => {
  await using warehouse = await openWarehouse(narrow(duckdb(":memory:")), { users });
  const { most } = mysqlDialect.keyText(4);
  // Characters, not UTF-16 code units: an emoji is one.
  for (const loadId of ["x".repeat(most + 1), "\u{1f600}".repeat(most + 1)]) {
    const refused = {
      code: "WAREHOUSE_INVALID_OPTION",
      message: expect.stringContaining(`${most + 1} characters`) as string,
    };
    const load = warehouse.load(users, [{ user_id: "u" }], { loadId });
    await expect(load).rejects.toMatchObject(refused);
    await expect(load).rejects.toThrow(`${most} at most`);
    expect(() => warehouse.planLoad(users, { loadId })).toThrow(`${most} at most`);
  }
  const loadId = "\u{1f600}".repeat(most);
  expect(await warehouse.load(users, [{ user_id: "u" }], { loadId })).toMatchObject({
    inserted: 1,
  });
});
