import { describe, expect, it } from "vitest";
import { soundex } from "../../src/index.ts";

// The examples of the National Archives' page on the Soundex indexing system.
const published: readonly (readonly [string, string])[] = [
  ["Washington", "W252"],
  ["Lee", "L000"],
  ["Gutierrez", "G362"],
  ["Pfister", "P236"],
  ["Jackson", "J250"],
  ["Tymczak", "T522"],
  ["Ashcraft", "A261"],
  ["Ashcroft", "A261"],
];

describe("soundex", () => {
  it.each(published)("codes %s as %s", (name, code) => {
    expect(soundex(name)).toBe(code);
  });

  it("reads accented letters as plain ones and skips what is no letter", () => {
    expect(soundex("Ñandú")).toBe(soundex("Nandu"));
    expect(soundex("O'Hara")).toBe("O600");
    expect(soundex("Łukasz")).toBe(soundex("Lukasz"));
  });

  it("gives no code where there is no Latin letter", () => {
    expect(soundex("")).toBe("");
    expect(soundex("東京")).toBe("");
  });
});
