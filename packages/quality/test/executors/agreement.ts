import { type RecordBatch } from "apache-arrow";
import { batchBuilder } from "@lakewright/core";
import { createTable, type SqlEngine } from "@lakewright/sql";
import { type CheckDefinition, type ContractBuilder, defineContract } from "@lakewright/quality";
import fc from "fast-check";
import { expect } from "vitest";
import { type Naive, naiveUnique, naiveValues, order, same } from "./naive.ts";
import { mixed, type MixedRow, rows, TEXTS, values } from "./table.ts";

type Builder = ContractBuilder<typeof mixed.columns>;
type Ordered =
  | "big"
  | "unsigned"
  | "low"
  | "amount"
  | "wide"
  | "price"
  | "small"
  | "day"
  | "at"
  | "seen"
  | "wall";

/** A check, and the naive reading of it. */
interface Case {
  make(t: Builder): CheckDefinition;
  naive(rows: readonly MixedRow[]): Naive;
}

const nulls = fc.constantFrom("skip" as const, "fail" as const);
const mostly = fc.constantFrom(0, 0.5, 0.9, 1);
const ORDERED: readonly Ordered[] = [
  "big",
  "unsigned",
  "low",
  "amount",
  "wide",
  "price",
  "small",
  "day",
  "at",
  "seen",
  "wall",
];

const limits = (column: Ordered): fc.Arbitrary<unknown> =>
  (values[column] as fc.Arbitrary<unknown>).filter((value) => !Number.isNaN(value));

const between: fc.Arbitrary<Case> = fc.constantFrom(...ORDERED).chain((column) =>
  fc
    .record({
      a: limits(column),
      b: limits(column),
      ends: fc.constantFrom("both", "min", "max"),
      minExclusive: fc.boolean(),
      maxExclusive: fc.boolean(),
      nulls,
      mostly,
    })
    .map(({ a, b, ends, minExclusive, maxExclusive, ...options }) => {
      const [min, max] = order(a, b) <= 0 ? [a, b] : [b, a];
      const bounds = {
        ...(ends === "max" ? {} : { min, minExclusive }),
        ...(ends === "min" ? {} : { max, maxExclusive }),
      };
      return {
        make: (t: Builder) => t[column].between(bounds as never, options),
        naive: (rows) =>
          naiveValues(rows, [column], options.nulls, (value) => {
            const low = ends === "max" ? 1 : order(value, min);
            const high = ends === "min" ? -1 : order(value, max);
            if (Number.isNaN(value)) return false;
            return (minExclusive ? low > 0 : low >= 0) && (maxExclusive ? high < 0 : high <= 0);
          }),
      };
    }),
);

const accepted: fc.Arbitrary<Case> = fc
  .constantFrom(...ORDERED, "label" as const, "flag" as const)
  .chain((column) =>
    fc
      .record({
        listed: fc.array(values[column] as fc.Arbitrary<never>, { minLength: 1, maxLength: 3 }),
        not: fc.boolean(),
        nulls,
      })
      .map(({ listed, not, nulls }) => ({
        make: (t: Builder) =>
          not ? t[column].noneOf(listed, { nulls }) : t[column].oneOf(listed, { nulls }),
        naive: (rows) =>
          naiveValues(
            rows,
            [column],
            nulls,
            (value) => listed.some((one) => same(one, value)) !== not,
          ),
      })),
  );

const PATTERNS = [
  "^[a-z]+$",
  "a.b",
  "\\d",
  "^$",
  "^.$",
  "b|7",
  "[^a]",
  "(a|x-)\\w",
  "\\S",
  "^a{1,2}?",
  "é",
  "\\x41",
];

const text: fc.Arbitrary<Case> = fc
  .record({
    pattern: fc.constantFrom(...PATTERNS),
    max: fc.integer({ min: 0, max: 3 }),
    nulls,
    mostly,
  })
  .chain(({ pattern, max, ...options }) =>
    fc.constantFrom<Case>(
      {
        make: (t) => t.label.matches(pattern, options),
        // JavaScript's own reading; the patterns mean the same in it, \S apart, which no text here tells.
        naive: (rows) =>
          naiveValues(rows, ["label"], options.nulls, (value: string) =>
            new RegExp(pattern, "u").test(value),
          ),
      },
      {
        make: (t) => t.label.length({ max }, options),
        naive: (rows) =>
          naiveValues(rows, ["label"], options.nulls, (value: string) => [...value].length <= max),
      },
    ),
  );

