import {
  binary,
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int16,
  int64,
  list,
  map,
  nullable,
  oneOf,
  struct,
  timestamp,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBatches } from "../../src/where/concat.ts";

const wide = defineTable("wide", {
  n: nullable(int64()),
  small: int16(),
  x: nullable(float64()),
  ok: nullable(bool()),
  text: nullable(utf8()),
  kind: nullable(oneOf(["view", "buy"])),
  bytes: nullable(binary()),
  amount: nullable(decimal(30, 3)),
  day: nullable(date()),
  at: timestamp("us"),
  tags: nullable(list(nullable(utf8()))),
  labels: nullable(map(utf8(), nullable(int64()))),
  address: nullable(struct({ city: nullable(utf8()), flags: nullable(list(bool())) })),
});

const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values);
const row = fc.record({
  n: maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  small: fc.integer({ min: -32_768, max: 32_767 }),
  x: maybe(fc.double()),
  ok: maybe(fc.boolean()),
  text: maybe(fc.string({ unit: "grapheme", maxLength: 5 })),
  kind: maybe(fc.constantFrom("view", "buy")),
  bytes: maybe(fc.uint8Array({ maxLength: 4 })),
  amount: maybe(fc.bigInt({ min: 1n - 10n ** 27n, max: 10n ** 27n - 1n }).map(String)),
  day: maybe(fc.constantFrom("1960-02-29", "2026-11-21")),
  at: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  tags: maybe(fc.array(maybe(fc.string({ maxLength: 3 })), { maxLength: 3 })),
  labels: maybe(
    fc.array(fc.tuple(fc.string({ maxLength: 3 }), maybe(fc.bigInt({ min: 0n, max: 9n }))), {
      maxLength: 2,
    }),
  ),
  address: maybe(
    fc.record({
      city: maybe(fc.string({ maxLength: 3 })),
      flags: maybe(fc.array(fc.boolean(), { maxLength: 3 })),
    }),
  ),
});

test("batches put together have the rows of each, also where they are slices", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          rows: fc.array(row, { maxLength: 20 }),
          dictionaries: fc.boolean(),
          from: fc.nat({ max: 5 }),
          less: fc.nat({ max: 5 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      (parts) => {
        const batches = parts.map(({ rows, dictionaries, from, less }) =>
          toBatch(wide, rows as never, { dictionaries }).slice(
            from,
            Math.max(from, rows.length - less),
          ),
        );
        const [first, ...more] = batches;
        const together = concatBatches([first!, ...more]);
        expect(toRows(together)).toEqual(batches.flatMap((batch) => toRows(batch)));
      },
    ),
    { numRuns: 200 },
  );
});
