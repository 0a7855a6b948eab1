import { describeType, toRows } from "@lakewright/core";
import { readCsv } from "@lakewright/lake/text";
import { describe, expect, it } from "vitest";
import { planCsv } from "../page/keep/csv-columns.ts";

async function read(text: string): Promise<{ types: string[]; rows: unknown[][] }> {
  const file = new Blob([text]);
  const { table, separator, columns } = await planCsv("t", file);
  const rows: unknown[][] = [];
  for await (const batch of readCsv(file.stream(), table, { separator, columns })) {
    rows.push(...toRows(batch).map((row) => Object.values(row)));
  }
  return {
    types: table.fields.map(({ name, column }) => `${name} ${describeType(column.type)}`),
    rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  };
}

describe("planCsv", () => {
  it("gives each column the narrowest type that every value has", async () => {
    expect(
      await read(
        "whole,price,ratio,flag,day,at,local,code,empty\n" +
          "1,2.5,1e3,true,2025-01-31,2025-01-31T10:00:00Z,2025-01-31 10:00:00,007,\n" +
          "-20,10.125,2,false,2024-02-29,2025-01-31T10:00:00.000001+01:00,2025-01-31 10:00:00.5,1,\n",
      ),
    ).toEqual({
      types: [
        "whole int64",
        "price decimal(18, 3)",
        "ratio float64",
        "flag bool",
        "day date",
        "at timestamp(us)",
        "local naiveTimestamp(us)",
        "code utf8",
        "empty utf8",
      ],
      rows: [
        [
          "1",
          "2.500",
          "1000",
          "true",
          "2025-01-31",
          "1738317600000000",
          "2025-01-31T10:00:00",
          "007",
          null,
        ],
        [
          "-20",
          "10.125",
          "2",
          "false",
          "2024-02-29",
          "1738314000000001",
          "2025-01-31T10:00:00.500",
          "1",
          null,
        ],
      ],
    });
  });

  it("takes a word among numbers, a day that does not exist and a number beyond 64 bits for what they are", async () => {
    const { types } = await read(
      "a;b;c\n1;2025-02-30;1\nx;2025-02-01;99999999999999999999999999999999999999\n",
    );
    expect(types).toEqual(["a utf8", "b utf8", "c decimal(38, 0)"]);
  });

  it("finds the separator beside quoted ones, and makes names that a table can have", async () => {
    expect(await read('"a, b";Name;name;\n"1; 2";x;y;3\n')).toEqual({
      types: ["a_b utf8", "Name utf8", "name_2 utf8", "column_4 int64"],
      rows: [["1; 2", "x", "y", "3"]],
    });
  });

  it("reads a file of nothing but a header as a table without rows", async () => {
    expect(await read("a,b\n")).toEqual({ types: ["a utf8", "b utf8"], rows: [] });
  });
});
