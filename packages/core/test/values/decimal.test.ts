import { inspect } from "node:util";
import { CoreError, Decimal } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("Decimal", () => {
  it("reads text, integers, exponents and doubles by their shortest text", () => {
    expect(String(Decimal.from("12.50"))).toBe("12.50");
    expect(String(Decimal.from("-.5"))).toBe("-0.5");
    expect(String(Decimal.from("5."))).toBe("5");
    expect(String(Decimal.from("1.5e3"))).toBe("1500");
    expect(String(Decimal.from("1.5E-3"))).toBe("0.0015");
    expect(String(Decimal.from(0.1))).toBe("0.1");
    expect(String(Decimal.from(1e21))).toBe("1000000000000000000000");
    expect(String(Decimal.from(7n))).toBe("7");
  });

  it.each(["", ".", "-", "abc", "1,5", "1.2.3", "Infinity", "0x10", "1e99999"])(
    "refuses %j",
    (text) => {
      expect(() => Decimal.from(text)).toThrow(CoreError);
    },
  );

  it("never rounds unless asked", () => {
    expect(() => Decimal.from("1.005").rescale(2)).toThrow(/does not fit 2 digits/);
    expect(String(Decimal.from("1.005").rescale(2, "halfEven"))).toBe("1.00");
    expect(String(Decimal.from("1.015").rescale(2, "halfEven"))).toBe("1.02");
    expect(String(Decimal.from("-1.005").rescale(2, "halfUp"))).toBe("-1.01");
    expect(String(Decimal.from("-1.009").rescale(2, "down"))).toBe("-1.00");
    expect(String(Decimal.from("1.006").rescale(2, "halfEven"))).toBe("1.01");
  });

  it("compares by value, whatever the scale", () => {
    expect(Decimal.from("1.0").equals("1.00")).toBe(true);
    expect(Decimal.from("-0").equals("0")).toBe(true);
    expect(Decimal.from("2").compare("10")).toBe(-1);
  });

  it("is text in JSON and a double only by name", () => {
    expect(JSON.stringify({ amount: Decimal.from("12345678901234567890.12") })).toBe(
      '{"amount":"12345678901234567890.12"}',
    );
    expect(Decimal.from("0.1").toNumber()).toBe(0.1);
  });

  it("adds, subtracts and multiplies as big rationals do", () => {
    const number = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 8 }));
    fc.assert(
      fc.property(number, number, ([a, s], [b, t]) => {
        const x = new Decimal(a, s);
        const y = new Decimal(b, t);
        const scale = 10n ** 16n;
        const exact = (d: Decimal): bigint => (d.unscaled * scale) / 10n ** BigInt(d.scale);
        expect(exact(x.plus(y))).toBe(exact(x) + exact(y));
        expect(exact(x.minus(y))).toBe(exact(x) - exact(y));
        expect(x.times(y).unscaled).toBe(a * b);
        expect(Decimal.from(x.toString()).equals(x)).toBe(true);
      }),
    );
  });
});

it("is shown as the number it is", () => {
  expect(inspect(new Decimal(-400n, 2))).toBe("Decimal(-4.00)");
  expect(inspect({ amount: [new Decimal(5n, 1)] })).toBe("{ amount: [ Decimal(0.5) ] }");
});

it.each([null, undefined, {}, "", NaN])("%j is no decimal, and said to be none", (value) => {
  expect(() => Decimal.from(value as never)).toThrow(/is not a decimal number/);
});
