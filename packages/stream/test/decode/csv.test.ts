import {
  Decimal,
  defineTable,
  date,
  decimal,
  float64,
  int64,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvFields } from "../../src/decode/csv-fields.ts";
import {
  csv,
  type CsvLayout,
  type CsvOptions,
  type Decoder,
  Drop,
  Rejection,
  type SourceRecord,
  textReader,
} from "../../src/index.ts";

const table = defineTable("payments", {
  id: int64(),
  amount: decimal(10, 2),
  day: nullable(date()),
  note: nullable(utf8()),
});

const layout: CsvLayout = {
  source: "pay.csv",
  columns: ["id", "amount", "day", "note"],
  delimiter: ",",
  quote: '"',
};

function record(value: string | null, csvLayout: CsvLayout = layout): SourceRecord {
  return { offset: 0n, next: 1n, key: null, value, headers: [], line: 7, csv: csvLayout };
}

function decode(text: string, options: CsvOptions = {}, csvLayout = layout): unknown {
  return csv(table, options).decode(record(text, csvLayout));
}

describe("a CSV record", () => {
  it("is a row by the names of the header, in any order", () => {
    const columns = ["note", "day", "id", "amount"];
    expect(
      decode('"a, ""b""",2026-11-21,9007199254740993,12.50', {}, { ...layout, columns }),
    ).toEqual({
      id: 9007199254740993n,
      amount: Decimal.from("12.50"),
      day: "2026-11-21",
      note: 'a, "b"',
    });
  });

  it("is a row by position where there is no header", () => {
    const bare = { ...layout, columns: undefined };
    expect(decode("1,2.00,,x", {}, bare)).toMatchObject({ id: 1n, day: null, note: "x" });
  });

  it("tells an empty field from a quoted one, and takes other texts for null where told", () => {
    expect(decode('1,2,"",""')).toMatchObject({ code: "MISSING_VALUE", column: "day" });
    expect(decode('1,2,,""')).toMatchObject({ day: null, note: "" });
    expect(decode("1,2,NULL,-", { nullValues: ["NULL", "-"] })).toMatchObject({
      day: null,
      note: null,
    });
  });

  it("takes the names of the file, dates in other formats and the comma", () => {
    const german = {
      source: "de.csv",
      columns: ["Nr", "Betrag", "Tag"],
      delimiter: ";",
      quote: '"',
    };
    const options: CsvOptions = {
      columns: { id: "Nr", amount: "Betrag", day: "Tag" },
      dateFormats: ["d.M.yyyy", "yyyyMMdd"],
      decimalSeparator: ",",
    };
    expect(decode("1;12,5;1.2.2026", options, german)).toMatchObject({
      amount: Decimal.from("12.50"),
      day: "2026-02-01",
      note: null,
    });
    expect(decode("1;12;20260228", options, german)).toMatchObject({ day: "2026-02-28" });
    expect(decode("1;12;2026-02-28", options, german)).toMatchObject({ day: "2026-02-28" });
    expect(decode("1;12;30.2.2026", options, german)).toMatchObject({
      reason: 'column "day": "30.2.2026" is no date written d.M.yyyy, or yyyyMMdd, nor ISO 8601.',
    });
    expect(decode("1;1.234;", options, german)).toMatchObject({
      column: "amount",
      reason: /point/,
    });
  });

  it("has its times in UTC where the pattern names no zone", () => {
    const times = defineTable("t", {
      us: timestamp("us"),
      ms: timestamp("ms"),
      wall: naiveTimestamp("us"),
    });
    const decoder = csv(times, { dateFormats: ["dd/MM/yyyy HH:mm:ss.SSSSSS", "dd/MM/yyyy HH:mm"] });
    const columns = ["us", "ms", "wall"];
    const row = decoder.decode(
      record("21/11/2026 10:20:30.123456,21/11/2026 10:20,21/11/2026 10:20", {
        ...layout,
        columns,
      }),
    );
    expect(row).toEqual({
      us: BigInt(Date.UTC(2026, 10, 21, 10, 20, 30)) * 1000n + 123456n,
      ms: new Date(Date.UTC(2026, 10, 21, 10, 20)),
      wall: "2026-11-21T10:20:00",
    });
  });

  it.each([
    ["x,2,,", "INVALID_VALUE", "id", 'column "id": "x" is no integer'],
    ["1,2.505,,", "INVALID_VALUE", "amount", "does not fit decimal(10, 2)"],
    [",2,,", "MISSING_VALUE", "id", "the field is empty"],
    ["1,2,2026-02-30,", "INVALID_VALUE", "day", "2026-02-30"],
    ["1,2,3", "RAGGED_ROW", undefined, "3 fields, and there are 4"],
    ['1,2,,"a"b', "INVALID_QUOTE", undefined, "closing quote"],
  ])("that is wrong names column and value: %s", (text, code, column, reason) => {
    const rejection = decode(text) as Rejection;
    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection).toMatchObject({ code, column, reason: expect.stringContaining(reason) });
  });

  it("without a payload is dropped, and one that is no UTF-8 refused", () => {
    const decoder = csv(table);
    expect(decoder.decode(record(null))).toBeInstanceOf(Drop);
    expect(decoder.decode({ ...record(""), value: Uint8Array.from([0xff]) })).toMatchObject({
      code: "INVALID_ENCODING",
    });
  });
});

