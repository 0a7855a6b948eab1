import {
  assertBatch,
  batchBuilder,
  conformBatch,
  CoreError,
  decimal,
  defineTable,
  fromArrowSchema,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  oneOf,
  struct,
  timestamp,
  toArrowSchema,
  toBatch,
  toBatches,
  toRows,
  utf8,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import {
  Dictionary,
  Field,
  Int16,
  Int32,
  LargeUtf8,
  makeData,
  Schema,
  Table,
  tableFromArrays,
  tableToIPC,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, it } from "vitest";

const batches = (table: ReturnType<typeof defineTable>, data: unknown): Promise<RecordBatch[]> =>
  Array.fromAsync(toBatches(table, data as never));

const orders = defineTable("orders", {
  id: int64(),
  kind: oneOf(["a", "b"]),
  at: timestamp("us"),
  note: nullable(utf8()),
});

describe("conformBatch", () => {
  it("takes columns that fit as they are, in any order", () => {
    const batch = batchBuilder(orders, { dictionaries: true }).build([
      { id: 1, kind: "a", at: 5n, note: "x" },
    ]);
    const turned = batch.select(["note", "at", "kind", "id"]);
    const conformed = conformBatch(orders, turned);
    expect(conformed.schema.fields.map((field) => field.name)).toEqual([
      "id",
      "kind",
      "at",
      "note",
    ]);
    expect(conformed.data.children[0]!.values).toBe(batch.data.children[0]!.values);
    expect(toRows(conformed, orders)).toEqual([{ id: 1n, kind: "a", at: 5n, note: "x" }]);
  });

  it("takes whole decimals for integers, and refuses the others", () => {
    const sums = defineTable("t", { a: decimal(38, 0), b: nullable(list(decimal(20, 0))) });
    const integers = defineTable("t", { a: int64(), b: nullable(list(int32())) });
    const batch = toBatch(sums, [
      { a: -(2n ** 63n), b: ["7"] },
      { a: "12", b: null },
    ]);
    expect(toRows(conformBatch(integers, batch))).toEqual([
      { a: -(2n ** 63n), b: [7] },
      { a: 12n, b: null },
    ]);
    for (const wrong of [
      toBatch(sums, [{ a: 2n ** 63n }]),
      toBatch(defineTable("t", { a: decimal(4, 1) }), [{ a: "1.0" }]),
    ]) {
      expect(() => conformBatch(integers, wrong)).toThrow(CoreError);
    }
  });

  it("takes the microseconds of an instant for the reading of a clock in UTC, in its own unit", () => {
    const instants = toBatch(defineTable("t", { at: timestamp("us") }), [{ at: -1000n }]);
    for (const unit of ["us", "ms"] as const) {
      const readings = conformBatch(defineTable("t", { at: naiveTimestamp(unit) }), instants);
      expect(toRows(readings)).toEqual([{ at: "1969-12-31T23:59:59.999" }]);
    }
  });

  it("takes microseconds for a column of milliseconds, at any depth, and refuses those it would round", () => {
    const at = (unit: "ms" | "us") =>
      defineTable("t", {
        at: timestamp(unit),
        many: list(timestamp(unit)),
        deep: nullable(struct({ at: nullable(timestamp(unit)), n: int32() })),
        pairs: map(utf8(), timestamp(unit)),
      });
    const rowOf = (us: bigint) => ({
      at: us,
      many: [us, 0n],
      deep: { at: us, n: 1 },
      pairs: [["k", us] as const],
    });
    const micros = toBatch(at("us"), [
      rowOf(-86_400_000_001_000n),
      { ...rowOf(2000n), deep: null },
    ]);
    const ms = new Date(-86_400_000_001);
    expect(toRows(conformBatch(at("ms"), micros))).toEqual([
      { at: ms, many: [ms, new Date(0)], deep: { at: ms, n: 1 }, pairs: [["k", ms]] },
      {
        at: new Date(2),
        many: [new Date(2), new Date(0)],
        deep: null,
        pairs: [["k", new Date(2)]],
      },
    ]);
    const finer = toBatch(at("us"), [rowOf(1500n)]);
    expect(() => conformBatch(at("ms"), finer)).toThrow("below the ms of the column");
  });

  it("converts without loss: widths, units, offsets, dictionaries; and fills a missing nullable column", () => {
    const batch = new Table({
      id: vectorFromArray([1, 2], new Int16()),
      kind: vectorFromArray(["a", "b"], new LargeUtf8()),
      at: vectorFromArray([new Date(1), new Date(2)], new TimestampMillisecond("UTC")),
    }).batches[0]!;
    expect(toRows(conformBatch(orders, batch), orders)).toEqual([
      { id: 1n, kind: "a", at: 1000n, note: null },
      { id: 2n, kind: "b", at: 2000n, note: null },
    ]);
  });

  it("refuses what would be lost or invented", () => {
    const good = { id: [1n], kind: ["a"], at: [0n] };
    const batch = (columns: Record<string, readonly unknown[]>): RecordBatch =>
      new Table(
        Object.fromEntries(
          Object.entries(columns).map(([k, v]) => [k, vectorFromArray(v as string[])]),
        ),
      ).batches[0]!;
    expect(() => conformBatch(orders, batch({ ...good, at: [0.5] }))).toThrow(CoreError);
    expect(() => conformBatch(orders, batch({ ...good, kind: ["c"] }))).toThrow(/is none of a, b/);
    expect(() => conformBatch(orders, batch({ ...good, more: [1n] }))).toThrow(
      /column "more" that table "orders" does not have/,
    );
    expect(() => conformBatch(orders, batch({ kind: ["a"], at: [0n] }))).toThrow(/no column "id"/);
    expect(() =>
      conformBatch(orders, batch({ ...good, id: [null, 1n], kind: ["a", "a"], at: [0n, 0n] })),
    ).toThrow(/1 nulls/);
  });

  it("refuses Arrow objects of another copy instead of reading them as empty", () => {
    const lookalike = { schema: { fields: [] }, data: {}, numRows: 1 };
    expect(() => assertBatch(lookalike)).toThrow(/another copy of apache-arrow/);
    expect(() => assertBatch(tableFromArrays({ a: [1] }))).toThrow(CoreError);
  });
});

describe("schemas", () => {
  it("go to Arrow and back", () => {
    const table = defineTable("t", {
      amount: decimal(38, 10),
      kind: oneOf(["x", "y"]),
      nested: list(struct({ m: map(utf8(), nullable(int32())) })),
    });
    const back = fromArrowSchema("t", toArrowSchema(table));
    expect(JSON.stringify(back)).toBe(JSON.stringify(table));
  });

  it("name the column no table can hold", () => {
    const schema = new Schema([new Field("at", new TimestampNanosecond(), true)]);
    expect(() => fromArrowSchema("t", schema)).toThrow(/"at".*Timestamp<NANOSECOND>/);
  });
});

describe("a dictionary for a closed list of values", () => {
  const batch = toBatch(defineTable("t", { kind: utf8() }), [{ kind: "a" }, { kind: "b" }], {
    dictionaries: true,
  });

  it("is taken as it is where it has no others", () => {
    const table = defineTable("t", { kind: oneOf(["b", "a"]) });
    expect(conformBatch(table, batch).data.children[0]).toBe(batch.data.children[0]);
  });

  it("is refused where a row has another", () => {
    const table = defineTable("t", { kind: oneOf(["a", "c"]) });
    expect(() => conformBatch(table, batch)).toThrow('"b" is none of a, c');
  });
});

describe("a dictionary with a null among its values", () => {
  const values = vectorFromArray(["x", null, "y"], new Utf8());
  const data = makeData({
    type: new Dictionary(new Utf8(), new Int32()),
    length: 4,
    nullCount: 0,
    data: Int32Array.of(0, 1, 2, 0),
    dictionary: values,
  });
  const batch = new Table({ a: new Vector([data]) }).batches[0]!;

  it("is taken with its nulls, and refused by a column that takes none", () => {
    const conformed = conformBatch(defineTable("t", { a: nullable(utf8()) }), batch);
    expect(toRows(conformed).map((row) => row["a"])).toEqual(["x", null, "y", "x"]);
    expect(conformed.data.children[0]!.nullCount).toBe(1);
    expect(() => conformBatch(defineTable("t", { a: utf8() }), batch)).toThrow(CoreError);
  });
});

describe("toBatches", () => {
  it.each([undefined, null, 5, "rows", { a: 1 }])("refuses %j, which has no rows", async (data) => {
    const table = defineTable("t", { a: int32() });
    await expect(batches(table, data)).rejects.toThrow(/nothing to take rows from/);
  });

  it("refuses bytes that are no Arrow, or cut off", async () => {
    const table = defineTable("t", { a: int32() });
    const whole = tableToIPC(new Table([toBatch(table, [{ a: 1 }])]));
    expect(await batches(table, whole)).toHaveLength(1);
    for (const bytes of [
      new Uint8Array(0),
      Uint8Array.of(1, 2, 3),
      new TextEncoder().encode("a,b\n1,2\n"),
      whole.subarray(0, whole.length - 20),
    ]) {
      await expect(batches(table, bytes)).rejects.toMatchObject({ code: "CORE_INVALID_VALUE" });
    }
  });

  it("takes rows, streams, batches and mixtures, and counts rows from the start of the data", async () => {
    const table = defineTable("t", { a: int32() });
    const batch = batchBuilder(table).build([{ a: 3 }]);
    async function* mixed(): AsyncGenerator<{ a: number } | RecordBatch> {
      yield { a: 1 };
      yield { a: 2 };
      yield batch;
      yield { a: 4 };
    }
    const read: unknown[] = [];
    for await (const part of toBatches(table, mixed(), { batchRows: 10 }))
      read.push(toRows(part, table));
    expect(read).toEqual([[{ a: 1 }, { a: 2 }], [{ a: 3 }], [{ a: 4 }]]);

    const bad = [{ a: 1 }, { a: 2 }, { a: 3 }, { a: "x" as unknown as number }];
    await expect(async () => {
      for await (const _ of toBatches(table, bad, { batchRows: 2 }));
    }).rejects.toMatchObject({
      message: expect.stringMatching(/^Row 3 /) as string,
      details: { row: 3 },
    });
  });

  it("takes a row for a row, also where its columns have the names of a batch's properties", async () => {
    const named = defineTable("t", { schema: utf8(), numRows: int32(), data: utf8() });
    const row = { schema: "public", numRows: 3, data: "x" };
    const [batch] = await batches(named, [row]);
    expect(toRows(batch!, named)).toEqual([row]);
    const other = { schema: { fields: [] }, numRows: 1, data: {} };
    await expect(batches(named, [other])).rejects.toMatchObject({ code: "CORE_FOREIGN_ARROW" });
  });

  it("stops when the signal says so", async () => {
    const table = defineTable("t", { a: int32() });
    const stop = new AbortController();
    await expect(async () => {
      for await (const _ of toBatches(table, [{ a: 1 }, { a: 2 }], {
        batchRows: 1,
        signal: stop.signal,
      })) {
        stop.abort(new Error("enough"));
      }
    }).rejects.toThrow("enough");
  });
});
