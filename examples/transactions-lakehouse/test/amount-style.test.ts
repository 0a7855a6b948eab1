import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountStyleOf } from "../src/mapping/amount-style.ts";
import { amountOf } from "../src/mapping/amounts.ts";

const style = (...values: (string | number)[]) => amountStyleOf([{ name: "amount", values }]);

describe("how a file writes its amounts", () => {
  it.each([
    [["1,50"], ",", []],
    [["1.50", "7"], ".", []],
    [["1.234,50"], ",", ["."]],
    [["1,234.50"], ".", [","]],
    [["1.234.567"], ",", ["."]],
    [["1'234.50", "1'000"], ".", ["'"]],
    [["1 234,50"], ",", [" "]],
    [["0,500"], ",", []],
    [["1234,567"], ",", []],
    [["-1.234", "-0,5"], ",", ["."]],
    [["1,50", "n/a", "01.02.2024", "10.0.0.1"], ",", []],
    [["1,50", "2,25", "3.10"], ",", []],
    [["1,50", 2.25], ".", []],
  ])("%j has a decimal %s and groups %j", (values, decimalMark, groupMarks) => {
    expect(style(...values)).toMatchObject({ decimalMark, groupMarks });
  });

  it("is not told by three digits behind one mark: a point is taken, with a doubt for either mark", () => {
    const { decimalMark, doubts } = style("1.234", "7", "2,500", "3.456");
    expect(decimalMark).toBe(".");
    expect(doubts).toEqual([
      'amount: "1.234" is read as 1.234; say "csv": { "decimalSeparator": "," } in a mapping if it is 1234.',
      'amount: "2,500" is read as 2500; say "csv": { "decimalSeparator": "," } in a mapping if it is 2.5.',
    ]);
    expect(style(1.5, 2.25, "12,50")).toMatchObject({ decimalMark: ".", shown: false });
    expect(style("7", "1000")).toMatchObject({ decimalMark: ".", shown: false, doubts: [] });
  });

  it("is told by another column where amounts do not", () => {
    const columns = [
      { name: "amount", values: ["1.234"] },
      { name: "price", values: ["2,50"] },
    ];
    expect(amountStyleOf(columns)).toMatchObject({ decimalMark: ",", doubts: [] });
  });

  it("is noted where more than one in ten is written otherwise", () => {
    expect(style("1,50", "2,25", "3.10").doubts).toEqual([
      'amount is written both as "1,50" and as "3.10": a decimal comma is taken, and what cannot be read so is quarantined.',
    ]);
    expect(style(...new Array<string>(10).fill("1,50"), "3.10").doubts).toEqual([]);
  });

  it("never reads a value that shows the other mark", () => {
    const text = fc.stringMatching(/^-?[0-9]{1,4}([.,' ][0-9]{1,3}){0,3}$/);
    fc.assert(
      fc.property(text, (value) => {
        const { decimalMark, doubts, shown } = style(value);
        if (!shown || doubts.length > 0) return;
        const other = decimalMark === "." ? "," : ".";
        expect(typeof amountOf(value, decimalMark)).not.toBe("string");
        expect(typeof amountOf(value, other)).toBe("string");
      }),
    );
  });
});
