import { portablePattern, QualityError } from "@lakewright/quality";
import { bind, sql } from "@lakewright/sql";
import { list, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import fc from "fast-check";
import { pattern, texts } from "./arbitrary.ts";
import { afterAll, describe, expect, it } from "vitest";

const engine = duckdb(":memory:");
afterAll(() => engine.close());

describe("a portable pattern", () => {
  it("matches the same texts in JavaScript and on DuckDB", async () => {
    await fc.assert(
      fc.asyncProperty(pattern, texts, async (source, texts) => {
        const portable = portablePattern(source);
        const expression = new RegExp(portable, "u");
        const rows = await engine
          .query(
            sql`SELECT text, ${engine.dialect.regexMatches(sql`text`, sql`${portable}`)} AS found FROM (SELECT unnest(${bind(texts, list(utf8()).type)}) AS text)`,
          )
          .rows();
        expect(rows).toEqual(texts.map((text) => ({ text, found: expression.test(text) })));
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it("is read by JavaScript as the one it was made of, blanks beyond ASCII apart", () => {
    fc.assert(
      fc.property(pattern, texts, (source, texts) => {
        // With the u flag a hyphen outside a class may not be escaped.
        fc.pre(!source.includes("\\-"));
        const own = new RegExp(source, "u");
        const portable = new RegExp(portablePattern(source), "u");
        for (const text of texts.map((text) => text.replaceAll(/[\u00a0\v]/g, " "))) {
          expect(portable.test(text)).toBe(own.test(text));
        }
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it("is its own portable pattern", () => {
    fc.assert(
      fc.property(pattern, (source) => {
        const once = portablePattern(source);
        expect(portablePattern(once)).toBe(once);
      }),
    );
  });

  it.each([
    ["(?=a)b", "look-around"],
    ["(?<!a)b", "look-around"],
    ["(?i)a", "look-around or flags"],
    ["(a)\\1", "escape \\1"],
    ["\\bword\\b", "escape \\b"],
    ["\\p{L}", "escape \\p"],
    ["a**", "two quantifiers"],
    ["^*", "repeats an anchor"],
    ["*a", "follows nothing"],
    ["a{300}", "more than 255"],
    ["a{3,2}", "maximum is below"],
    ["a{", "bare {"],
    ["[]", "empty class"],
    ["[z-a]", "backwards"],
    ["[\\S]", "\\S in a class"],
    ["[[a]", "bare ["],
    ["[a", "without its ]"],
    ["(a", "without its )"],
    ["a)", "without its ("],
    ["a\\", "escape"],
    ["\\x00", "code 0"],
    ["\ud800", "surrogate"],
  ])("refuses %j and says why", (source, problem) => {
    expect(() => portablePattern(source)).toThrow(QualityError);
    expect(() => portablePattern(source)).toThrow(problem);
  });
});