const PAIRS = [
  ["low", "high"],
  ["price", "cost"],
  ["amount", "wide"],
  ["big", "unsigned"],
  ["amount", "low"],
  ["at", "seen"],
] as const;
const OPERATORS = ["<", "<=", "=", "!=", ">=", ">"] as const;

const compare: fc.Arbitrary<Case> = fc
  .record({ pair: fc.constantFrom(...PAIRS), operator: fc.constantFrom(...OPERATORS), nulls })
  .map(({ pair: [left, right], operator, nulls }) => ({
    make: (t: Builder) => t.$compare(left, operator, right as never, { nulls }),
    naive: (rows) =>
      naiveValues(rows, [left, right], nulls, (a: unknown, b: unknown) => {
        const difference = order(instant(a), instant(b));
        switch (operator) {
          case "<":
            return difference < 0;
          case "<=":
            return difference <= 0;
          case "=":
            return difference === 0;
          case "!=":
            return !Number.isNaN(difference) && difference !== 0;
          case ">=":
            return difference >= 0;
          case ">":
            return difference > 0;
        }
      }),
  }));

const COLUMNS = Object.keys(values) as (keyof MixedRow)[];

const unique: fc.Arbitrary<Case> = fc
  .uniqueArray(fc.constantFrom(...COLUMNS), { minLength: 1, maxLength: 3 })
  .map((columns) => ({
    make: (t: Builder) => (columns.length === 1 ? t[columns[0]!].unique() : t.$unique(columns)),
    naive: (rows) => naiveUnique(rows, columns),
  }));

const notNull: fc.Arbitrary<Case> = fc
  .record({ column: fc.constantFrom(...COLUMNS), mostly })
  .map(({ column, mostly }) => ({
    make: (t: Builder) => t[column].notNull({ mostly }),
    naive: (rows) => {
      const absent = rows.filter((row) => row[column] === null).length;
      return { evaluated: rows.length, failed: absent, nulls: absent };
    },
  }));

const known: fc.Arbitrary<Case> = fc.subarray(TEXTS, { minLength: 1 }).map((listed) => ({
  make: (t: Builder) => t.other.references(new Set(listed)),
  naive: (rows) => naiveValues(rows, ["other"], "skip", (value: string) => listed.includes(value)),
}));

const cases = fc.array(fc.oneof(between, accepted, text, compare, unique, notNull, known), {
  minLength: 1,
  maxLength: 12,
});

/** Batches of some rows each, text plain or as dictionaries, some cut out of longer ones. */
function batchesOf(rows: readonly MixedRow[], size: number, dictionaries: boolean): RecordBatch[] {
  const builder = batchBuilder(mixed, { dictionaries });
  const batches: RecordBatch[] = [];
  for (let from = 0; from < rows.length; from += size) {
    const padded = [...rows.slice(0, 1), ...rows.slice(from, from + size), ...rows.slice(0, 1)];
    batches.push(builder.build(padded).slice(1, padded.length - 1));
  }
  return batches;
}

function instant(value: unknown): unknown {
  return value instanceof Date ? BigInt(value.getTime()) * 1000n : value;
}

/** Both executors and the naive reading count the same, for any rows and any checks. */
export async function expectAgreement(
  engine: SqlEngine,
  runs: number,
  seed: number,
): Promise<void> {
  await engine.execute(createTable(engine.dialect, "mixed", mixed));
  await fc.assert(
    fc.asyncProperty(
      rows,
      cases,
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      async (rows, cases, size, dictionaries) => {
        await engine.execute("DELETE FROM mixed");
        await engine.load("mixed", mixed, rows as never);
        const contract = defineContract(mixed, (t) => cases.map((one) => one.make(t)));
        const inBatches = await contract.check(batchesOf(rows, size, dictionaries), { now: 0n });
        const onEngine = await contract.check(engine.table("mixed"), { now: 0n });
        expect(onEngine.results).toEqual(inBatches.results);
        expect(onEngine.score).toBe(inBatches.score);
        const offset = inBatches.results.length - cases.length;
        cases.forEach((one, k) => {
          const { id, evaluated, failed, nulls } = inBatches.results[offset + k]!;
          expect({ id, evaluated, failed, nulls }).toEqual({ id, ...one.naive(rows) });
        });
        // The same rows are reported, in whatever order.
        const told = (run: typeof inBatches): string[] =>
          run
            .failures()
            .map(({ check, reason }) => `${check}: ${reason}`)
            .sort();
        expect(told(onEngine)).toEqual(told(inBatches));
      },
    ),
    { numRuns: runs, seed },
  );
}
