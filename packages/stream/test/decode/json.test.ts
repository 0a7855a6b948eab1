import {
  binary,
  bool,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Drop, json, type JsonOptions, Rejection, type SourceRecord } from "../../src/index.ts";

const record = (value: SourceRecord["value"]): SourceRecord => ({
  offset: 0n,
  next: 1n,
  key: null,
  value,
  headers: [],
});

const table = defineTable("wide", {
  id: int64(),
  small: nullable(int32()),
  amount: nullable(decimal(20, 4)),
  rate: nullable(float64()),
  flag: nullable(bool()),
  kind: nullable(oneOf(["a", "b"])),
  day: nullable(date()),
  at: nullable(timestamp("us")),
  ms: nullable(timestamp("ms")),
  wall: nullable(naiveTimestamp("us")),
  bytes: nullable(binary()),
  tags: nullable(list(nullable(utf8()))),
  place: nullable(struct({ city: utf8(), zip: nullable(int32()) })),
  counts: nullable(map(utf8(), int64())),
});

function decode(text: string, options?: JsonOptions): Record<string, unknown> {
  return json(table, options).decode(record(text)) as Record<string, unknown>;
}

describe("a JSON record", () => {
  it("is a row with every value as a row holds it, and null where a nullable column is left out", () => {
    const row = decode(
      `{"id":9223372036854775807,"amount":1234567890123456.7891,"rate":1e-7,"flag":false,"kind":"b",
"day":"2026-02-28","at":"2026-11-21T10:00:00.000001Z","ms":"2026-11-21T10:00:00.001+01:00","wall":"2026-11-21T10:00",
"bytes":"/wA=","tags":["x",null],"place":{"city":"Köln"},"counts":{"k":12345678901234567}}`,
    );
    expect(row).toEqual({
      id: 9223372036854775807n,
      small: null,
      amount: Decimal.from("1234567890123456.7891"),
      rate: 1e-7,
      flag: false,
      kind: "b",
      day: "2026-02-28",
      at: 1795255200000001n,
      ms: new Date("2026-11-21T09:00:00.001Z"),
      wall: "2026-11-21T10:00:00",
      bytes: Uint8Array.from([255, 0]),
      tags: ["x", null],
      place: { city: "Köln", zip: null },
      counts: [["k", 12345678901234567n]],
    });
  });

  it("may hold long numbers as text, and times as numbers of a unit", () => {
    expect(decode('{"id":"12345678901234567890123"}')).toMatchObject({ column: "id" });
    expect(decode('{"id":"42","amount":"0.5"}')).toMatchObject({
      id: 42n,
      amount: Decimal.from("0.5000"),
    });
    expect(decode('{"id":1,"at":1795255200001}', { numericTimestamps: "ms" })).toMatchObject({
      at: 1795255200001000n,
    });
    expect(decode('{"id":1,"ms":1795255200}', { numericTimestamps: "s" })).toMatchObject({
      ms: new Date(1795255200000),
    });
    expect(decode('{"id":1,"ms":1795255200000001}', { numericTimestamps: "us" })).toMatchObject({
      column: "ms",
    });
    expect(decode('{"id":1,"at":1}')).toMatchObject({
      reason: expect.stringContaining('numericTimestamps: "ms"'),
    });
  });

  it.each([
    ["{}", "MISSING_VALUE", "id"],
    ['{"id":null}', "INVALID_VALUE", "id"],
    ['{"id":1.5}', "INVALID_VALUE", "id"],
    ['{"id":true}', "INVALID_VALUE", "id"],
    ['{"id":1,"small":2147483648}', "INVALID_VALUE", "small"],
    ['{"id":1,"amount":0.00001}', "INVALID_VALUE", "amount"],
    ['{"id":1,"rate":"x"}', "INVALID_VALUE", "rate"],
    ['{"id":1,"flag":1}', "INVALID_VALUE", "flag"],
    ['{"id":1,"kind":"c"}', "INVALID_VALUE", "kind"],
    ['{"id":1,"day":"2026-02-29"}', "INVALID_VALUE", "day"],
    ['{"id":1,"at":"2026-11-21T10:00:00"}', "INVALID_VALUE", "at"],
    ['{"id":1,"wall":"2026-11-21T10:00:00Z"}', "INVALID_VALUE", "wall"],
    ['{"id":1,"bytes":"*"}', "INVALID_VALUE", "bytes"],
    ['{"id":1,"tags":["x",1]}', "INVALID_VALUE", "tags[1]"],
    ['{"id":1,"tags":"x"}', "INVALID_VALUE", "tags"],
    ['{"id":1,"place":{"city":"x","zip":"y"}}', "INVALID_VALUE", "place.zip"],
    ['{"id":1,"place":{}}', "MISSING_VALUE", "place.city"],
    ['{"id":1,"counts":{"k":"v"}}', "INVALID_VALUE", "counts[k].value"],
    ['{"id":1,"more":1}', "UNKNOWN_FIELD", "more"],
    ['{"id":1,"constructor":1}', "UNKNOWN_FIELD", "constructor"],
    ["[1]", "INVALID_JSON", undefined],
    ["{", "INVALID_JSON", undefined],
  ])("%s is refused, naming the place", (text, code, column) => {
    const rejection = json(table).decode(record(text));
    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection).toMatchObject({ code, column });
  });

  it("without payload is dropped, without UTF-8 refused, with more fields taken where told", () => {
    expect(json(table).decode(record(null))).toBeInstanceOf(Drop);
    expect(json(table).decode(record(Uint8Array.from([0xff])))).toMatchObject({
      code: "INVALID_ENCODING",
    });
    expect(json(table).decode(record(new TextEncoder().encode('{"id":1}')))).toMatchObject({
      id: 1n,
    });
    expect(decode('{"id":1,"more":{"x":1}}', { unknownFields: "ignore" })).toMatchObject({
      id: 1n,
    });
  });

  it("gives back any int64, decimal and double that was written", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (id, unscaled, rate) => {
          const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(5, "0");
          const amount = `${unscaled < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
          const row = decode(`{"id":${id},"amount":${amount},"rate":${String(rate)}}`);
          expect(row["id"]).toBe(id);
          expect((row["amount"] as Decimal).unscaled).toBe(unscaled);
          expect(row["rate"]).toBe(rate === 0 ? 0 : rate);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it.each([
  [{ unkownFields: "ignore" }, /no option "unkownFields"/],
  [{ unknownFields: "keep" }, /unknownFields is keep/],
  [{ numericTimestamps: "ns" }, /numericTimestamps is ns/],
])("a wrong option is refused at once: %j", (options, message) => {
  expect(() => json(table, options as never)).toThrow(message);
});
