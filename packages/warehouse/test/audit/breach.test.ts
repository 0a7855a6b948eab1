import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import { applyAccess, defineAccess, openAuditLog } from "@lakewright/warehouse/audit";
import { nullable, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { sales, userRows, users } from "./star.ts";

describe("rules that change", () => {
  it("take the view of a role away with its right to read", async () => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), { users, sales });
    const { engine } = warehouse;
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    const tables = { users, sales };
    await applyAccess(
      engine,
      defineAccess(tables, { analyst: { read: ["users"], masks: { users: { email: "null" } } } }),
    );
    await applyAccess(engine, defineAccess(tables, { analyst: { read: ["sales"] } }));
    await expect(engine.query("SELECT * FROM dim_users__analyst").rows()).rejects.toThrow(
      /does not exist/,
    );
  });
});

describe("names of roles and tables", () => {
  const b = dimension("t", { key: ["id"], columns: { id: utf8(), secret: nullable(utf8()) } });
  const other = dimension("t__b", {
    key: ["id"],
    columns: { id: utf8(), secret: nullable(utf8()) },
  });

  it("that would give two views one name are refused", () => {
    const masks = { secret: "null" } as const;
    expect(() =>
      defineAccess(
        { b, other },
        {
          b__a: { read: ["b"], masks: { b: masks } },
          a: { read: ["other"], masks: { other: masks } },
        },
      ),
    ).toThrow(expect.objectContaining({ code: "WAREHOUSE_INVALID_DEFINITION" }));
    expect(() =>
      defineAccess(
        { b },
        {
          Analyst: { read: ["b"], masks: { b: masks } },
          analyst: { read: ["b"], masks: { b: masks } },
        },
      ),
    ).toThrow(expect.objectContaining({ code: "WAREHOUSE_INVALID_DEFINITION" }));
    expect(() => defineAccess({ b, other }, { b: { read: ["b"], masks: { b: masks } } })).toThrow(
      expect.objectContaining({ code: "WAREHOUSE_INVALID_DEFINITION" }),
    );
  });
});

describe("what is told to the log", () => {
  it("is refused with a typed error where it is no JSON", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine);
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = { cyclic };
    let deep: unknown = 1;
    for (let k = 0; k < 100_000; k++) deep = [deep];
    const event = { actor: "a", action: "b", subject: "c" };
    for (const details of [
      cyclic,
      deep,
      () => 1,
      Symbol("s"),
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
    ]) {
      await expect(log.append({ ...event, details })).rejects.toMatchObject({
        code: "WAREHOUSE_INVALID_OPTION",
      });
    }
    expect(await log.verify()).toMatchObject({ ok: true, entries: 0n });
  });

  it("keeps every digit and character of odd details", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine);
    const odd = [
      undefined,
      null,
      "\u0000\ud800",
      2n ** 70n,
      -0,
      1e300,
      [undefined, 1],
      { a: undefined, __proto__x: 1 },
      new Date(0),
      "x".repeat(3_000_000),
    ];
    for (const details of odd) await log.append({ actor: "a", action: "b", subject: "c", details });
    expect(await log.verify()).toMatchObject({ ok: true, entries: BigInt(odd.length) });
    const found = (await Array.fromAsync(log.entries())).map((entry) => entry.details);
    expect(found.slice(0, 4)).toEqual([null, null, "\u0000\ud800", 2n ** 70n]);
    expect(found[9]).toHaveLength(3_000_000);
  });

  it("finds what was put in before the first entry", async () => {
    await using engine = duckdb(":memory:");
    const log = await openAuditLog(engine);
    await log.append({ actor: "a", action: "b", subject: "c" });
    await engine.execute(
      "INSERT INTO _wh_audit SELECT -1, logged_at, 'mallory', action, subject, details, hash FROM _wh_audit",
    );
    expect((await log.verify()).ok).toBe(false);
  });
});
