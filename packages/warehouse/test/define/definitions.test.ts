import { type Columns, date, int64, list, nullable, timestamp, utf8 } from "@lakewright/core";
import { calendar, dimension, fact, junkDimension, WarehouseError } from "@lakewright/warehouse";
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
    expect(asDimension({ key: undefined })).toBe('Dimension "dim_x" has no key.');
    expect(asDimension({ key: "id" })).toBe(
      'The key of Dimension "dim_x" is "id", which is no list of columns.',
    );
    expect(message(() => dimension("dim_x", "id" as never))).toBe(
      'Dimension "dim_x" has the options "id", which is no object.',
    );
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
    expect(asDimension({ ...history, firstVersionFrom: "epoch-of-first-load" })).toContain(
      'firstVersionFrom "epoch-of-first-load"',
    );
    expect(asDimension({ ...history, updatedAt: "name" })).toContain("no timestamp()");
    expect(asDimension({ ...history, tracked: ["id"] })).toContain("cannot be tracked");
    expect(asDimension({ ...history, tracked: ["name"], overwritten: ["name"] })).toContain(
      "twice",
    );
  });

  it("where a special member is labelled in a key, or with what a column cannot hold", () => {
    const labelled = (specialMembers: unknown): string => asDimension({ specialMembers });
    expect(labelled({ unknown: { name: "Unknown" }, notApplicable: { name: null } })).toBe(
      "nothing was thrown",
    );
    expect(labelled({ unknown: { id: "?" } })).toContain('key column "id"');
    expect(labelled({ unknown: { nobody: "?" } })).toContain('names "nobody"');
    expect(labelled({ unknown: { changed_at: "soon" } })).toContain(
      'The unknown member of "dim_x": column "changed_at": "soon"',
    );
    expect(labelled({ missing: {} })).toContain('no option "missing"');
    expect(labelled({ unknown: "Unknown" })).toContain("which is no object");
    expect(labelled({ unknown: [] })).toContain("which is no object");
    expect(labelled(null)).toContain("specialMembers");
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
    expect(asFact({ grain: undefined })).toBe('Fact "fact_x" has no grain.');
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

  it("where two roles of a dimension read one column", () => {
    expect(asFact({ dimensions: { from: users, to: users } })).toBe(
      'Roles "from" and "to" of "fact_x" both read "id", and would always be one member.',
    );
    const to = { dimension: users, key: { id: "to_id" } };
    expect(asFact({ dimensions: { from: users, to } })).toBe("nothing was thrown");
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

describe("a kind of table is refused", () => {
  const day = calendar("dim_date");
  const dated = { at: { dimension: day, key: { date: "at" } }, user: users };

  it("where a dimension refers to one with history, or under a column it has", () => {
    const versioned = dimension("dim_v", {
      key: ["v"],
      columns: { v: utf8() },
      versioning: "scd2",
    });
    expect(asDimension({ references: { versioned } })).toContain("which has history");
    expect(asDimension({ references: { name: users } })).toBe("nothing was thrown");
    expect(
      asDimension({ columns: { id: utf8(), u_key: utf8() }, references: { u: users } }),
    ).toContain('"u_key" twice');
    expect(asDimension({ references: { u: { dimension: users, absent: "never" } } })).toContain(
      "never",
    );
    expect(asDimension({ references: { u: { dimension: users, keys: {} } } })).toContain('"keys"');
  });

  it("where a junk dimension has nothing in it, or something that may be null", () => {
    expect(message(() => junkDimension("dim_j", { columns: {} }))).toContain("has no columns");
    const flag = nullable(utf8());
    expect(message(() => junkDimension("dim_j", { columns: { flag } }))).toContain("nullable");
  });

  it("where milestones are none, or lags are not between them", () => {
    const asProcess = (options: object): string => asFact({ dimensions: dated, ...options });
    expect(asProcess({ milestones: [] })).toContain("empty");
    expect(asProcess({ milestones: ["user"] })).toContain("no role of a calendar");
    expect(asProcess({ milestones: ["at"], grain: ["at"] })).toContain("outside the grain");
    expect(asProcess({ lags: { days: ["at", "at"] } })).toContain("no milestones");
    expect(asProcess({ milestones: ["at"], lags: { days: ["at", "user"] } })).toContain(
      "two of its",
    );
    const snapshot = { date: "day", version: "version" };
    expect(asProcess({ milestones: ["at"], snapshot })).toContain("both milestones and a snapshot");
  });

  it("where its partitions could not keep its grain unique", () => {
    const cut = (partitionBy: object, more: object = {}): string =>
      asFact({ grain: ["id", "at"], dimensions: dated, partitionBy, ...more });
    expect(cut({ column: "at", every: "month" })).toBe("nothing was thrown");
    expect(cut({ column: "at", every: "day" })).toContain('every "day"');
    expect(cut({ column: "user", every: "year" })).toContain("no date() or timestamp()");
    expect(cut({ column: "at", every: "year" }, { grain: ["id"] })).toContain("not in its grain");
    expect(cut({ column: "at", every: "year" }, { surrogateKey: "k" })).toContain("primary key");
  });

  it("where facts left to nobody would become alike", () => {
    const options = { grain: ["user"], dimensions: { user: users }, onDelete: "setUnknown" };
    expect(asFact(options)).toContain("rows would become alike");
    expect(asFact({ onDelete: "forget" })).toContain('"forget"');
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
