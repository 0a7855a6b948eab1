import { batchBuilder, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyOrder } from "../../src/load/stage/key-order.ts";

const table = defineTable("t", { a: utf8(), b: int64(), c: nullable(utf8()) });
type Row = { readonly a: string; readonly b: bigint; readonly c: string | null };

function isAscending(parts: readonly (readonly Row[])[], key: readonly string[]): boolean {
  const order = new KeyOrder(table, key);
  const builder = batchBuilder(table);
  for (const rows of parts) order.look(builder.build([...rows]));
  return order.isAscending;
}

const row = (a: string, b: bigint | number, c: string | null = "x"): Row => ({
  a,
  b: BigInt(b),
  c,
});

test("keys are in order exactly where each is greater than the one before, whatever the batches are", () => {
  const rows = fc.array(
    fc.record({
      a: fc.string({ unit: fc.constantFrom("", "a", "b", "é", "\u{1F600}"), maxLength: 3 }),
      b: fc.bigInt({ min: -2n, max: 2n }),
      c: fc.constant("x"),
    }),
    { maxLength: 8 },
  );
  const compare = (x: Row, y: Row): number =>
    Buffer.compare(Buffer.from(x.a), Buffer.from(y.a)) || Number(x.b - y.b);
  fc.assert(
    fc.property(rows, fc.nat(8), fc.boolean(), (given, cut, sorted) => {
      const all = sorted ? given.toSorted(compare) : given;
      const expected = all.every((one, k) => k === 0 || compare(all[k - 1]!, one) < 0);
      expect(isAscending([all.slice(0, cut), all.slice(cut)], ["a", "b"])).toBe(expected);
    }),
  );
});

test("the order of integers is not that of their text", () => {
  expect(isAscending([[row("x", 9)], [row("x", 10)], [row("x", 2n ** 62n)]], ["b"])).toBe(true);
  expect(isAscending([[row("x", 10), row("x", 9)]], ["b"])).toBe(false);
});

test("of no key, and of one with nulls, nothing is said", () => {
  expect(isAscending([[row("a", 1)]], [])).toBe(false);
  expect(isAscending([[row("a", 1, null)]], ["c"])).toBe(false);
});
