import { type Columns, date, int64, list, nullable, timestamp, utf8 } from "@lakewright/core";
import { dimension, fact, WarehouseError } from "@lakewright/warehouse";
import { describe, expect, it } from "vitest";

const columns = { id: utf8(), name: nullable(utf8()), changed_at: timestamp("us") };
const users = dimension("dim_users", { key: ["id"], columns });

const message = (define: () => unknown): string => {
  try {
    define();
  } catch (error) {
    if (error instanceof WarehouseError) {
      expect(error.code).toBe("WAREHOUSE_INVALID_DEFINITION");
      return error.message;
    }
    throw error;
  }
  return "nothing was thrown";
};
const asDimension = (options: object): string =>
  message(() => dimension("dim_x", { key: ["id"], columns, ...options } as never));
const asFact = (options: object): string =>
  message(() =>
    fact("fact_x", { grain: ["id"], dimensions: {}, measures: { amount: int64() }, ...options }),
  );

describe("a dimension is refused", () => {
  it("where its key is none, is nullable or nested, or names no column", () => {
    expect(asDimension({ key: [] })).toBe('Dimension "dim_x" has no key.');
    expect(asDimension({ key: ["name"] })).toContain("nullable: it could not name a row");
    expect(asDimension({ key: ["tags"], columns: { tags: list(utf8()) } })).toContain("nested");
    expect(asDimension({ key: ["nobody"] })).toContain('names "nobody"');
    expect(asDimension({ key: ["id", "id"] })).toContain("names a column twice");
  });

  it("where an option means nothing for it", () => {
    expect(asDimension({ versioning: "scd3" })).toContain("scd3");
    expect(asDimension({ tracked: ["name"] })).toContain('no use for "tracked"');
    expect(asDimension({ keys: ["id"] })).toBe('Dimension "dim_x" has no option "keys".');
    const history = { versioning: "scd2" };
    expect(asDimension({ ...history, updatedAt: "name" })).toContain("no timestamp()");
    expect(asDimension({ ...history, tracked: ["id"] })).toContain("cannot be tracked");
    expect(asDimension({ ...history, tracked: ["name"], overwritten: ["name"] })).toContain(
      "twice",
    );
  });

  it("where a column would be there twice", () => {
    const taken: Columns = { id: utf8(), valid_from: date() };
    expect(asDimension({ versioning: "scd2", columns: taken })).toContain('"valid_from" twice');
    expect(asDimension({ surrogateKey: "ID" })).toContain('"id" twice');
  });
});

describe("a fact is refused", () => {
  it("where its grain is none or may be null", () => {
    expect(asFact({ grain: [] })).toBe('Fact "fact_x" has no grain.');
    expect(asFact({ attributes: { id: nullable(utf8()) } })).toContain("nullable");
  });

  it("where a natural key has another type than in its dimension", () => {
    expect(asFact({ dimensions: { user: users }, attributes: { id: int64() } })).toContain(
      'not of the type of "id" of "dim_users"',
    );
    expect(
      asFact({ dimensions: { user: { dimension: users, key: { nobody: "user_id" } } } }),
    ).toContain('names "nobody"');
  });

  it("where its eventTime is no time", () => {
    expect(asFact({ eventTime: "id" })).toContain("no date() or timestamp()");
    expect(asFact({ eventTime: "never" })).toContain("no date() or timestamp()");
  });

  it("where a column would be there twice", () => {
    expect(asFact({ dimensions: { user: users }, attributes: { user_key: int64() } })).toContain(
      '"user_key" twice',
    );
  });
});

it("a fact's grain comes with the snapshot first, roles as their keys, unnamed columns as text", () => {
  const balances = fact("fact_balance", {
    grain: ["user", "account"],
    dimensions: { user: users },
    measures: { amount: int64() },
    snapshot: { date: "day", version: "version" },
  });
  expect(balances.grain).toEqual(["day", "version", "user_key", "account"]);
  expect(balances.input.fields.map((field) => field.name)).toEqual(["id", "account", "amount"]);
  expect(balances.input.columns.account.type).toEqual({ kind: "utf8" });
});
