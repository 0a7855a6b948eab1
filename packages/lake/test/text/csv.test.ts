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
  naiveTimestamp,
  nullable,
  oneOf,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CsvReadOptions, readCsv, type RejectedLine } from "../../src/text.ts";
import { allRows, inPieces, utf8Bytes } from "./reading.ts";

/** A table of texts only, as a spreadsheet sees one. */
const texts = (...names: readonly string[]): Table =>
  defineTable("texts", Object.fromEntries(names.map((name) => [name, utf8()])));

async function cells(
  text: string,
  names: readonly string[],
  options: CsvReadOptions = {},
): Promise<string[][]> {
  const table = texts(...names);
  const rows = await allRows(readCsv(utf8Bytes(text), table, options), table);
  return rows.map((row) => names.map((name) => row[name] as string));
}

async function values(
  table: Table,
  text: string | Uint8Array,
  options: CsvReadOptions = {},
): Promise<unknown[][]> {
  const bytes = typeof text === "string" ? utf8Bytes(text) : text;
  const rows = await allRows(readCsv(bytes, table, options), table);
  return rows.map((row) => table.fields.map(({ name }) => row[name]));
}

async function rejectedOf(
  table: Table,
  text: string,
  options: CsvReadOptions = {},
): Promise<readonly RejectedLine[]> {
  const batches = readCsv(utf8Bytes(text), table, { ...options, rejects: "collect" });
  await allRows(batches, table);
  return batches.rejected;
}

