import {
  batchBuilder,
  type Columns,
  decimal,
  defineTable,
  extendTable,
  int64,
  nullable,
  oneOf,
  type RowsOrBatches,
  toRows,
  utf8,
} from "@lakewright/core";
import { postgresDialect } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyOrder } from "../../src/load/stage/key-order.ts";
import type { Reject } from "../../src/load/stage/rejects.ts";
import { IncomingRows } from "../../src/load/stage/rows.ts";
import { StorableCheck } from "../../src/load/stage/storable.ts";

const table = defineTable("t", {
  id: int64(),
  name: nullable(utf8()),
  segment: oneOf(["retail", "business"]),
  total: decimal(6, 2),
});
const staged = extendTable(table, { row: int64() }, "staged");
const loose = defineTable("t", {
  id: nullable(int64()),
  name: nullable(utf8()),
  segment: nullable(utf8()),
  total: nullable(utf8()),
} satisfies Columns);

interface Taken {
  readonly read: number;
  readonly rejects: readonly Reject[];
  readonly rows: readonly unknown[];
  readonly batches: number;
}

function taken(data: RowsOrBatches): Taken {
  const engine = {
    dialect: postgresDialect,
    capabilities: { nulInText: false, nonFiniteNumbers: true },
  };
  const check = new StorableCheck(engine, table.fields, new Map());
  const incoming = new IncomingRows(table, staged, true, check, new KeyOrder(table, ["id"]));
  const batches = [...(incoming.batches(data, {}) as Iterable<RecordBatch>)];
  return {
    read: incoming.read,
    rejects: incoming.rejects,
    rows: batches.flatMap((batch) => toRows(batch)),
    batches: batches.length,
  };
}

const row = fc.record({
  id: fc.option(fc.bigInt(0n, 9n), { freq: 9 }),
  name: fc.option(fc.constantFrom("a", "b\0", "日本")),
  segment: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("retail", "business") },
    { weight: 1, arbitrary: fc.constantFrom("private", null) },
  ),
  total: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("1.00", "12.5") },
    { weight: 1, arbitrary: fc.constantFrom("much", "99999.00", null) },
  ),
});

test("batches are taken as their rows are: the same ones, numbers, messages and values", () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 30 }),
      fc.nat(30),
      fc.boolean(),
      (rows, cut, dictionaries) => {
        const builder = batchBuilder(loose, { dictionaries });
        const whole = builder.build(rows);
        const middle = Math.min(cut, rows.length);
        const parts = [whole.slice(0, middle), whole.slice(middle)];
        const given = taken(parts);
        const expected = taken(rows as never);
        expect(given.rows).toEqual(expected.rows);
        expect(given.read).toBe(expected.read);
        const byRow = ({ rejects }: Taken): Reject[] =>
          [...rejects].sort((a, b) => Number(a.row - b.row));
        const shown = (all: readonly Reject[]): unknown[] =>
          all.map(({ row, reason, message }) => ({ row, reason, message }));
        expect(shown(byRow(given))).toEqual(shown(byRow(expected)));
        // Of rows that only the engine cannot hold, the total is a decimal by then.
        for (const { row, value } of given.rejects) {
          const { id, name, segment, total } = rows[Number(row)]!;
          expect(value).toMatchObject({ id, name, segment });
          expect(Number((value as { total: unknown }).total)).toBe(
            total === null ? 0 : Number(total),
          );
        }
      },
    ),
  );
});

test("a batch stays one batch, however many of its rows are left out", () => {
  const rows = Array.from({ length: 4000 }, (_, k) => ({
    id: BigInt(k),
    name: k % 3 === 0 ? "b\0" : "a",
    segment: "retail",
    total: k % 2 === 0 ? "much" : "1.00",
  }));
  const { batches, rejects, rows: kept } = taken([batchBuilder(loose).build(rows)]);
  expect(batches).toBe(1);
  expect(rejects).toHaveLength(2000 + 667);
  expect(kept.map((one) => Number((one as { row: bigint }).row))).toEqual(
    rows.flatMap((_, k) => (k % 2 === 1 && k % 3 !== 0 ? [k] : [])),
  );
});
