import {
  type Columns,
  CoreError,
  decimal,
  describeType,
  fromStandardSchema,
  fromZod,
  timestamp,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";

const shape = (columns: Columns): Record<string, string> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      describeType(column.type) + (column.nullable ? "?" : ""),
    ]),
  );

describe("fromZod", () => {
  it("gives each property the column that holds its output type", () => {
    const table = fromZod(
      "t",
      z.object({
        text: z.string().min(1),
        email: z.email().optional(),
        small: z.int32(),
        whole: z.int(),
        real: z.number().nullable(),
        id: z.bigint(),
        flag: z.boolean(),
        day: z.iso.date(),
        at: z.date(),
        kind: z.enum(["a", "b"]),
        maybe: z.literal("x").nullish(),
        tags: z.array(z.string()),
        address: z.object({ city: z.string(), zip: z.string().optional() }),
        withDefault: z.string().default("x"),
      }),
    );
    expect(shape(table.columns)).toEqual({
      text: "utf8",
      email: "utf8?",
      small: "int32",
      whole: "float64",
      real: "float64?",
      id: "int64",
      flag: "bool",
      day: "date",
      at: "timestamp(ms)",
      kind: "oneOf(a, b)",
      maybe: "oneOf(x)?",
      tags: "list(utf8)",
      address: "struct(city: utf8, zip: utf8)",
      withDefault: "utf8",
    });
  });

  it("takes overrides for what a schema cannot say", () => {
    const table = fromZod("t", z.object({ amount: z.string(), at: z.string() }), {
      amount: decimal(12, 2),
      at: timestamp("us"),
    });
    expect(shape(table.columns)).toEqual({ amount: "decimal(12, 2)", at: "timestamp(us)" });
    expect(() => fromZod("t", z.object({ a: z.string() }), { b: utf8() })).toThrow(
      /no such property/,
    );
  });

  it("names the property no column can hold", () => {
    const union = z.object({ inner: z.object({ value: z.union([z.string(), z.number()]) }) });
    expect(() => fromZod("t", union)).toThrow(/"inner.value".*more than one type/);
    expect(() => fromZod("t", z.object({ any: z.unknown() }))).toThrow(/"any"/);
    expect(() => fromZod("t", z.string())).toThrow(/no object with named properties/);
  });
});

describe("fromStandardSchema", () => {
  it("refuses a schema that cannot describe itself, with the remedy", () => {
    const silent = {
      "~standard": {
        version: 1 as const,
        vendor: "own",
        validate: (value: unknown) => ({ value }),
      },
    };
    expect(() => fromStandardSchema("t", silent)).toThrow(CoreError);
    expect(() => fromStandardSchema("t", silent)).toThrow(/cannot describe itself/);
  });

  it("reads any library through its JSON Schema", () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "own",
        validate: (value: unknown) => ({ value: value as { id: number; note?: string } }),
        jsonSchema: {
          input: () => ({}),
          output: () => ({
            type: "object",
            properties: { id: { type: "integer" }, note: { $ref: "#/$defs/note" } },
            required: ["id"],
            $defs: { note: { type: ["string", "null"] } },
          }),
        },
      },
    };
    expect(shape(fromStandardSchema("t", schema).columns)).toEqual({
      id: "float64",
      note: "utf8?",
    });
  });

  it("takes zod/mini where it describes itself, and says so where not", () => {
    const schema = mini.object({ a: mini.string() });
    const describes = "jsonSchema" in schema["~standard"];
    if (describes) expect(shape(fromStandardSchema("t", schema).columns)).toEqual({ a: "utf8" });
    else expect(() => fromStandardSchema("t", schema)).toThrow(/cannot describe itself/);
  });
});
