import type { Values, Vector } from "./vector.ts";

/**
 * Computes all values at once, where nothing can go wrong that a single value must be asked for: false where something
 * may, and then each value is computed by itself. Loops over one kind of array run several times faster than a function
 * called for each value.
 */
export type Whole = (x: Vector, y: Vector, result: Values, length: number) => boolean;

/** Sums, differences and products of doubles. */
export function wholeFloats(sign: string): Whole | undefined {
  const loop = LOOPS[sign];
  return (
    loop &&
    ((x, y, result, length) => {
      if (!isDoubles(x.values) || !isDoubles(y.values)) return false;
      loop(x.values, x.step, y.values, y.step, result as Float64Array, length);
      return true;
    })
  );
}

/** Sums, differences and products of integers of 32 bits; false where one does not fit. */
export function wholeIntegers(sign: string): Whole | undefined {
  const loop = LOOPS[sign];
  return (
    loop &&
    ((x, y, result, length) => {
      if (!(x.values instanceof Int32Array) || !(y.values instanceof Int32Array)) return false;
      const exact = new Float64Array(length);
      loop(Float64Array.from(x.values), x.step, Float64Array.from(y.values), y.step, exact, length);
      const integers = result as Int32Array;
      for (let i = 0; i < length; i++) {
        const value = exact[i]!;
        integers[i] = value;
        if (integers[i] !== value) return false;
      }
      return true;
    })
  );
}

/** Comparisons of integers, days and doubles; false where there is a NaN. */
export function wholeComparison(sign: string): Whole | undefined {
  const loop = COMPARISONS[sign];
  return (
    loop &&
    ((x, y, result, length) => {
      const [a, b] = [doublesOf(x.values), doublesOf(y.values)];
      if (!a || !b || a.some(Number.isNaN) || b.some(Number.isNaN)) return false;
      loop(a, x.step, b, y.step, result as Uint8Array, length);
      return true;
    })
  );
}

function doublesOf(values: Values): Float64Array | undefined {
  if (isDoubles(values)) return values;
  return values instanceof Int32Array ? Float64Array.from(values) : undefined;
}

function isDoubles(values: Values): values is Float64Array {
  return values instanceof Float64Array;
}

type Loop<R> = (
  x: Float64Array,
  xStep: number,
  y: Float64Array,
  yStep: number,
  result: R,
  length: number,
) => void;

const LOOPS: Readonly<Record<string, Loop<Float64Array>>> = {
  "+": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = x[i * xStep]! + y[i * yStep]!;
  },
  "-": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = x[i * xStep]! - y[i * yStep]!;
  },
  "*": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = x[i * xStep]! * y[i * yStep]!;
  },
};

const COMPARISONS: Readonly<Record<string, Loop<Uint8Array>>> = {
  "=": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! === y[i * yStep]!);
  },
  "<>": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! !== y[i * yStep]!);
  },
  "<": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! < y[i * yStep]!);
  },
  "<=": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! <= y[i * yStep]!);
  },
  ">": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! > y[i * yStep]!);
  },
  ">=": (x, xStep, y, yStep, result, length) => {
    for (let i = 0; i < length; i++) result[i] = Number(x[i * xStep]! >= y[i * yStep]!);
  },
};
