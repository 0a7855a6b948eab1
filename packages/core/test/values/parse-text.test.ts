import {
  bool,
  type Column,
  date,
  decimal,
  float64,
  int16,
  int64,
  list,
  naiveTimestamp,
  oneOf,
  parseText,
  timestamp,
  uint64,
  utf8,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";

const read = (column: Column, text: string): unknown => {
  const parsed = parseText(column.type, text);
  return parsed.ok ? parsed.value : `! ${parsed.problem}`;
};

describe("parseText", () => {
  it("gives the value a row has", () => {
    expect(read(utf8(), " as it is ")).toBe(" as it is ");
    expect(read(int16(), " -42 ")).toBe(-42);
    expect(read(int64(), "9007199254740993")).toBe(9007199254740993n);
    expect(read(uint64(), "18446744073709551615")).toBe(18446744073709551615n);
    expect(read(float64(), "1e-3")).toBe(0.001);
    expect(read(float64(), "-inf")).toBe(-Infinity);
    expect(read(float64(), "NaN")).toBeNaN();
    expect(String(read(decimal(12, 2), "12.5"))).toBe("12.50");
    expect(read(bool(), "Yes")).toBe(true);
    expect(read(bool(), "0")).toBe(false);
    expect(read(date(), "2026-02-28")).toBe("2026-02-28");
    expect(read(timestamp("us"), "1970-01-01T00:00:01Z")).toBe(1_000_000n);
    expect(read(timestamp("ms"), "1970-01-01T00:00:01Z")).toEqual(new Date(1000));
    expect(read(naiveTimestamp(), "2026-03-29 02:30")).toBe("2026-03-29T02:30:00");
    expect(read(oneOf(["EUR", "USD"]), "EUR")).toBe("EUR");
  });

  it.each<[string, Column, string]>([
    ["an integer with a fraction", int16(), "1.0"],
    ["an integer out of range", int16(), "32768"],
    ["an empty number", float64(), " "],
    ["hexadecimal", int64(), "0x10"],
    ["a decimal with too many digits after the point", decimal(12, 2), "0.001"],
    ["a decimal with too many digits", decimal(4, 2), "100"],
    ["a decimal comma", decimal(12, 2), "12,50"],
    ["a day that is not", date(), "2026-02-30"],
    ["an instant without a zone", timestamp("us"), "2026-01-01T00:00:00"],
    ["a wall clock with a zone", naiveTimestamp(), "2026-01-01T00:00:00Z"],
    ["nanoseconds", timestamp("us"), "2026-01-01T00:00:00.000000001Z"],
    ["a value of another list", oneOf(["EUR"]), "eur"],
    ["a list", list(utf8()), "[]"],
  ])("says what is wrong with %s", (_, column, text) => {
    expect(read(column, text)).toMatch(/^! \w/);
  });
});

it("reads no instant that a Date cannot hold", () => {
  const ms = { kind: "timestamp", unit: "ms", utc: true } as const;
  expect(parseText(ms, "+275760-09-13T00:00:00Z").ok).toBe(true);
  expect(parseText(ms, "+290000-01-01T00:00:00Z").ok).toBe(false);
});