describe("CSV", () => {
  it("parts fields as csv-parse does, however the text is written and cut", async () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.stringMatching(/^[a,;"\n\r\\#é ]{0,8}$/),
      fc.constantFrom("", "😀", '"', '""', "\r\n", " x ", ",", "\\"),
    );
    const dialect = fc.record({
      separator: fc.constantFrom(",", ";", "\t", "|"),
      quote: fc.constantFrom('"', "'"),
      escape: fc.constantFrom("same", "\\"),
      end: fc.constantFrom("\n", "\r\n"),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 3 });
    const grid = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 12,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        grid,
        dialect,
        sizes,
        fc.infiniteStream(fc.boolean()),
        async (rows, d, cut, always) => {
          const { separator, quote, end } = d;
          const escape = d.escape === "same" ? quote : d.escape;
          const special = new RegExp(`[${separator === "|" ? "\\|" : separator}${quote}\r\n]|^$`);
          const quoted = (text: string): string =>
            special.test(text) || always.next().value
              ? quote +
                text.replace(
                  new RegExp(`[${quote}${escape === "\\" ? "\\\\" : ""}]`, "g"),
                  (c) => escape + c,
                ) +
                quote
              : text;
          const text =
            rows.map((row) => row.map(quoted).join(separator)).join(end) +
            (cut.length > 1 ? end : "");
          const names = rows[0]!.map((_, k) => `c${k}`);
          const table = texts(...names);
          const options = { separator, quote, escape, header: names };
          const found = await allRows(
            readCsv(inPieces(utf8Bytes(text), cut), table, options),
            table,
          );
          const wanted = parse(text, {
            delimiter: separator,
            quote,
            escape,
            record_delimiter: end,
          }) as string[][];
          expect(wanted).toEqual(rows);
          expect(found.map((row) => names.map((name) => row[name]))).toEqual(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("reads the corner cases of RFC 4180", async () => {
    const cases: [string, string[][]][] = [
      ["a,b\n1,2", [["1", "2"]]],
      ["a,b\r\n1,2\r\n", [["1", "2"]]],
      ['a,b\n"x,y",z\n', [["x,y", "z"]]],
      ['a,b\n"x\ny","z\r\nw"\n', [["x\ny", "z\r\nw"]]],
      ['a,b\n"he said ""no""",""\n', [['he said "no"', ""]]],
      ['a,b\n"""",""""""\n', [['"', '""']]],
      ["a,b\n,\n", [["", ""]]],
      ["a,b\n 1 , 2 \n", [[" 1 ", " 2 "]]],
      ["b,a\n1,2\n", [["2", "1"]]],
      ['"a","b"\r\n"1","2"\r\n', [["1", "2"]]],
      ["\ufeffa,b\n1,2\n", [["1", "2"]]],
      [
        "a,b\n\n1,2\n\n\n3,4",
        [
          ["1", "2"],
          ["3", "4"],
        ],
      ],
      [
        'a,b\n1,"2"\r\n3,x\ry\n',
        [
          ["1", "2"],
          ["3", "x\ry"],
        ],
      ],
      ["a,b\n", []],
      ["a,b", []],
    ];
    for (const [text, wanted] of cases) expect(await cells(text, ["a", "b"]), text).toEqual(wanted);
  });

  it("rejects records that are ragged or wrongly quoted, and reads on", async () => {
    const text = 'a,b\n1\n2,3\n4,5,6\n"x"y,1\nx"y,1\n7,"8\n9"\n10,"never closed\n11,12\n';
    const table = texts("a", "b");
    const batches = readCsv(utf8Bytes(text), table, { rejects: "collect" });
    expect(await allRows(batches, table)).toEqual([
      { a: "2", b: "3" },
      { a: "7", b: "8\n9" },
    ]);
    expect(batches.rejected.map(({ line, offset, reason }) => [line, offset, reason])).toEqual([
      [2, 4, "The record has 1 fields, and there are 2 in the header."],
      [4, 10, "The record has 3 fields, and there are 2 in the header."],
      [5, 16, "Field 1 goes on after its closing quote; a quote inside a quoted field is escaped."],
      [
        6,
        23,
        "Field 1 has a quote and does not begin with one; quote the field, and escape the quote.",
      ],
      [9, 37, "A quote is opened that is never closed: the rest of the text."],
    ]);
    expect(batches.rejected[4]!.text).toBe('10,"never closed\n11,12');
  });

  it("reads every type, nulls only where the column takes them", async () => {
    const table = defineTable("t", {
      id: int64(),
      amount: nullable(decimal(12, 2)),
      score: nullable(float64()),
      ok: nullable(bool()),
      day: nullable(date()),
      at: nullable(timestamp("us")),
      wall: nullable(naiveTimestamp("ms")),
      kind: nullable(oneOf(["a", "b"])),
      note: nullable(utf8()),
      tags: nullable(list(int32())),
    });
    const head = "id,amount,score,ok,day,at,wall,kind,note,tags\n";
    expect(
      await values(
        table,
        `${head}9223372036854775807, 12.5 ,1e3,TRUE,2024-02-29,2026-11-21T10:00:00.5Z,2026-11-21 10:00:00.123,a, x ,"[1, 2]"\n1,,,,,,,,,\n+2,,-Infinity,no,,,,,"",[]`,
      ),
    ).toEqual([
      [
        9223372036854775807n,
        new Decimal(1250n, 2),
        1000,
        true,
        "2024-02-29",
        1795255200500000n,
        "2026-11-21T10:00:00.123",
        "a",
        " x ",
        [1, 2],
      ],
      [1n, null, null, null, null, null, null, null, null, null],
      [2n, null, -Infinity, false, null, null, null, null, "", []],
    ]);
    const rejected = await rejectedOf(
      table,
      `${head},,,,,,,,,\n1,12.345,,,,,,,,\n1,,x,,,,,,,\n1,,1e999,,,,,,,\n1,,,maybe,,,,,,\n1,,,,2023-02-29,,,,,\n1,,,,,2026-11-21T10:00:00,,,,\n1,,,,,,,c,,\n1,,,,,,,,,[x]\n1,"1,5",,,,,,,,\n`,
    );
    expect(rejected.map(({ column, reason }) => [column, reason])).toEqual([
      ["id", 'Column "id": "" is empty, and the column is not nullable.'],
      ["amount", 'Column "amount": "12.345" does not fit decimal(12, 2).'],
      ["score", 'Column "score": "x" is no number.'],
      ["score", 'Column "score": "1e999" is no float64 that the column takes.'],
      ["ok", 'Column "ok": "maybe" is neither true nor false.'],
      ["day", 'Column "day": "2023-02-29" is no day of the calendar written "YYYY-MM-DD".'],
      ["at", 'Column "at": "2026-11-21T10:00:00" has no zone, so it is no instant.'],
      ["kind", 'Column "kind": "c" is none of a, b.'],
      ["tags", 'Column "tags": "[x]" cannot be read as list(int32) from text.'],
      [
        "amount",
        'Column "amount": "1,5" does not fit decimal(12, 2) (decimalSeparator: "," reads a decimal comma).',
      ],
    ]);
  });

  it("reads what spreadsheets of other countries write", async () => {
    const table = defineTable("t", {
      day: date(),
      at: timestamp("us"),
      amount: decimal(12, 2),
      n: nullable(int32()),
    });
    const text =
      "day;at;amount;n\n31/12/2023;1/2/2024 0905;1.234.567,89;1.000\n01/01/2024;01/02/2024 23:59;-0,5;NA\n2024-01-02;2024-01-02T00:00:00Z;12;\n";
    const options: CsvReadOptions = {
      separator: ";",
      decimalSeparator: ",",
      thousandsSeparator: ".",
      dateFormats: ["dd/MM/yyyy", "d/M/yyyy HHmm", "dd/MM/yyyy HH:mm"],
      nullValues: ["", "NA"],
    };
    expect(await values(table, text, options)).toEqual([
      ["2023-12-31", 1706778300000000n, new Decimal(123456789n, 2), 1000],
      ["2024-01-01", 1706831940000000n, new Decimal(-50n, 2), null],
      ["2024-01-02", 1704153600000000n, new Decimal(1200n, 2), null],
    ]);
    const wrong = ["1.5", "12.34,5", "1.234.56", ".123", "1234.567", "1,234.5"];
    const rejected = await rejectedOf(
      table,
      `day;at;amount;n\n${wrong.map((n) => `2024-01-01;2024-01-01T00:00:00Z;${n};\n`).join("")}`,
      options,
    );
    expect(rejected.map(({ value }) => value)).toEqual(wrong);
    const french = defineTable("f", { amount: decimal(12, 2) });
    const blanks = { separator: ";", decimalSeparator: ",", thousandsSeparator: "\u202f" } as const;
    expect(await values(french, "amount\n1\u202f234,5\n", blanks)).toEqual([
      [new Decimal(123450n, 2)],
    ]);
  });

  it("leaves out lines to skip, comments and blanks at the ends of text", async () => {
    const text = 'Report of March\n\na,b\n# note\n x ," y "\n#1,2\n3,4\n';
    expect(await cells(text, ["a", "b"], { skipLines: 1, comment: "#", trim: true })).toEqual([
      ["x", " y "],
      ["3", "4"],
    ]);
  });

  it("finds fields by a header, by names given, or in order", async () => {
    const table = defineTable("t", { id: int32(), name: nullable(utf8()) });
    expect(
      await values(table, "Nummer,x,id\n1,2,3\n", { columns: { id: "Nummer" } as never }),
    ).toEqual([[1, null]]);
    expect(await values(table, "1,a\n2,b", { header: false })).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(await values(table, "a,?,1\n", { header: ["name", "x", "id"] })).toEqual([[1, "a"]]);
    expect(await values(texts("only"), "only\na\n\nb\n")).toEqual([["a"], [""], ["b"]]);
    const failing: [string, CsvReadOptions, string][] = [
      ["name\nx\n", {}, 'lacks "id", and the column is not nullable; it is: name'],
      ["id,id\n1,2\n", {}, 'has "id" more than once'],
      ["id,x\n1,2\n", { unknown: "reject" }, 'has "x", which no column has'],
      ['id,"x\n1,2\n', {}, "opens a quote that is never closed"],
    ];
    for (const [text, options, message] of failing) {
      await expect(values(table, text, options), text).rejects.toMatchObject({
        code: "LAKE_INVALID_TEXT",
        message: expect.stringContaining(message) as string,
      });
    }
  });

  it("reads other encodings, by their byte order mark or by name", async () => {
    const table = texts("straße", "b");
    const text = "straße,b\nÄöü,é\n";
    const wanted = [["Äöü", "é"]];
    const latin = Buffer.from(text, "latin1");
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    expect(await values(table, latin, { encoding: "iso-8859-1" })).toEqual(wanted);
    expect(await values(table, latin, { encoding: "windows-1252" })).toEqual(wanted);
    expect(await values(table, wide)).toEqual(wanted);
    expect(await values(table, wide.subarray(2), { encoding: "utf-16le" })).toEqual(wanted);
    expect(await values(table, Buffer.from(wide).swap16())).toEqual(wanted);
    for (const size of [1, 3]) {
      const rows = await allRows(readCsv(inPieces(wide, [size]), table), table);
      expect(rows).toEqual([{ straße: "Äöü", b: "é" }]);
    }
    const batches = readCsv(Buffer.from("a\nÄ\nb\n", "latin1"), texts("a"), { rejects: "collect" });
    expect(await allRows(batches, texts("a"))).toEqual([{ a: "b" }]);
    expect(batches.rejected[0]!.reason).toContain("is no UTF-8");
  });

  it("rejects a record that is too long and goes on behind a line", async () => {
    const table = texts("a", "b");
    const text = `a,b\n1,2\n"${"x".repeat(3000)}",3\n4,5\n`;
    for (const size of [50, 100_000]) {
      const batches = readCsv(inPieces(utf8Bytes(text), [size]), table, {
        rejects: "collect",
        maxLineBytes: 1000,
      });
      expect(await allRows(batches, table)).toEqual([
        { a: "1", b: "2" },
        { a: "4", b: "5" },
      ]);
      expect(batches.rejected.map(({ line }) => line)).toEqual([3]);
    }
  });

  it("refuses options that cannot be", () => {
    const bytes = utf8Bytes("a\n");
    const wrong: [CsvReadOptions, string][] = [
      [{ separator: ";;" }, "it must be one ASCII character"],
      [{ separator: '"' }, "cannot part fields and quote them"],
      [{ decimalSeparator: ",", thousandsSeparator: "," }, "cannot be the decimalSeparator and"],
      [{ dateFormats: ["dd/MM"] }, "needs one year"],
      [{ dateFormats: ["yyyy-MM-dd KK"] }, 'unknown letter "K"'],
      [{ encoding: "klingon" }, "a label of the Encoding Standard"],
      [{ columns: { b: "x" } as never }, 'has no column "b"'],
      [{ batchRows: 0 }, "a positive integer"],
    ];
    for (const [options, message] of wrong) {
      expect(() => readCsv(bytes, texts("a"), options as never)).toThrow(message);
    }
  });

  const accidents = new URL(
    "../../../../../shared/data/ml/accidents/caract-2023.excel-mangled.csv.gz",
    import.meta.url,
  );
  const skipped = existsSync(accidents)
    ? false
    : "the accident files are not beside the repository";
  if (skipped) console.warn(`Skipped: ${skipped}.`);
  it.skipIf(skipped)(
    "reads the accident records of 2023, and says which numbers a spreadsheet has spoiled",
    async () => {
      const bytes = readFileSync(accidents);
      const table = defineTable("accidents", {
        jour: int32(),
        mois: int32(),
        an: int32(),
        hrmn: utf8(),
        com: utf8(),
        adr: nullable(utf8()),
        lat: nullable(float64()),
      });
      const names = table.fields.map(({ name }) => name);
      const { gunzipSync } = await import("node:zlib");
      const wanted = (
        parse(gunzipSync(bytes), { columns: true, bom: true }) as Record<string, string>[]
      ).map((row) =>
        names.map((name) =>
          /^(?:jour|mois|an|lat)$/.test(name)
            ? row[name] === ""
              ? null
              : Number(row[name])
            : name === "adr" && row[name] === ""
              ? null
              : row[name],
        ),
      );
      const found = await values(table, bytes);
      expect(found).toHaveLength(wanted.length);
      expect(found.findIndex((row, k) => String(row) !== String(wanted[k]))).toBe(-1);
      const [first] = await rejectedOf(
        defineTable("ids", { Num_Acc: int64() }),
        gunzipSync(bytes).subarray(0, 200).toString("utf8").split("\n").slice(0, 2).join("\n"),
      );
      expect(first?.value).toBe("2.023E+11");
    },
  );
});
