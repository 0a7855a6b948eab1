import {
  bool,
  date,
  decimal,
  defineTable,
  float32,
  float64,
  int32,
  int64,
  int8,
  naiveTimestamp,
  nullable,
  oneOf,
  timestamp,
  toRows,
  uint64,
  utf8,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readCsv, readNdjson, type TextBatches } from "../../src/text.ts";
import { inOneBuffer, utf8Bytes } from "./reading.ts";

const kinds = defineTable("kinds", {
  text: utf8(),
  note: nullable(utf8()),
  currency: nullable(oneOf(["EUR", "USD", "£"])),
  small: nullable(int8()),
  count: int32(),
  long: nullable(int64()),
  unsigned: nullable(uint64()),
  score: nullable(float64()),
  single: nullable(float32()),
  amount: nullable(decimal(12, 2)),
  wide: nullable(decimal(30, 10)),
  day: nullable(date()),
  at: nullable(timestamp("us")),
  millis: nullable(timestamp("ms")),
  local: nullable(naiveTimestamp("us")),
  paid: nullable(bool()),
});

const texts = [
  "",
  "a",
  "NA",
  "Grüße",
  "😀",
  "x y",
  " b ",
  "EUR",
  "USD",
  "£",
  "EURO",
  "a'b",
  "a\\b",
];
const numbers = [
  ...["0", "-0", "7", "-128", "128", "2147483647", "2147483648", "-2147483648", "999999999999999"],
  ...["1234567890123456", "9223372036854775807", "18446744073709551615", "-9223372036854775809"],
  ...["0.5", "-1.25", "1.005", "1234567890.12", "12345678901.12", "0.30000000000000004", "1e3"],
  ...[
    "93.1149454357415",
    "0.00000000123456789012345678",
    "3.0",
    "1E400",
    "007",
    "1.",
    ".5",
    "-",
    "+1",
  ],
  ...["123456789012345678.0123456789", "3.4028236e38", "340282356779733661637539395458142568448"],
];
const times = [
  ...[
    "2024-02-29",
    "2023-02-29",
    "1969-12-31",
    "0001-01-01",
    "2024-1-01",
    "2024-13-01",
    "2024-01-0",
  ],
  ...["2024-02-29T12:34:56Z", "2024-02-29 12:34:56.123456Z", "2024-02-29T12:34:56.1234567Z"],
  ...["1699-01-01T00:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T12:34:56.5+05:30"],
  ...[
    "2024-02-29T12:34:56-00:45",
    "2024-02-29T12:34:56",
    "2024-02-29T12:34:56.789",
    "2024-02-29T12:34",
  ],
  ...["2024-02-29T12:34:56.Z", "2024-02-29T12:34:56+19:00", "2024-02-29T12:34:56.001002Z"],
];
const others = ["true", "false", "tru", "TRUE", "null", "", " 5 ", '"', "\t"];

/** Mostly what fits, so that whole lines do. */
const plainNumbers = ["0", "7", "-0.5", "-1.25", "0.30000000000000004", "93.1149454357415"];
const fitting: Readonly<Record<string, readonly string[]>> = {
  ...{ text: texts, note: texts, currency: ["EUR", "USD", "£"], small: ["0", "7", "-128"] },
  ...{ count: ["0", "-0", "2147483647"], long: ["7", "999999999999999"], unsigned: ["0", "7"] },
  ...{ score: plainNumbers, single: plainNumbers, amount: ["0.5", "7", "-1.25", "1234567890.12"] },
  ...{ wide: ["0.5", "-1.005"], day: ["2024-02-29", "1969-12-31"], at: times.slice(7, 9) },
  ...{ millis: ["2024-02-29T12:34:56.001Z"], local: ["2024-02-29T12:34:56.789"], paid: ["true"] },
};
const names = Object.keys(fitting);

const anyLine: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.tuple(...names.map((name) => fc.constantFrom(...fitting[name]!))),
    fc.option(fc.nat({ max: names.length - 1 })),
    fc.constantFrom(...texts, ...numbers, ...times, ...others),
  )
  .map(([line, at, other]) => line.map((text, k) => (k === at ? other : text)));

