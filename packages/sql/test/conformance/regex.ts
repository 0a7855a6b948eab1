import { utf8 } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bind, sql } from "../../src/index.ts";
import { type EngineUnderTest, sharedEngine } from "./engines.ts";

/** Patterns that RE2 and JavaScript read alike, but for the flags before them. */
const patterns = [
  "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$",
  "\\bcat\\b",
  "\\Bat\\B",
  "a.c",
  "^\\d{3}-\\w+$",
  "[\\w.-]+\\s\\S",
  "\\D\\W",
  "(?:ab|c)+d?",
  "(a)(b)?",
  "[]a]",
  "[^]a]",
  "x{2}|y{1,2}?$",
  "\\x41\\x{e9}",
  "[\\d_]+\\.\\+",
  "a|",
  "é",
  "^$",
  "\\$\\^\\{",
];

/** The pattern as JavaScript reads it. */
const javaScript = (pattern: string): RegExp =>
  new RegExp(
    pattern
      .replace("[]a]", "[\\]a]")
      .replace("[^]a]", "[^\\]a]")
      .replace("\\x{e9}", "\\u00e9")
      .replace(/(?<!\\)\.(?!\])/g, (dot, at: number, whole: string) =>
        /\[[^\]]*$/.test(whole.slice(0, at)) ? (dot as string) : "[^\\n]",
      ),
  );

export function regexCases(under: EngineUnderTest): void {
  describe("regular expressions", () => {
    const engine = sharedEngine(under);
    const matches = async (text: string, pattern: string): Promise<unknown> => {
      const { dialect } = engine();
      const test = dialect.regexMatches(bind(text, utf8().type), sql`${pattern}`);
      const { m } = await engine()
        .query(sql`SELECT ${test} AS m`)
        .row();
      expect(m === true || m === false || m === under.truth || m === 0).toBe(true);
      return Boolean(m);
    };

    it("give the verdict they give in JavaScript, on any text", { timeout: 60_000 }, async () => {
      const piece = fc.constantFrom(
        ...["cat", "at", "a", "b", "c", "d", "x", "y", "é", "A", "_", "-", ".", "+", "@", "]"],
        ...["\n", " ", "\t", "1", "123", "ab", "$^{", "Aé", "me@site.org", "concat", "日本"],
      );
      const texts = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
      await fc.assert(
        fc.asyncProperty(texts, fc.constantFrom(...patterns), async (text, pattern) => {
          expect(await matches(text, pattern)).toBe(javaScript(pattern).test(text));
        }),
        { numRuns: 200 },
      );
    });

    it("take flags at their start, and names of groups", async () => {
      expect(await matches("ÉCOLE", "(?i)cole")).toBe(true);
      expect(await matches("a\nb", "a.b")).toBe(false);
      expect(await matches("a\nb", "(?s)a.b")).toBe(true);
      expect(await matches("a\nb", "^b")).toBe(false);
      expect(await matches("a\nB", "(?im)^b$")).toBe(true);
      expect(await matches("ab", "(?P<first>a)b")).toBe(true);
    });
  });
}
