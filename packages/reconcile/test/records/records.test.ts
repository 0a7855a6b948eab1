import {
  date,
  decimal,
  defineTable,
  int64,
  nullable,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { block, compare, defineLinker, exact, type FieldDefinition } from "../../src/index.ts";
import { PairInterner, textInterner } from "../../src/records/interner.ts";
import { canonicalOrder } from "../../src/records/order.ts";

const table = defineTable("t", {
  id: utf8(),
  a: nullable(utf8()),
  b: nullable(utf8()),
  n: nullable(int64()),
  amount: nullable(decimal(8, 2)),
  day: nullable(date()),
  at: nullable(timestamp("ms")),
});

function linkerOf(field: FieldDefinition) {
  return defineLinker(table, {
    id: "id",
    fields: { field },
    blocking: [block("field")],
    comparisons: [compare("field", [exact()])],
  });
}

/** The values of a field by id. */
async function values(
  field: FieldDefinition,
  data: Parameters<ReturnType<typeof linkerOf>["read"]>[0],
) {
  const records = await linkerOf(field).read(data);
  const { codes, texts } = records.field("field");
  return Object.fromEntries(records.ids.map((id, k) => [id, texts[codes[k]!] ?? null]));
}

describe("a field", () => {
  const rows = [
    {
      id: "x",
      a: "é👍",
      b: null,
      n: 9_007_199_254_740_993n,
      amount: "1.50",
      day: "2024-02-29",
      at: "2024-02-29T00:00:00Z",
    },
    { id: "y", a: "", b: "B", n: null, at: "2024-02-29T01:00:00Z" },
    { id: "z", a: "A", b: "B" },
  ];

  it.each([
    ["a", { x: "é👍", y: null, z: "A" }],
    ["n", { x: "9007199254740993", y: null, z: null }],
    ["amount", { x: "1.50", y: null, z: null }],
    ["day", { x: "2024-02-29", y: null, z: null }],
    ["at", { x: "2024-02-29", y: "2024-02-29T01:00:00.000Z", z: null }],
  ])("of column %s is its text, however it comes", async (column, expected) => {
    const field = { columns: [column] };
    expect(await values(field, rows)).toEqual(expected);
    expect(await values(field, toBatch(table, rows, { dictionaries: true }))).toEqual(expected);
    expect(
      await values(field, [toBatch(table, rows.slice(0, 1)), toBatch(table, rows.slice(1))]),
    ).toEqual(expected);
  });

  it("of several columns is made once for each combination", async () => {
    let calls = 0;
    const field: FieldDefinition = {
      columns: ["a", "b", "n"],
      of: (a, b, n) => {
        calls++;
        return `${a}|${b}|${n}`;
      },
    };
    const many = Array.from({ length: 60 }, (_, k) => ({
      id: `${k}`,
      a: k % 2 ? "A" : null,
      b: k % 3 ? "B" : null,
      n: BigInt(k % 5),
    }));
    const made = await values(field, many);
    expect(made["7"]).toBe("A|B|2");
    expect(made["12"]).toBe("null|null|2");
    expect(calls).toBe(20);
  });
});

describe("numbering", () => {
  it("of texts and of pairs gives equal numbers to equals only, and gives them back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 300 }),
        (texts) => {
          const interner = textInterner();
          const codes = texts.map((text) => interner.codeOf(text));
          expect(codes.map((code) => interner.texts()[code])).toEqual(
            texts.map((text) => text.toWellFormed()),
          );
          const pairs = new PairInterner();
          const numbers = codes.map((code, k) => pairs.codeOf(code, codes[k >> 1]!));
          numbers.forEach((number, k) => {
            expect(pairs.partsOf(number)).toEqual([codes[k], codes[k >> 1]]);
          });
          expect(pairs.size).toBe(new Set(numbers).size);
        },
      ),
    );
  });

  it("grows beyond its first room", () => {
    const interner = textInterner();
    for (let k = 0; k < 20_000; k++)
      expect(interner.codeOf(`text ${k} ${"x".repeat(k % 9)}`)).toBe(k);
    const pairs = new PairInterner();
    for (let k = 0; k < 20_000; k++) expect(pairs.codeOf(k % 141, k)).toBe(k);
  });
});

it("the order of records depends on their ids alone", () => {
  const ids = fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 200 });
  fc.assert(
    fc.property(ids, (list) => {
      const there = Array.from(canonicalOrder(list), (row) => list[row]);
      const reversed = list.toReversed();
      expect(Array.from(canonicalOrder(reversed), (row) => reversed[row])).toEqual(there);
      expect(there.toSorted()).toEqual(list.toSorted());
    }),
  );
});
