import {
  batchBuilder,
  bool,
  decimal,
  defineTable,
  int16,
  int64,
  list,
  nullable,
  struct,
  toRows,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { selectRows } from "../../src/where/select.ts";

const table = defineTable("things", {
  id: int64(),
  small: nullable(int16()),
  name: nullable(utf8()),
  price: nullable(decimal(20, 2)),
  open: nullable(bool()),
  tags: nullable(list(nullable(utf8()))),
  place: nullable(struct({ x: nullable(int64()), y: nullable(utf8()) })),
});

const text = fc.string({ maxLength: 40, unit: "grapheme" });
const row = fc.record({
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  small: fc.option(fc.integer({ min: -32_768, max: 32_767 })),
  name: fc.option(text),
  price: fc.option(fc.constantFrom("0.01", "-123456789012345678.90", "7.00")),
  open: fc.option(fc.boolean()),
  tags: fc.option(fc.array(fc.option(text), { maxLength: 3 })),
  place: fc.option(
    fc.record({ x: fc.option(fc.bigInt({ min: -5n, max: 5n })), y: fc.option(text) }),
  ),
});

it("takes the rows asked for in the order asked for, also of a slice", () => {
  const places = fc.array(fc.nat(), { maxLength: 30 });
  const runs = fc
    .array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9 })), { maxLength: 6 })
    .map((pieces) =>
      pieces.flatMap(([from, size]) => Array.from({ length: size }, (_, k) => from + k)),
    );
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 25 }),
      fc.nat(24),
      fc.oneof(places, runs),
      (rows, from, wanted) => {
        const skipped = from % rows.length;
        const batch = batchBuilder(table).build(rows).slice(skipped);
        const indexes = Int32Array.from(wanted, (place) => place % batch.numRows);
        const all = [...toRows(batch)];
        expect([...toRows(selectRows(batch, indexes))]).toEqual(
          Array.from(indexes, (index) => all[index]),
        );
      },
    ),
    { numRuns: 300 },
  );
});
