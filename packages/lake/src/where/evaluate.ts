import { columnReader, type Decimal, readColumn, validityOf } from "@lakewright/core";
import { type Data, DataType, type RecordBatch } from "apache-arrow";
import type { Bound, Key } from "./bind.ts";
import { compareKeys, holds } from "./compare.ts";

/** The truth of a condition for each row: 0 false, 1 true, 2 unknown. */
export type Truth = Uint8Array;

const FALSE = 0;
const TRUE = 1;
const UNKNOWN = 2;

/**
 * Evaluates a condition on a batch, a column at a time. A dictionary column is evaluated once for each of its entries.
 * `mask` says for which rows the truth matters: an expression raises no error for the others.
 */
export function evaluate(bound: Bound, batch: RecordBatch, mask?: Uint8Array): Truth {
  switch (bound.op) {
    case "and":
      return combined(bound.terms, batch, TRUE, FALSE, mask);
    case "or":
      return combined(bound.terms, batch, FALSE, TRUE, mask);
    case "not":
      return evaluate(bound.term, batch, mask).map((truth) =>
        truth === UNKNOWN ? UNKNOWN : 1 - truth,
      );
    case "expression":
      return bound.condition.truth({ rows: batch.numRows, target: batch }, mask);
    default:
      return truthOfColumn(bound, dataOf(batch, bound.column));
  }
}

/** The rows for which a condition is true. */
export function matchingRows(bound: Bound, batch: RecordBatch): Int32Array {
  const truth = evaluate(bound, batch);
  let count = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === TRUE) count++;
  const rows = new Int32Array(count);
  for (let i = 0, at = 0; i < truth.length; i++) if (truth[i] === TRUE) rows[at++] = i;
  return rows;
}

/** `and` (neutral true, decided by false) and `or` (the other way round) of Kleene's logic. */
function combined(
  terms: readonly Bound[],
  batch: RecordBatch,
  neutral: number,
  decisive: number,
  mask: Uint8Array | undefined,
): Truth {
  const result = new Uint8Array(batch.numRows).fill(neutral);
  for (const [k, term] of terms.entries()) {
    // Only an expression can raise an error, and only rows not decided yet ask it.
    const open =
      k > 0 && hasExpression(term)
        ? result.map((value, i) => Number(value !== decisive && (mask?.[i] ?? 1) === 1))
        : mask;
    const truth = evaluate(term, batch, open);
    for (let i = 0; i < result.length; i++) {
      const value = truth[i]!;
      if (value === decisive || result[i] === decisive) result[i] = decisive;
      else if (value === UNKNOWN) result[i] = UNKNOWN;
    }
  }
  return result;
}

function hasExpression(bound: Bound): boolean {
  switch (bound.op) {
    case "expression":
      return true;
    case "and":
    case "or":
      return bound.terms.some(hasExpression);
    case "not":
      return hasExpression(bound.term);
    default:
      return false;
  }
}

type Leaf = Exclude<Bound, { readonly op: "and" | "or" | "not" | "expression" }>;

function truthOfColumn(bound: Leaf, data: Data): Truth {
  const truth = new Uint8Array(data.length);
  const isValid = validityOf(data);
  if (bound.op === "isNull" || bound.op === "isNotNull") {
    const wanted = bound.op === "isNotNull";
    for (let i = 0; i < truth.length; i++) truth[i] = isValid(i) === wanted ? TRUE : FALSE;
    return truth;
  }
  if (DataType.isDictionary(data.type)) {
    const entries = data.dictionary!.data.map((chunk) => truthOfColumn(bound, chunk));
    const byCode = Uint8Array.from(entries.flatMap((entry) => [...entry]));
    const codes = data.values as ArrayLike<number | bigint>;
    for (let i = 0; i < truth.length; i++) {
      truth[i] = isValid(i) ? byCode[Number(codes[i])]! : UNKNOWN;
    }
    return truth;
  }
  const test = testOf(bound);
  const key = keyReader(data);
  for (let i = 0; i < truth.length; i++) {
    truth[i] = !isValid(i) ? UNKNOWN : test(key(i)) ? TRUE : FALSE;
  }
  return truth;
}

type ValueTest = Exclude<Leaf, { readonly op: "isNull" } | { readonly op: "isNotNull" }>;

function testOf(bound: ValueTest): (key: Key) => boolean {
  switch (bound.op) {
    case "constant":
      return () => bound.value;
    case "startsWith":
      return (key) => (key as string).startsWith(bound.prefix);
    case "inList": {
      if (bound.keys.some((key) => key instanceof Uint8Array)) {
        return (key) => bound.keys.some((other) => compareKeys(key, other) === 0);
      }
      // A set takes NaN for NaN and 0 for -0, as the order does.
      const keys = new Set(bound.keys);
      return (key) => keys.has(key);
    }
    default: {
      const { op, key: other } = bound;
      return (key) => holds(op, compareKeys(key, other));
    }
  }
}

/** Reads the values of a column as keys. */
function keyReader(data: Data): (index: number) => Key {
  const { type } = data;
  if (
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type)
  ) {
    const values = data.values as ArrayLike<number | bigint>;
    return (i) => values[i]!;
  }
  const read = columnReader(data);
  if (DataType.isDecimal(type)) return (i) => (read(i) as Decimal).unscaled;
  if (DataType.isBool(type)) return (i) => (read(i) ? 1 : 0);
  return read as (index: number) => Key;
}

function dataOf(batch: RecordBatch, name: string): Data {
  const k = batch.schema.fields.findIndex((field) => field.name === name);
  if (k < 0) readColumn(batch, name); // throws, naming the columns there are
  return batch.data.children[k]!;
}