describe("a header", () => {
  it("that lacks a needed column is an error with the file and the header found", () => {
    expect(() => decode("1,2", {}, { ...layout, columns: ["id", "Amount"] })).toThrow(
      expect.objectContaining({
        code: "STREAM_CSV_HEADER",
        message:
          'The header of file pay.csv has "Amount", which table "payments" has not; it is: id,Amount.',
      }),
    );
    expect(() =>
      decode("1,2", { extraColumns: "ignore" }, { ...layout, columns: ["id", "Amount"] }),
    ).toThrow(
      expect.objectContaining({
        message:
          'The header of file pay.csv lacks "amount", which table "payments" needs; it is: id,Amount.',
      }),
    );
  });

  it("may differ from file to file", () => {
    const decoder: Decoder<object> = csv(table);
    expect(decoder.decode(record("1,2,,"))).toMatchObject({ id: 1n });
    expect(
      decoder.decode(record("2;1", { ...layout, columns: ["amount", "id"], delimiter: ";" })),
    ).toMatchObject({ id: 1n });
    expect(decoder.decode(record("3,2,,"))).toMatchObject({ id: 3n });
  });
});

it.each([
  [{ colums: {} }, /no option "colums"/],
  [{ columns: { nosuch: "x" } }, /no column "nosuch"/],
  [{ dateFormats: ["dd.mm"] }, /has no year/],
  [{ dateFormats: ["YYYY-MM-dd"] }, /unknown letters "YYYY"/],
  [{ decimalSeparator: ";" }, /decimalSeparator is ;/],
])("a wrong option is refused at once: %j", (options, message) => {
  expect(() => csv(table, options as never)).toThrow(message);
});

it("fields are parted as csv-parse parts them", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "ü", ";", '"', "\n", " "), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(field, fc.boolean()), { minLength: 1, maxLength: 6 }),
      (fields) => {
        const text = fields
          .map(([value, quote]) =>
            quote || /[";\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value,
          )
          .join(";");
        fc.pre(text !== "");
        const expected = (
          parse(text, { delimiter: ";", relax_column_count: true }) as string[][]
        )[0];
        expect(csvFields(text, ";", '"')).toMatchObject({ fields: expected });
      },
    ),
  );
});

it("enumerated and floating columns are read as core reads them", () => {
  const small = defineTable("s", { kind: oneOf(["a", "b"]), rate: float64() });
  const decoder = csv(small, { decimalSeparator: "," });
  const columns = ["kind", "rate"];
  const semicolons = { ...layout, columns, delimiter: ";" };
  expect(decoder.decode(record("a;1,5e3", semicolons))).toEqual({ kind: "a", rate: 1500 });
  expect(decoder.decode(record("c;1", semicolons))).toMatchObject({
    column: "kind",
    reason: 'column "kind": "c" is none of a, b.',
  });
});

it("says where the delimiter belongs, and how a comma in a decimal is read", () => {
  const prices = defineTable("prices", { price: decimal(10, 2) });
  expect(() => csv(prices, { delimiter: ";" } as never)).toThrow(
    expect.objectContaining({
      code: "STREAM_INVALID_OPTION",
      hint: expect.stringContaining("fileSource(path, { csv: { delimiter"),
    }),
  );
  const read = textReader(prices.columns.price.type);
  const refused = { ok: false, problem: expect.stringContaining('decimalSeparator: ","') };
  for (const text of ["1.200,00", "12,5"]) expect(read(text)).toEqual(refused);
  expect(textReader(prices.columns.price.type, { decimalSeparator: "," })("12,5").ok).toBe(true);
});