/** A byte put in place of another, so that lines break anywhere. */
const damage = fc.option(fc.record({ at: fc.nat(), byte: fc.constantFrom(...'0,"\\\n\r}-.eZ é') }));

interface Outcome {
  readonly rows: unknown;
  readonly rejected: unknown;
}

/** Lines that were read by code of their own. */
let hits = 0;

const counted = new Proxy(Function, {
  construct(target, inputs) {
    const make = Reflect.construct(target, inputs) as (...parts: unknown[]) => Reader;
    return (...parts: unknown[]): Reader => {
      const read = make(...parts);
      return (...line) => {
        const end = read(...line);
        if (end >= 0) hits++;
        return end;
      };
    };
  },
});
type Reader = (...line: unknown[]) => number;

/** What a content security policy without 'unsafe-eval' does. */
const forbidden = new Proxy(Function, {
  construct() {
    throw new EvalError("unsafe-eval is not allowed");
  },
});

/** Rows and rejected lines, with code generated for the lines and without. */
async function bothWays(read: () => TextBatches): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const way of [counted, forbidden]) {
    const batches: RecordBatch[] = [];
    vi.stubGlobal("Function", way);
    const text = read();
    for await (const batch of text) batches.push(batch);
    vi.unstubAllGlobals();
    const rows = batches.flatMap((batch) => [...toRows(batch, kinds)]);
    outcomes.push({ rows, rejected: text.rejected });
  }
  return outcomes;
}

describe("lines read by code of their own", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("of CSV give the rows and the rejected lines that they give without it", async () => {
    const dialect = fc.record({
      separator: fc.constantFrom(",", ";", "\t", "-", "."),
      quote: fc.constantFrom('"', "'", "", "1"),
      nullValues: fc.constantFrom([""], ["NA", ""], ["-", " b "], []),
      trim: fc.boolean(),
      batchRows: fc.constantFrom(3, 1000),
    });
    const end = fc.constantFrom("\n", "\r\n");
    const property = fc.asyncProperty(
      ...([fc.array(anyLine, { minLength: 1, maxLength: 8 }), dialect, end, damage] as const),
      fc.infiniteStream(fc.nat({ max: 3 })),
      async (lines, { separator, quote, ...options }, end, spoiled, dice) => {
        const written = (text: string): string =>
          quote !== "" && (text.includes(separator) || dice.next().value === 0)
            ? quote + text.replaceAll(quote, quote + quote) + quote
            : text;
        const text = lines.map((line) => line.map(written).join(separator) + end).join("");
        const bytes = utf8Bytes(text);
        if (spoiled) bytes[spoiled.at % bytes.length] = spoiled.byte.charCodeAt(0);
        const [compiled, interpreted] = await bothWays(() =>
          readCsv(inOneBuffer(bytes, 700), kinds, {
            ...options,
            ...{ separator, quote, header: names, rejects: "collect" },
          }),
        );
        expect(compiled).toEqual(interpreted);
      },
    );
    hits = 0;
    await fc.assert(property, { numRuns: 300 });
    expect(hits).toBeGreaterThan(30);
  });

  it("of JSON give the rows and the rejected lines that they give without it", async () => {
    const property = fc.asyncProperty(
      ...([fc.array(anyLine, { minLength: 1, maxLength: 8 }), damage] as const),
      async (lines, spoiled) => {
        const bare = /^(?:small|count|long|unsigned|score|single|amount|wide|paid)$/;
        const value = (name: string, text: string): string =>
          text === "NA" ? "null" : bare.test(name) ? text : JSON.stringify(text);
        const text = lines
          .map((line) => line.map((text, k) => `"${names[k]}":${value(names[k]!, text)}`).join(","))
          .map((members) => `{${members}}\n`)
          .join("");
        const bytes = utf8Bytes(text);
        if (spoiled) bytes[spoiled.at % bytes.length] = spoiled.byte.charCodeAt(0);
        const [compiled, interpreted] = await bothWays(() =>
          readNdjson(inOneBuffer(bytes, 700), kinds, { rejects: "collect", batchRows: 3 }),
        );
        expect(compiled).toEqual(interpreted);
      },
    );
    hits = 0;
    await fc.assert(property, { numRuns: 300 });
    expect(hits).toBeGreaterThan(30);
  });
});
