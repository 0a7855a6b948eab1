import {
  bool,
  type Column,
  Decimal,
  decimal,
  float64,
  int32,
  list,
  oneOf,
  tableFromFields,
  timestamp,
  toBatch,
  toRows,
  utf8,
  nullable,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { typedBatch } from "../src/typed-batch.ts";

/** What rows get of these values of an engine, in a column of a definition. */
function typedValues(wanted: Column, given: Column, values: readonly unknown[]): unknown[] {
  const table = tableFromFields("given", [{ name: "v", column: nullable(given) }]);
  const batch = toBatch(
    table,
    values.map((v) => ({ v })),
  );
  return toRows(typedBatch(batch, [{ name: "v", column: wanted }])).map((row) => row["v"]);
}

describe("a column of an engine that gives text", () => {
  it.each<[string, Column, string, unknown]>([
    ["a text", utf8(), "a", "a"],
    ["one of several", oneOf(["a", "b"]), "a", "a"],
    ["a list, where an engine has none", list(int32()), "[1, 2]", "[1, 2]"],
    ["a decimal", decimal(38, 4), "12.5", new Decimal(125_000n, 4)],
    ["an instant", timestamp("ms"), "2026-01-01T00:00:00Z", new Date("2026-01-01T00:00:00Z")],
  ])("has the values of its definition: %s", (_, wanted, text, value) => {
    expect(typedValues(wanted, utf8(), [text, null])).toEqual([value, null]);
  });

  it.each<[string, Column, string]>([
    ["an integer", int32(), "12"],
    ["a float", float64(), "1.5"],
    ["a truth", bool(), "false"],
    ["a decimal that is none", decimal(9, 2), "ten"],
    ["digits a decimal does not have", decimal(9, 2), "1.005"],
  ])("is refused where it is no value of its definition: %s", (_, wanted, text) => {
    expect(() => typedValues(wanted, utf8(), [text])).toThrow(
      expect.objectContaining({
        code: "CORE_INVALID_VALUE",
        message: expect.stringContaining(`column "v"`) as string,
      }),
    );
  });

  it("has truths where the engine has 0 and 1", () => {
    expect(typedValues(bool(), int32(), [0, 1, null])).toEqual([false, true, null]);
  });
});
