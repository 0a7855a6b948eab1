import { floorDiv, formatDate, formatMicros, parseDate, parseTimestamp } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSimpleMicros } from "../../src/values/time.ts";

const years = {
  min: new Date("0000-01-01"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
};

describe("dates", () => {
  it("are days of the calendar, as Date has them", () => {
    fc.assert(
      fc.property(fc.date(years), (date) => {
        const text = date.toISOString().slice(0, 10);
        const days = parseDate(text)!;
        expect(days).toBe(Math.floor(date.getTime() / 86_400_000));
        expect(formatDate(days)).toBe(text);
      }),
    );
  });

  it.each([
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "26-01-01",
    "2026/01/01",
    "2026-01-32",
    "",
  ])("%j is none", (text) => expect(parseDate(text)).toBeUndefined());

  it("know leap years and expanded years", () => {
    expect(parseDate("2000-02-29")).toBe(11_016);
    expect(parseDate("1900-02-29")).toBeUndefined();
    expect(formatDate(parseDate("+012345-01-01")!)).toBe("+012345-01-01");
    expect(formatDate(parseDate("-000001-12-31")!)).toBe("-000001-12-31");
  });
});

describe("what a Date does not reach", () => {
  it("is written and read: every day of 32 bits, every microsecond of 64", () => {
    expect(formatDate(2 ** 31 - 1)).toBe("+5881580-07-11");
    expect(formatDate(-(2 ** 31))).toBe("-5877641-06-23");
    fc.assert(
      fc.property(fc.integer(), (days) => {
        expect(parseDate(formatDate(days))).toBe(days);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (micros) => {
        expect(parseTimestamp(formatMicros(micros))?.micros).toBe(micros);
      }),
    );
  });

  it("is none where 32 and 64 bits end", () => {
    expect(parseDate("+5881580-07-12")).toBeUndefined();
    expect(parseDate("-5877641-06-22")).toBeUndefined();
    expect(parseTimestamp("+294247-01-10T04:00:54.775808Z")).toBeUndefined();
    expect(parseTimestamp("-290308-12-21T19:59:05.224191Z")).toBeUndefined();
  });
});

describe("timestamps", () => {
  it("keep microseconds and shift by the zone that was written", () => {
    expect(parseTimestamp("2026-11-21T10:00:00.123456Z")?.micros).toBe(1_795_255_200_123_456n);
    expect(parseTimestamp("2026-11-21 11:00:00.123456+01:00")?.micros).toBe(1_795_255_200_123_456n);
    expect(parseTimestamp("2026-11-21T04:30:00.123456-0530")?.micros).toBe(1_795_255_200_123_456n);
    expect(parseTimestamp("2026-11-21")).toEqual({
      micros: 1_795_219_200_000_000n,
      hasZone: false,
      lossy: false,
    });
  });

  it("say when digits below the microsecond are lost", () => {
    expect(parseTimestamp("2026-11-21T10:00:00.1234567Z")?.lossy).toBe(true);
    expect(parseTimestamp("2026-11-21T10:00:00.123456000Z")?.lossy).toBe(false);
  });

  it.each([
    "2026-11-21T24:00:00Z",
    "2026-11-21T10:60:00Z",
    "2026-11-21T10:00:60Z",
    "2026-02-30T10:00:00Z",
    "now",
  ])("%j is none", (text) => expect(parseTimestamp(text)).toBeUndefined());

  it("before 1970 round towards the past", () => {
    expect(floorDiv(-1n, 1000n)).toBe(-1n);
    expect(formatMicros(-1n)).toBe("1969-12-31T23:59:59.999999");
    expect(formatMicros(0n)).toBe("1970-01-01T00:00:00");
    expect(formatMicros(1_000n)).toBe("1970-01-01T00:00:00.001");
  });

  it("read the same by the quick path and the slow one", () => {
    fc.assert(
      fc.property(
        fc.date(years),
        fc.nat({ max: 999 }),
        fc.nat({ max: 6 }),
        (date, micros, digits) => {
          const full = date.toISOString().slice(0, -1) + String(micros).padStart(3, "0");
          const text = digits === 0 ? full.slice(0, 19) : full.slice(0, 20 + digits);
          for (const zone of [true, false]) {
            const quick = parseSimpleMicros(zone ? `${text}Z` : text, zone);
            const slow = parseTimestamp(zone ? `${text}Z` : text)!;
            if (!Number.isNaN(quick)) expect(BigInt(quick)).toBe(slow.micros);
            else expect(date.getUTCFullYear() < 1700 || date.getUTCFullYear() >= 2200).toBe(true);
          }
        },
      ),
    );
  });
});
