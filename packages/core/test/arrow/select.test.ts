import {
  batchBuilder,
  columnReader,
  CoreError,
  defineTable,
  plainValues,
  rowsExcept,
  selectRows,
  selectValues,
  toRows,
} from "@lakewright/core";
import * as arrow from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { anyRows } from "./tables.ts";

const places = fc.array(fc.nat(), { maxLength: 30 });
/** They are copied together. */
const neighbours = fc
  .array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9 })), { maxLength: 6 })
  .map((pieces) =>
    pieces.flatMap(([from, size]) => Array.from({ length: size }, (_, k) => from + k)),
  );

describe("selectRows", () => {
  it("takes the rows asked for in the order asked for, of any type, also of a slice", () => {
    fc.assert(
      fc.property(
        anyRows.filter(({ rows }) => rows.length > 0),
        fc.nat(),
        fc.boolean(),
        fc.oneof(places, neighbours),
        ({ columns, rows }, from, dictionaries, wanted) => {
          const whole = batchBuilder(defineTable("t", columns), { dictionaries }).build(rows);
          const batch = whole.slice(from % rows.length);
          const indexes = Int32Array.from(wanted, (place) => place % batch.numRows);
          const selected = selectRows(batch, indexes);
          const all = toRows(batch);
          const expected = Array.from(indexes, (index) => all[index]);
          expect(toRows(selected)).toEqual(expected);
          // Buffers as others read them: offsets, padding and bitmaps are right.
          const written = arrow.tableToIPC(new arrow.Table(selected));
          expect(arrow.tableFromIPC(written).batches.flatMap((part) => toRows(part))).toEqual(
            expected,
          );
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("refuses a layout that no batch of a table has", () => {
    const refused: readonly arrow.Data[] = [
      arrow.vectorFromArray(["a"], new arrow.LargeUtf8()).data[0]!,
      arrow.vectorFromArray([new Uint8Array(1)], new arrow.LargeBinary()).data[0]!,
      arrow.vectorFromArray([new Uint8Array(2)], new arrow.FixedSizeBinary(2)).data[0]!,
      arrow.vectorFromArray(
        [[1, 2]],
        new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Int16(), true)),
      ).data[0]!,
      arrow.makeData({ type: new arrow.Decimal(2, 60, 256), length: 1, data: new Uint32Array(8) }),
      arrow.makeData({
        type: new arrow.SparseUnion([0], [new arrow.Field("a", new arrow.Int32())]),
        length: 1,
        typeIds: new Int8Array([0]),
        children: [arrow.makeData({ type: new arrow.Int32(), length: 1, data: new Int32Array(1) })],
      } as never) as arrow.Data,
    ];
    for (const data of refused) {
      expect(() => selectValues(data, new Int32Array(1)), String(data.type)).toThrow(CoreError);
    }
  });
});

describe("selectValues", () => {
  it("gives null for -1, of any type", () => {
    fc.assert(
      fc.property(
        anyRows.filter(({ rows }) => rows.length > 0),
        fc.array(fc.integer({ min: -1, max: 29 }), { maxLength: 20 }),
        ({ columns, rows }, wanted) => {
          const batch = batchBuilder(defineTable("t", columns)).build(rows);
          const indexes = Int32Array.from(wanted, (row) => Math.min(row, rows.length - 1));
          for (const data of batch.data.children) {
            const before = columnReader(data);
            const selected = selectValues(data, indexes);
            const after = columnReader(selected);
            expect(Array.from(indexes, (_, k) => after(k))).toEqual(
              Array.from(indexes, (row) => (row < 0 ? null : before(row))),
            );
          }
        },
      ),
    );
  });
});

describe("plainValues", () => {
  it("writes out the values of a dictionary in several pieces, one of them null", () => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
    const pieces = [
      ["Oslo", null],
      ["Bergen", "Voss", "Bø"],
    ].map((texts) => arrow.vectorFromArray(texts, new arrow.Utf8()));
    const data = arrow.makeData({
      type,
      length: 7,
      data: new Int32Array([0, 1, 2, 3, 4, 0, 3]),
      dictionary: pieces[0]!.concat(pieces[1]!),
    });
    for (const part of [data, data.slice(1, 5) as typeof data]) {
      const plain = plainValues(part);
      expect(arrow.DataType.isUtf8(plain.type)).toBe(true);
      const [read, expected] = [columnReader(plain), columnReader(part)];
      const values = Array.from({ length: part.length }, (_, k) => read(k));
      expect(values).toEqual(values.map((_, k) => expected(k)));
    }
  });
});

it("counts the rows that are not among others", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.uniqueArray(fc.nat(59)), (count, others) => {
      const left = new Set(others.filter((row) => row < count));
      const numbers = Array.from({ length: count }, (_, k) => k);
      expect([...rowsExcept(count, left)]).toEqual(numbers.filter((row) => !left.has(row)));
    }),
  );
});
