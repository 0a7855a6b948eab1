import {
  type Columns,
  defineTable,
  float32,
  nullable,
  type RowInput,
  type Table,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createTable,
  eq,
  gt,
  inList,
  isNull,
  memoryStore,
  openTable,
  startsWith,
  type Where,
} from "../../src/index.ts";
import { bindWhere } from "../../src/where/bind.ts";
import { matchingRows } from "../../src/where/evaluate.ts";
import { type AnyRow, type Sample, scalars } from "../parquet/tables.ts";
import { sales, someSales } from "./sales.ts";

const ops = ["eq", "ne", "lt", "lte", "gt", "gte"] as const;

/** A condition on columns, with values the columns may have. */
function conditionOn(samples: Readonly<Record<string, Sample>>): fc.Arbitrary<Where> {
  const leaf = fc.constantFrom(...Object.entries(samples)).chain(([column, sample]) => {
    const value = sample.values as fc.Arbitrary<never>;
    const kind = sample.column.type.kind;
    return fc.oneof(
      fc.tuple(fc.constantFrom(...ops), value).map(([op, value]): Where => ({ op, column, value })),
      fc.constantFrom("isNull" as const, "isNotNull" as const).map((op): Where => ({ op, column })),
      fc.array(value, { maxLength: 3 }).map((values) => inList(column, values)),
      ...(kind === "utf8" || kind === "oneOf"
        ? [fc.string({ unit: "binary", maxLength: 2 }).map((prefix) => startsWith(column, prefix))]
        : []),
    );
  });
  return fc.letrec<{ any: Where }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 2, depthSize: "small" },
      leaf,
      fc
        .tuple(
          fc.constantFrom("and" as const, "or" as const),
          fc.array(tie("any"), { maxLength: 3 }),
        )
        .map(([op, terms]): Where => ({ op, terms })),
      tie("any").map((term): Where => ({ op: "not", term })),
    ),
  })).any;
}

const nullableScalars = scalars.map((sample): Sample => ({
  column: nullable(sample.column),
  values: fc.option(sample.values, { nil: null, freq: 4 }),
}));

test("a scan with a condition gives the rows for which it is true, whatever files it skips", async () => {
  let skipped = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.constantFrom(...scalars), fc.constantFrom(...nullableScalars)).chain(([a, b]) =>
        fc.record({
          table: fc.constant(defineTable("t", { a: a.column, b: b.column } as Columns)),
          files: fc.array(
            fc.array(fc.record({ a: a.values, b: b.values }), { minLength: 1, maxLength: 3 }),
            { minLength: 1, maxLength: 4 },
          ),
          where: conditionOn({
            a,
            b: {
              column: b.column,
              values: a === b ? a.values : b.values.filter((value) => value !== null),
            },
          }),
        }),
      ),
      async ({ table, files, where }) => {
        const store = memoryStore();
        const lake = await createTable(store, table);
        for (const rows of files) await lake.append(rows as RowInput<Table>[]);
        const scan = (await openTable(store)).scan({ where });
        const all = toBatch(table, files.flat() as RowInput<Table>[]);
        const rows = toRows(all);
        const wanted = Array.from(matchingRows(bindWhere(table, where), all), (k) => rows[k]!);
        expect(await scan.rows()).toEqual(wanted as AnyRow[]);
        skipped += scan.metrics.filesSkipped;
      },
    ),
    { numRuns: 300 },
  );
  expect(skipped).toBeGreaterThan(100);
});

test("files without a row wanted are not read", async () => {
  const table = await createTable(memoryStore(), sales, { partitionBy: ["currency"] });
  await table.append(someSales(300));
  await table.append(someSales(300, 300));
  const scan = table.scan({ where: eq("id", 450), columns: ["note"] });
  expect(await scan.rows()).toEqual([{ note: "note 450" }]);
  expect(scan.metrics).toMatchObject({ filesRead: 3, filesSkipped: 3, rows: 1 });
  const euros = table.scan({ where: eq("currency", "EUR") });
  expect(await euros.rows()).toHaveLength(200);
  expect(euros.metrics).toMatchObject({ filesRead: 2, filesSkipped: 4 });
});

test("NaN is in no statistics and found all the same", async () => {
  const table = await createTable(memoryStore(), defineTable("t", { x: nullable(float32()) }));
  await table.append([{ x: 1 }, { x: NaN }, { x: null }]);
  await table.append([{ x: NaN }]);
  await table.append([{ x: 2 }]);
  expect(await table.scan({ where: gt("x", 5) }).rows()).toEqual([{ x: NaN }, { x: NaN }]);
  expect(await table.scan({ where: eq("x", NaN) }).rows()).toHaveLength(2);
  expect(await table.scan({ where: isNull("x") }).rows()).toEqual([{ x: null }]);
});

test("long text is found, though its statistics are cut", async () => {
  const table = await createTable(memoryStore(), defineTable("t", { x: utf8() }));
  const long = ["a".repeat(40), `${"a".repeat(32)}\u{10ffff}x`, `${"😀".repeat(40)}`];
  for (const x of long) await table.append([{ x }]);
  for (const x of long) {
    expect(await table.scan({ where: eq("x", x) }).rows()).toEqual([{ x }]);
    expect(await table.scan({ where: startsWith("x", x.slice(0, 36)) }).rows()).toEqual([{ x }]);
  }
});

test("a condition on a column that is not asked for", async () => {
  const table = await createTable(memoryStore(), sales);
  await table.append(someSales(10));
  expect(await table.scan({ columns: ["note"], where: gt("id", 7) }).rows()).toEqual([
    { note: null },
    { note: "note 9" },
  ]);
});
