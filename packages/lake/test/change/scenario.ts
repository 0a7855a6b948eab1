import {
  Decimal,
  decimal,
  defineTable,
  float64,
  int64,
  nullable,
  type RowInput,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import {
  and,
  eq,
  gt,
  gte,
  inList,
  isNotNull,
  isNull,
  type LakeTable,
  lt,
  lte,
  ne,
  not,
  or,
  startsWith,
  type Where,
} from "../../src/index.ts";

/** Rows with nulls, NaN and decimals; `p` may be a partition. */
export const items = defineTable("items", {
  id: int64(),
  p: nullable(utf8()),
  x: nullable(float64()),
  amount: nullable(decimal(9, 2)),
  note: nullable(utf8()),
});
export type Item = RowInput<typeof items>;

export type Step =
  | { readonly kind: "append" | "overwrite" | "dynamic"; readonly rows: readonly Item[] }
  | { readonly kind: "delete"; readonly where: Where }
  | { readonly kind: "update"; readonly where: Where; readonly set: Partial<Item> }
  | { readonly kind: "replace"; readonly where: Where; readonly rows: readonly Item[] };

const ids = fc.bigInt({ min: 0n, max: 30n });
const texts = fc.constantFrom("a", "b", "é/=%");
const numbers = fc.constantFrom(-1.5, 0.25, 3, NaN, Infinity);
const amounts = fc.constantFrom("-1.50", "0.00", "2.25", "1000.00");
const notes = fc.constantFrom("", "note", "notes", "x".repeat(40));
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq: 4 });

const item: fc.Arbitrary<Item> = fc.record({
  id: ids,
  p: optional(texts),
  x: optional(numbers),
  amount: optional(amounts),
  note: optional(notes),
});
const rows = fc.array(item, { maxLength: 12 });

type Comparing = (column: string, value: never) => Where;
const comparisons = fc.constantFrom(eq, ne, lt, lte, gt, gte) as fc.Arbitrary<Comparing>;
const compare = (column: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<Where> =>
  fc.tuple(comparisons, values).map(([op, value]) => op(column, value as never));
const leaf: fc.Arbitrary<Where> = fc.oneof(
  { weight: 3, arbitrary: compare("id", ids) },
  { weight: 2, arbitrary: compare("p", texts) },
  compare("x", numbers),
  compare("amount", amounts),
  fc.array(ids, { maxLength: 6 }).map((values) => inList("id", values)),
  fc.constantFrom("", "note", "z").map((prefix) => startsWith("note", prefix)),
  fc.constantFrom("p", "x", "note").map(isNull),
  fc.constantFrom("p", "amount").map(isNotNull),
);
const where: fc.Arbitrary<Where> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  fc.tuple(leaf, leaf).map(([a, b]) => and(a, b)),
  fc.tuple(leaf, leaf).map(([a, b]) => or(a, b)),
  leaf.map(not),
);

const set: fc.Arbitrary<Partial<Item>> = fc
  .record(
    {
      p: optional(texts),
      x: optional(numbers),
      amount: optional(amounts),
      note: optional(notes),
    },
    { requiredKeys: [] },
  )
  .filter((values) => Object.keys(values).length > 0);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: rows.map((rows): Step => ({ kind: "append", rows })) },
  { weight: 3, arbitrary: where.map((where): Step => ({ kind: "delete", where })) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), where, set }) },
  rows.map((rows): Step => ({ kind: "overwrite", rows })),
  { weight: 2, arbitrary: fc.tuple(where, rows).map(([where, rows]) => replacing(where, rows)) },
);

/** A step that only tables with partitions take. */
export const dynamicStep: fc.Arbitrary<Step> = rows.map((rows) => ({ kind: "dynamic", rows }));

function replacing(where: Where, rows: readonly Item[]): Step {
  return { kind: "replace", where, rows: rows.filter((row) => holds(where, row) === true) };
}

/** The truth of a condition for a row, as SQL has it; null for unknown. */
export function holds(where: Where, row: Item): boolean | null {
  if (where.op === "sql" || where.op === "call") throw new Error("not part of scenarios");
  switch (where.op) {
    case "and":
    case "or": {
      const truths = where.terms.map((term) => holds(term, row));
      const decisive = where.op === "or";
      if (truths.includes(decisive)) return decisive;
      return truths.includes(null) ? null : !decisive;
    }
    case "not": {
      const truth = holds(where.term, row);
      return truth === null ? null : !truth;
    }
    default:
  }
  const value = row[where.column as keyof Item] as bigint | number | string | null;
  if (!("value" in where || "values" in where || "prefix" in where)) {
    return (value === null) === (where.op === "isNull");
  }
  if (value === null) return null;
  if (where.op === "inList") return where.values.includes(value);
  if (where.op === "startsWith") return (value as string).startsWith(where.prefix);
  const order = compared(where.column, value, where.value as bigint | number | string);
  switch (where.op) {
    case "eq":
      return order === 0;
    case "ne":
      return order !== 0;
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
  }
}

function compared(
  column: string,
  a: bigint | number | string,
  b: bigint | number | string,
): number {
  const [left, right] = column === "amount" ? [Number(a), Number(b)] : [a, b];
  // NaN is above every number and equal to itself.
  if (Number.isNaN(left) || Number.isNaN(right)) {
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The rows a table has after a step, by naive means. */
export function after(rows: readonly Item[], step: Step): readonly Item[] {
  switch (step.kind) {
    case "append":
      return [...rows, ...step.rows];
    case "overwrite":
      return step.rows;
    case "dynamic": {
      const replaced = new Set(step.rows.map((row) => row.p));
      return [...rows.filter((row) => !replaced.has(row.p)), ...step.rows];
    }
    case "delete":
      return rows.filter((row) => holds(step.where, row) !== true);
    case "update":
      return rows.map((row) => (holds(step.where, row) === true ? { ...row, ...step.set } : row));
    case "replace":
      return [...rows.filter((row) => holds(step.where, row) !== true), ...step.rows];
  }
}

/** Takes a step with a table. */
export function take(
  table: LakeTable<typeof items>,
  step: Step,
): Promise<{ readonly written: boolean }> {
  switch (step.kind) {
    case "append":
      return table.append(step.rows);
    case "overwrite":
      return table.overwrite(step.rows);
    case "dynamic":
      return table.overwrite(step.rows, { dynamicPartitions: true });
    case "delete":
      return table.delete(step.where);
    case "update":
      return table.update({ where: step.where, set: step.set as Record<string, string | null> });
    case "replace":
      return table.overwrite(step.rows, { where: step.where });
  }
}

/** A row as text that equal rows share. */
export function rowText(given: object): string {
  const row = given as Readonly<Record<string, unknown>>;
  const amount = row["amount"] === null ? null : String(Decimal.from(row["amount"] as string));
  return JSON.stringify([String(row["id"]), row["p"], String(row["x"]), amount, row["note"]]);
}

/** Rows as texts, in an order of their own. */
export function texted(rows: readonly object[]): string[] {
  return rows.map(rowText).sort();
}
