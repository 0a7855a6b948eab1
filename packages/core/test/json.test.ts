import { CoreError, Decimal, parseJson, stringifyJson } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("parseJson", () => {
  it("tells a double with all its digits from a number that has more", () => {
    const text = '{"id":"1a4e5-12345678901234567","a":0.30000000000000004,"b":[1e-7,';
    expect(parseJson(`${text}2]}`)).toEqual({
      id: "1a4e5-12345678901234567",
      a: 0.30000000000000004,
      b: [1e-7, 2],
    });
    expect(parseJson(`${text}10000000000000000]}`)).toMatchObject({ b: [1e-7, 10n ** 16n] });
    expect(parseJson(`${text}0.300000000000000041,5]}`)).toMatchObject({
      a: 0.30000000000000004,
      b: [1e-7, Decimal.from("0.300000000000000041"), 5],
    });
  });

  it("keeps what a double would lose", () => {
    const value = parseJson(
      '{"id": 9007199254740993, "amount": 12345678901234567.89, "small": 0.1, "big": 1e400}',
    );
    expect(value).toMatchObject({ id: 9007199254740993n, small: 0.1 });
    const { amount, big } = value as Record<string, unknown>;
    expect(String(amount)).toBe("12345678901234567.89");
    expect(big).toBeInstanceOf(Decimal);
  });

  it("gives plain numbers where doubles are exact, whatever their form", () => {
    expect(parseJson("[1e3, 1.50, -0, 4503599627370496, 0.30000000000000004]")).toEqual([
      1000, 1.5, -0, 4503599627370496, 0.30000000000000004,
    ]);
  });

  it("does not touch digits inside text", () => {
    expect(parseJson('{"a":"12345678901234567890","b":1}')).toEqual({
      a: "12345678901234567890",
      b: 1,
    });
  });

  it("names what is no JSON", () => {
    expect(() => parseJson('{"a":')).toThrow(CoreError);
    expect(() => parseJson("{'a':12345678901234567890}")).toThrow(/is no JSON/);
  });

  it("reads integers of any size exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (n) => {
        const value = parseJson(`{"n":${n}}`) as { n: number | bigint };
        expect(BigInt(value.n)).toBe(n);
        expect(typeof value.n).toBe(Number.isSafeInteger(Number(n)) ? "number" : "bigint");
      }),
    );
  });

  it("reads decimals of any length exactly", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.nat({ max: 12 }),
        (n, scale) => {
          const written = new Decimal(n, scale);
          const value = parseJson(String(written)) as number | bigint | Decimal;
          expect(Decimal.from(value).equals(written)).toBe(true);
        },
      ),
    );
  });
});

describe("stringifyJson", () => {
  it("writes bigint and Decimal as bare numbers with every digit", () => {
    const text = stringifyJson({
      id: 2n ** 63n,
      amount: Decimal.from("1.10"),
      list: [1n],
      none: undefined,
    });
    expect(text).toBe('{"id":9223372036854775808,"amount":1.10,"list":[1]}');
  });
});
