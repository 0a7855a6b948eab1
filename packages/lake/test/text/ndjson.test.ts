import {
  bool,
  date,
  Decimal,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  parseJson,
  type RowInput,
  struct,
  type Table,
  timestamp,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { LakeError } from "../../src/errors.ts";
import { readNdjson, type RejectedLine } from "../../src/text.ts";
import { anyTable } from "../parquet/tables.ts";
import { anyDice, jsonLine } from "./json-styles.ts";
import { allRows, inPieces, utf8Bytes } from "./reading.ts";

const sales = defineTable("sales", {
  id: int64(),
  amount: nullable(decimal(12, 2)),
  note: nullable(utf8()),
  at: nullable(timestamp("us")),
  day: nullable(date()),
  score: nullable(float64()),
  paid: nullable(bool()),
  count: nullable(int32()),
});

const read = (text: string, table: Table = sales): Promise<Record<string, unknown>[]> =>
  allRows(readNdjson(utf8Bytes(text), table), table);

async function rejectedOf(text: string, table: Table = sales): Promise<readonly RejectedLine[]> {
  const batches = readNdjson(utf8Bytes(text), table, { rejects: "collect" });
  await allRows(batches, table);
  return batches.rejected;
}

describe("NDJSON", () => {
  it("reads any rows, however their lines are written and cut", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 });
    const options = fc.record({
      batchRows: fc.integer({ min: 1, max: 20 }),
      dictionaries: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anyTable, anyDice, sizes, options, async ({ table, rows }, dice, cut, o) => {
        const finite = rows.map((row) => withoutInfinities(row) as RowInput<Table>);
        const text = finite.map((row) => jsonLine(table, row, dice)).join("");
        const input = inPieces(utf8Bytes(dice(2) === 1 ? text.trimEnd() : text), cut);
        const found = await allRows(readNdjson(input, table, o), table);
        expect(found).toEqual(toRows(toBatch(table, finite), table));
      }),
      { numRuns: runs(400) },
    );
  });

  it("keeps the sign of a zero, also of values of maps", async () => {
    const zeros = list(float64());
    const table = defineTable("t", {
      x: float64(),
      m: map(utf8(), float64()),
      n: map(utf8(), zeros),
    });
    expect(await read('{"x":-0,"m":{"a":-0,"b":0},"n":[["",[-0.0,0]]]}', table)).toEqual([
      {
        x: -0,
        m: [
          ["a", -0],
          ["b", 0],
        ],
        n: [["", [-0, 0]]],
      },
    ]);
  });

  it("reads a damaged line as JSON.parse does, or rejects it", async () => {
    const table = defineTable("t", {
      id: int64(),
      name: nullable(utf8()),
      price: nullable(decimal(9, 2)),
      share: nullable(float64()),
      ok: nullable(bool()),
      tags: nullable(list(nullable(utf8()))),
      at: nullable(struct({ x: int32(), y: nullable(utf8()) })),
      more: nullable(map(utf8(), int32())),
    });
    const line = `{"id":12,"name":"a\\u00e9\\n😀","price":-1.50,"share":1e-3,"ok":true,"tags":["x",null],"at":{"x":1,"y":"é"},"more":{"k":1,"l":2}}`;
    const bytes = utf8Bytes(line);
    const damage = fc.array(
      fc.record({
        at: fc.nat({ max: bytes.length - 1 }),
        drop: fc.nat({ max: 3 }),
        put: fc.constantFrom(...'{}[],:"\\ntfu0159.-+eE \t\r\u0000', "null", "é", "\ud83d"),
        raw: fc.option(fc.integer({ min: 128, max: 255 }), { freq: 4 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        let damaged = bytes;
        for (const { at, drop, put, raw } of changes) {
          const here = Math.min(at, damaged.length);
          const middle = raw === null ? utf8Bytes(put) : Uint8Array.of(raw);
          damaged = Buffer.concat([
            damaged.subarray(0, here),
            middle,
            damaged.subarray(here + drop),
          ]);
        }
        const batches = readNdjson(damaged, table, { rejects: "collect" });
        const found = await allRows(batches, table);
        expect(found.length + batches.rejected.length).toBeLessThanOrEqual(1);
        const wanted = naively(table, damaged);
        // This package also takes exact numbers as text, and doubles with more digits than they have.
        if (wanted) expect(found).toEqual([wanted]);
        else if (found.length === 1) expect(looselyValid(damaged)).toBe(true);
      }),
      { numRuns: runs(3000) },
    );
  });

  it("reads integers, decimals and doubles to the last digit", async () => {
    const rows = await read(
      [
        '{"id":9223372036854775807,"amount":9999999999.99,"score":0.1234567890123456}',
        '{"id":-9223372036854775808,"amount":-9999999999.99,"score":2.2250738585072011e-308}',
        '{"id":"9007199254740993","amount":"0.10","score":1.7976931348623157e308}',
        '{"id":1e3,"amount":1.5e2,"score":-0}',
        '{"id":-0,"amount":1.500,"score":9007199254740993}',
      ].join("\n"),
    );
    expect(rows.map((row) => row["id"])).toEqual([
      9223372036854775807n,
      -9223372036854775808n,
      9007199254740993n,
      1000n,
      0n,
    ]);
    expect(rows.map((row) => String(row["amount"]))).toEqual([
      "9999999999.99",
      "-9999999999.99",
      "0.10",
      "150.00",
      "1.50",
    ]);
    expect(rows.map((row) => row["score"])).toEqual([
      0.1234567890123456, 2.2250738585072011e-308, 1.7976931348623157e308, -0, 9007199254740992,
    ]);
  });

  it("reads every double as Number does", async () => {
    const table = defineTable("t", { value: float64() });
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 19n }), fc.integer({ min: 0, max: 22 }))
        .map(([digits, scale]) => {
          const padded = String(digits).padStart(scale + 1, "0");
          return scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
        }),
      // The middle of two doubles, and its neighbours in the last digit.
      fc
        .tuple(fc.integer({ min: 2 ** 30, max: 2 ** 31 }), fc.constantFrom(-1n, 0n, 1n))
        .map(([top, by]) => {
          const middle = (BigInt(top) << 23n) * 2n + 1n;
          return `${(middle * 5n ** 3n + by).toString().replace(/(...)$/, ".$1")}`;
        }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 200, maxLength: 400 }), async (texts) => {
        const rows = await read(texts.map((value) => `{"value":${value}}\n`).join(""), table);
        expect(rows.map((row) => row["value"])).toEqual(texts.map(Number));
      }),
      { numRuns: 100 },
    );
  });

  it("keeps text whether it repeats itself or not, also where a column turns from the one to the other", async () => {
    const table = defineTable("t", { few: utf8(), many: utf8(), later: nullable(utf8()) });
    const rows = Array.from({ length: 30_000 }, (_, i) => ({
      few: `f${i % 50}`,
      many: `m${i * 7919}`,
      later: i % 11 === 0 ? null : `l${i < 12_000 ? i % 3 : i}`,
    }));
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    for (const batchRows of [65_536, 5000]) {
      const batches = readNdjson(inPieces(utf8Bytes(text), [50_000]), table, { batchRows });
      expect(await allRows(batches, table)).toEqual(rows);
    }
  });

  it("reads lines whose names, order and blanks change from one part of a file to the next", async () => {
    const styles: ((i: number) => string)[] = [
      (i) => `{"id":${i},"note":"a${i}"}`,
      (i) => `{"note":"a${i}","id":${i}}`,
      (i) => `{ "id" : ${i}, "x": {"y":[1,"}"]}, "note": "a${i}" }\r`,
      (i) => `{"id":${i},"note":"a${i}","paid":null}`,
    ];
    const lines = Array.from({ length: 12_000 }, (_, i) => styles[(i / 1500) & 3]!(i));
    const rows = await read(lines.join("\n"));
    expect(rows.map((row) => [row["id"], row["note"], row["paid"]])).toEqual(
      lines.map((_, i) => [BigInt(i), `a${i}`, null]),
    );
  });

  it("reads timestamps of every ISO 8601 form, days, and numbers where their unit is told", async () => {
    const rows = await read(
      [
        '{"id":1,"at":"2026-11-21T10:00:00Z","day":"2024-02-29"}',
        '{"id":2,"at":"2026-11-21 12:00:00.000001+02:00","day":"0001-01-01"}',
        '{"id":3,"at":"1582-10-15T00:00:00.5Z","day":"9999-12-31"}',
        '{"id":4,"at":"2026-11-21T09:00:00,25-01"}',
      ].join("\r\n"),
    );
    expect(rows.map((row) => row["at"])).toEqual([
      1795255200000000n,
      1795255200000001n,
      -12219292799500000n,
      1795255200250000n,
    ]);
    expect(rows.map((row) => row["day"])).toEqual(["2024-02-29", "0001-01-01", "9999-12-31", null]);
    const numbers = '{"id":1,"at":1795255200000}\n{"id":2,"at":1.7952552e12}';
    const batches = readNdjson(utf8Bytes(numbers), sales, { numericTimestamps: "ms" });
    expect((await allRows(batches, sales)).map((row) => row["at"])).toEqual([
      1795255200000000n,
      1795255200000000n,
    ]);
    const [line] = await rejectedOf('{"id":1,"at":1795255200000}');
    expect(line?.reason).toBe(
      'Column "at": 1795255200000 is a number; say its unit, as in numericTimestamps: "ms".',
    );
  });

  it("keeps zones and their absence apart", async () => {
    const table = defineTable("t", { at: naiveTimestamp("us") });
    expect(await read('{"at":"2026-11-21T10:00:00"}', table)).toEqual([
      { at: "2026-11-21T10:00:00" },
    ]);
    expect(await rejectedOf('{"at":"2026-11-21T10:00:00Z"}', table)).toHaveLength(1);
    expect(await rejectedOf('{"id":1,"at":"2026-11-21T10:00:00"}')).toHaveLength(1);
  });

  it("ends with the first line that is no row, naming line, column and value", async () => {
    const error = await read('{"id":1}\n\n{"id":2,"amount":"1.234"}\n').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LakeError);
    expect(error).toMatchObject({
      code: "LAKE_INVALID_TEXT",
      message:
        'Line 3 of the text for table "sales": column "amount": "1.234" does not fit decimal(12, 2).',
      details: { table: "sales", line: 3, offset: 10, column: "amount", value: "1.234" },
    });
  });

  it("collects what is wrong with every line, and gives the others", async () => {
    const lines = [
      '{"id":1}',
      '{"id":null}',
      '{"amount":1}',
      '{"id":1,"paid":"true"}',
      '{"id":1,"note":5}',
      '{"id":1,"count":2147483648}',
      '{"id":1,"score":1e999}',
      '{"id":1,"day":"2023-02-29"}',
      '{"id":1,"note":"\\ud800"}',
      '{"id":01}',
      '{"id":1} x',
      "[1]",
      "nothing",
      '{"id":1,"note":"a\tb"}',
      '{"id":2}',
    ];
    const batches = readNdjson(utf8Bytes(lines.join("\n")), sales, { rejects: "collect" });
    expect((await allRows(batches, sales)).map((row) => row["id"])).toEqual([1n, 2n]);
    expect(batches.rejected.map(({ line, column }) => [line, column])).toEqual([
      [2, "id"],
      [3, "id"],
      [4, "paid"],
      [5, "note"],
      [6, "count"],
      [7, "score"],
      [8, "day"],
      [9, "note"],
      [10, undefined],
      [11, undefined],
      [12, undefined],
      [13, undefined],
      [14, undefined],
    ]);
    expect(batches.rejected[2]).toEqual({
      line: 4,
      offset: 34,
      column: "paid",
      value: "true",
      reason: 'Column "paid": "true" is neither true nor false.',
      text: '{"id":1,"paid":"true"}',
    });
    expect(batches.metrics).toMatchObject({ rows: 2, rejected: 13 });
  });

  it("rejects bytes that are no UTF-8, also in names and in values that are left out", async () => {
    for (const [before, after] of [
      ['{"id":1,"note":"', '"}'],
      ['{"id":1,"', '":1}'],
      ['{"id":1,"x":"', '"}'],
      ['{"id":1,"x":["', '"]}'],
    ]) {
      for (const bad of [
        [0xff],
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xe9],
      ]) {
        const bytes = Buffer.concat([utf8Bytes(before!), Uint8Array.from(bad), utf8Bytes(after!)]);
        for (const dictionaries of [true, false]) {
          const twice = Buffer.concat([bytes, utf8Bytes("\n"), bytes]);
          const batches = readNdjson(twice, sales, { rejects: "collect", dictionaries });
          expect(await allRows(batches, sales)).toEqual([]);
          expect(batches.rejected.map(({ reason }) => reason)).toEqual([
            "The line is no UTF-8.",
            "The line is no UTF-8.",
          ]);
        }
      }
    }
  });

  it("collects no more than it was told, tells a function of each, and rejects unknown names on request", async () => {
    const text = "x\n".repeat(5);
    const few = readNdjson(utf8Bytes(text), sales, { rejects: "collect", maxRejected: 4 });
    await expect(allRows(few, sales)).rejects.toThrow(
      "More than 4 lines are no rows; the next: line 5",
    );
    expect(few.rejected).toHaveLength(4);
    const told: number[] = [];
    await allRows(
      readNdjson(utf8Bytes(text), sales, { rejects: ({ line }) => told.push(line) }),
      sales,
    );
    expect(told).toEqual([1, 2, 3, 4, 5]);
    const strict = readNdjson(utf8Bytes('{"id":1,"x":2}'), sales, { unknown: "reject" });
    await expect(allRows(strict, sales)).rejects.toThrow(
      'column "x": 2 is in no column of table "sales"',
    );
  });

  it("passes over lines that are too long, in memory that is bounded, and reads on behind them", async () => {
    const long = `{"id":2,"note":"${"a".repeat(5000)}"}`;
    const bytes = utf8Bytes(`{"id":1}\n${long}\n{"id":3}\n${long}`);
    for (const size of [7, 300, 100_000]) {
      const batches = readNdjson(inPieces(bytes, [size]), sales, {
        rejects: "collect",
        maxLineBytes: 1000,
      });
      expect((await allRows(batches, sales)).map((row) => row["id"])).toEqual([1n, 3n]);
      expect(batches.rejected.map(({ line }) => line)).toEqual([2, 4]);
      expect(batches.rejected.every(({ text }) => text.length <= 1001)).toBe(true);
    }
  });

  it("stops where the signal says so, and closes its input where the loop is left", async () => {
    const controller = new AbortController();
    let closed = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield utf8Bytes('{"id":1}\n'.repeat(10));
      } finally {
        closed++;
      }
    }
    const { signal } = controller;
    const job = (async () => {
      for await (const _ of readNdjson(endless(), sales, { signal, batchRows: 50 })) {
        controller.abort(new Error("enough"));
      }
    })();
    await expect(job).rejects.toThrow("enough");
    for await (const _ of readNdjson(endless(), sales, { batchRows: 50 })) break;
    expect(closed).toBe(2);
  });

  it("refuses options and inputs it does not know, and to be read twice", async () => {
    const bytes = utf8Bytes('{"id":1}');
    expect(() => readNdjson(bytes, sales, { seperator: ";" } as never)).toThrow(
      'readNdjson has no option "seperator".',
    );
    expect(() => readNdjson("{}" as never, sales)).toThrow("a text in place of bytes");
    await expect(allRows(readNdjson(["{}"] as never, sales), sales)).rejects.toThrow("no bytes");
    const once = readNdjson(bytes, sales);
    await allRows(once, sales);
    await expect(allRows(once, sales)).rejects.toThrow("have been read before");
  });
});

/** JSON has no NaN and no infinities. */
function withoutInfinities(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : 0.5;
  if (Array.isArray(value)) return value.map(withoutInfinities);
  if (typeof value !== "object" || value === null || isScalar(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutInfinities(inner)]),
  );
}

function isScalar(value: object): boolean {
  return value instanceof Decimal || value instanceof Date || value instanceof Uint8Array;
}

/** The one row of a line, by JSON.parse and the row builder of core; undefined where they refuse it. */
function naively(table: Table, bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const parsed = parseJson(text) as Record<string, unknown>;
    if (typeof parsed["more"] === "object" && parsed["more"] !== null) {
      const { more } = parsed;
      parsed["more"] = Array.isArray(more) ? more : Object.entries(more);
    }
    const known = Object.fromEntries(
      table.fields.map(({ name }) => [name, Object.hasOwn(parsed, name) ? parsed[name] : null]),
    );
    if (typeof known["at"] === "object" && known["at"] !== null) {
      const { x, y } = known["at"] as Record<string, unknown>;
      known["at"] = { x, y };
    }
    return toRows(toBatch(table, [known as RowInput<Table>]), table)[0] as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function looselyValid(bytes: Uint8Array): boolean {
  try {
    const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
