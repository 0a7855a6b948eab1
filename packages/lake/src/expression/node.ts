import { rowError } from "./errors.ts";
import type { Whole } from "./fast.ts";
import type { SqlType } from "./sql-type.ts";
import type { RowSet } from "./types.ts";
import { newValues, type Value, type Vector } from "./vector.ts";

/** Rows to compute: 1 where the value matters. Undefined for all. What others would have raised is not raised. */
export type Mask = Uint8Array | undefined;

/** An expression whose types are known. */
export interface Node {
  readonly type: SqlType;
  /** As SQL, for messages. */
  readonly text: string;
  /** Set for a literal; `typed` where its type was said and not only guessed. */
  readonly literal?: { readonly value: Value | null; readonly typed: boolean } | undefined;
  evaluate(rows: RowSet, mask: Mask): Vector;
}

/** How many values a result over these vectors has: one where all are constants. */
export function lengthOf(vectors: readonly Vector[], rows: number): number {
  return vectors.some((vector) => vector.step === 1) ? rows : 1;
}

/** Whether value i of a result matters: that of a constant does where any row does. */
export function isWanted(mask: Mask, length: number, rows: number): (i: number) => boolean {
  if (!mask) return rows > 0 || length === 0 ? () => true : () => false;
  if (length === 1 && rows !== 1) {
    const any = mask.includes(1);
    return () => any;
  }
  return (i) => mask[i] === 1;
}

/** A node over one value; null gives null. */
export function unary(
  type: SqlType,
  text: string,
  a: Node,
  compute: (value: never) => Value | null,
): Node {
  const run = compute as unknown as (value: Value) => Value | null;
  return {
    type,
    text,
    evaluate(rows, mask) {
      const x = a.evaluate(rows, mask);
      const length = lengthOf([x], rows.rows);
      const values = newValues(type, length);
      const wanted = isWanted(mask, length, rows.rows);
      let valid = x.valid;
      let i = 0;
      try {
        for (; i < length; i++) {
          if ((valid && valid[i] !== 1) || !wanted(i)) continue;
          const value = run(x.values[i]!);
          if (value !== null) values[i] = value;
          else valid = without(valid, x.valid, length, i);
        }
      } catch (error) {
        throw rowError(error, i, text);
      }
      return { type, values, valid, step: x.step };
    },
  };
}

/** A node over two values; a null of either gives null. */
export function binary(
  type: SqlType,
  text: string,
  a: Node,
  b: Node,
  compute: (left: never, right: never) => Value | null,
  whole?: Whole,
): Node {
  const run = compute as unknown as (left: Value, right: Value) => Value | null;
  return {
    type,
    text,
    evaluate(rows, mask) {
      const x = a.evaluate(rows, mask);
      const y = b.evaluate(rows, mask);
      const length = lengthOf([x, y], rows.rows);
      const values = newValues(type, length);
      const both = validOfAll([x, y], length);
      const step = x.step === 0 && y.step === 0 ? 0 : 1;
      if (whole?.(x, y, values, length)) return { type, values, valid: both, step };
      let valid = both;
      const wanted = isWanted(mask, length, rows.rows);
      let i = 0;
      try {
        for (; i < length; i++) {
          if ((valid && valid[i] !== 1) || !wanted(i)) continue;
          const value = run(x.values[i * x.step]!, y.values[i * y.step]!);
          if (value !== null) values[i] = value;
          else valid = without(valid, both, length, i);
        }
      } catch (error) {
        throw rowError(error, i, text);
      }
      return { type, values, valid, step };
    },
  };
}

/** A node over any number of values; a null of any gives null. */
export function variadic(
  type: SqlType,
  text: string,
  args: readonly Node[],
  compute: (...values: never[]) => Value | null,
): Node {
  const run = compute as unknown as (...values: Value[]) => Value | null;
  return {
    type,
    text,
    evaluate(rows, mask) {
      const vectors = args.map((arg) => arg.evaluate(rows, mask));
      const length = lengthOf(vectors, rows.rows);
      const values = newValues(type, length);
      const all = validOfAll(vectors, length);
      let valid = all;
      const wanted = isWanted(mask, length, rows.rows);
      let i = 0;
      try {
        for (; i < length; i++) {
          if ((valid && valid[i] !== 1) || !wanted(i)) continue;
          const value = run(...vectors.map((vector) => vector.values[i * vector.step]!));
          if (value !== null) values[i] = value;
          else valid = without(valid, all, length, i);
        }
      } catch (error) {
        throw rowError(error, i, text);
      }
      return { type, values, valid, step: vectors.every(({ step }) => step === 0) ? 0 : 1 };
    },
  };
}

/** Where every vector has a value; undefined where they all have every one. */
function validOfAll(vectors: readonly Vector[], length: number): Uint8Array | undefined {
  const some = vectors.filter((vector) => vector.valid);
  if (some.length === 0) return undefined;
  const result = new Uint8Array(length).fill(1);
  for (const { valid, step } of some) {
    for (let i = 0; i < length; i++) if (valid![i * step] !== 1) result[i] = 0;
  }
  return result;
}

/** Validity without one value more; the one of the arguments is not changed. */
function without(
  valid: Uint8Array | undefined,
  ofArguments: Uint8Array | undefined,
  length: number,
  index: number,
): Uint8Array {
  const result = valid === undefined ? new Uint8Array(length).fill(1) : valid;
  const own = result === ofArguments ? result.slice() : result;
  own[index] = 0;
  return own;
}
