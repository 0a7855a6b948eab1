import {
  columnOf,
  CoreError,
  decimal,
  defineTable,
  describeType,
  extendTable,
  int64,
  list,
  map,
  nullable,
  oneOf,
  sameType,
  selectColumns,
  struct,
  tableFromFields,
  timestamp,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";

const users = defineTable("users", { id: int64(), name: nullable(utf8()) });

describe("defineTable", () => {
  it("keeps the columns in order and cannot be changed", () => {
    expect(users.fields.map((field) => field.name)).toEqual(["id", "name"]);
    expect(
      Object.isFrozen(users) && Object.isFrozen(users.columns) && Object.isFrozen(users.fields),
    ).toBe(true);
  });

  it("refuses no name, no columns, and names that differ by case only", () => {
    expect(() => defineTable("", { a: utf8() })).toThrow(CoreError);
    expect(() => defineTable("t", {})).toThrow(/no columns/);
    expect(() => defineTable("t", { Id: utf8(), id: utf8() })).toThrow(/differ only by case/);
  });

  it("keeps the order of names that JavaScript would sort", () => {
    const table = tableFromFields("t", [
      { name: "2", column: utf8() },
      { name: "1", column: utf8() },
    ]);
    expect(table.fields.map((field) => field.name)).toEqual(["2", "1"]);
  });
});

describe("the parts of a table", () => {
  it("are found by name, or named in the error", () => {
    expect(columnOf(users, "id").type.kind).toBe("int64");
    expect(() => columnOf(users, "toString")).toThrow(/no column "toString"/);
  });

  it("make smaller and larger tables", () => {
    expect(selectColumns(users, ["name"]).fields).toHaveLength(1);
    expect(extendTable(users, { day: utf8() }, "more").fields.map((field) => field.name)).toEqual([
      "id",
      "name",
      "day",
    ]);
    expect(() => extendTable(users, { id: utf8() })).toThrow(/already has a column "id"/);
  });
});

describe("types", () => {
  it("refuse what no engine holds", () => {
    expect(() => decimal(39, 2)).toThrow(/precision must be 1 to 38/);
    expect(() => decimal(5, 6)).toThrow(/scale must be/);
    expect(() => oneOf(["a", "a"])).toThrow(/each once/);
    expect(() => map(nullable(utf8()), utf8())).toThrow(/cannot be nullable/);
    expect(() => struct({})).toThrow(/at least one field/);
    expect(() => timestamp("ns" as never)).toThrow(/units are "us" and "ms"/);
    expect(() => oneOf(["\ud800"])).toThrow(/no well-formed text/);
    expect(() => defineTable("t", { a: utf8 as never })).toThrow(/which is no column/);
    expect(() => defineTable("t", { "\ud800": utf8() })).toThrow(/which is no Unicode/);
  });

  it("are described and compared as written", () => {
    const nested = list(struct({ at: timestamp("ms"), tags: nullable(list(utf8())) }));
    expect(describeType(nested.type)).toBe("list(struct(at: timestamp(ms), tags: list(utf8)))");
    expect(
      sameType(
        nested.type,
        list(struct({ at: timestamp("ms"), tags: nullable(list(utf8())) })).type,
      ),
    ).toBe(true);
    expect(
      sameType(
        nested.type,
        list(struct({ at: timestamp("us"), tags: nullable(list(utf8())) })).type,
      ),
    ).toBe(false);
    expect(sameType(list(utf8()).type, list(nullable(utf8())).type)).toBe(false);
  });
});
