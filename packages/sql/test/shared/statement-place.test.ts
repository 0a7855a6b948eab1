import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawnPlace, placeOf, withPlace } from "../../src/shared/statement-place.ts";

describe("the place of an error in a statement", () => {
  it("is that of the n-th character, whatever its bytes", () => {
    expect(placeOf("select 1,\n 'é😀', x", 17)).toEqual({ line: 2, column: 7 });
    expect(placeOf("x", 1)).toEqual({ line: 1, column: 1 });
    expect(placeOf("x", 0)).toBeUndefined();
    expect(placeOf("x", Number.NaN)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        const place = placeOf(`${a}\n${b}!`, [...a].length + 1 + [...b].length + 1)!;
        const lines = `${a}\n${b}!`.split("\n");
        expect([...lines[place.line - 1]!][place.column! - 1]).toBe("!");
        expect(place.line).toBe(lines.length);
      }),
    );
  });

  it("is where DuckDB draws its caret, also in a line it cut", () => {
    const draw = (line: number, excerpt: string, at: number): string =>
      `Binder Error: no x\n\nLINE ${line}: ${excerpt}\n${" ".repeat(`LINE ${line}: `.length + at)}^`;
    const long = `select ${"a, ".repeat(40)}x from t`;
    expect(drawnPlace(draw(2, "  x, y", 2), "select\n  x, y")).toEqual({ line: 2, column: 3 });
    expect(drawnPlace(draw(1, `...${long.slice(60)}`, 70), long)).toEqual({ line: 1, column: 128 });
    expect(drawnPlace(draw(1, `${long.slice(0, 60)}...`, 7), long)).toEqual({ line: 1, column: 8 });
    // A wide character stands on two places, and an excerpt may be of several: then the line is what is certain.
    expect(drawnPlace(draw(1, "'日本', x", 9), "'日本', x")).toEqual({ line: 1 });
    expect(drawnPlace(draw(1, "...x...", 3), "x + x")).toEqual({ line: 1 });
    expect(drawnPlace(draw(3, "x", 0), "select 1")).toBeUndefined();
    expect(drawnPlace("Binder Error: no x", "select x")).toBeUndefined();
  });

  it("is where DuckDB's parser means it, which draws characters as bytes", () => {
    const statement = "select 'ü' as a,\n  'é' from from t";
    const message = `Parser Error: syntax error at or near "from"\n\nLINE 2:   'é' from from t\n${" ".repeat(17)}^`;
    expect(drawnPlace(message, statement)).toEqual({ line: 2, column: 12 });
    expect(drawnPlace(message.replace('"from"', '"no"'), statement)).toEqual({ line: 2 });
  });

  it("stands at the end of the first line of the message", () => {
    expect(withPlace("no x\nperhaps y", { line: 2, column: 3 })).toBe(
      "no x (line 2, column 3)\nperhaps y",
    );
    expect(withPlace("no x", { line: 2 })).toBe("no x (line 2)");
    expect(withPlace("no x", undefined)).toBe("no x");
  });
});
