import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mask, pseudonymise, type SourceRecord } from "../../src/index.ts";
import { hmacSha256 } from "../../src/transform/sha256.ts";

const record: SourceRecord = { offset: 0n, next: 1n, key: null, value: "", headers: [] };
const key = "0123456789abcdef";

describe("pseudonymise", () => {
  it("is HMAC-SHA-256 as node:crypto computes it", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: "grapheme", maxLength: 300 }),
        (bytes, text) => {
          const expected = createHmac("sha256", bytes).update(text.toWellFormed()).digest("hex");
          expect(hmacSha256(bytes)(text)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
    for (let length = 0; length < 200; length++) {
      const text = "x".repeat(length);
      expect(hmacSha256(Buffer.from(key))(text)).toBe(
        createHmac("sha256", key).update(text).digest("hex"),
      );
    }
  });

  it("gives the same text the same pseudonym in every column, and leaves null and the given row alone", () => {
    const step = pseudonymise(["a", "b", "c"], key, { prefix: "k1:" });
    const row = Object.freeze({ a: "anna", b: "anna", c: null, d: 1 });
    const result = step.apply(row, record) as unknown as typeof row;
    expect(result.a).toBe(`k1:${createHmac("sha256", key).update("anna").digest("hex")}`);
    expect(result).toEqual({ a: result.a, b: result.a, c: null, d: 1 });
    expect(step.name).toBe("pseudonymise:a,b,c");
  });

  it("refuses a short key, no columns, and a column that is no text", () => {
    expect(() => pseudonymise(["a"], "short")).toThrow(/5 bytes; it needs at least 16/);
    expect(() => pseudonymise([], key)).toThrow(/no columns/);
    const step = pseudonymise(["a"], key);
    expect(() => step.apply({ a: 1n } as never, record)).toThrow(
      'column "a" holds a bigint, no text.',
    );
    expect(() => step.apply({} as never, record)).toThrow('column "a" holds nothing, no text.');
  });
});

describe("mask", () => {
  it.each([
    ["4111111111111111", {}, "************1111"],
    ["abcd", {}, "****"],
    ["abc", {}, "***"],
    ["", {}, ""],
    ["a😀b😀c", { keepEnd: 2 }, "***😀c"],
    ["secret", { keepEnd: 0, with: "x" }, "xxxxxx"],
  ])("of %j with %j is %j", (text, options, expected) => {
    expect(mask(["a"], options).apply({ a: text }, record)).toEqual({ a: expected });
  });

  it("keeps null and refuses options nobody reads", () => {
    expect(mask(["a"]).apply({ a: null }, record)).toEqual({ a: null });
    expect(() => mask(["a"], { keepStart: 1 } as never)).toThrow(/no option "keepStart"/);
    expect(() => mask(["a"], { keepEnd: -1 })).toThrow(/keepEnd is -1/);
  });
});
