import type { LogicalType } from "@lakewright/core";
import type { PageBounds } from "../format/page-index.ts";
import { compareBytes } from "./byte-extremes.ts";
import { chunkStatistics, type Comparable, type Extremes, extremesOf } from "./statistics.ts";
import type { Codes, Values } from "./values.ts";

/** Values of a data page: those from `from` to before `to`, and how many nulls are among them. */
export interface PageValues {
  readonly from: number;
  readonly to: number;
  readonly nulls: number;
}

/** A page with the smallest and largest of its values, where there are any, and an order. */
export interface PageExtremes extends PageValues {
  readonly extremes: Extremes | undefined;
}

export function pageExtremes(
  type: LogicalType,
  values: Values,
  pages: readonly PageValues[],
): readonly PageExtremes[] {
  return pages.map((page) => ({
    ...page,
    extremes: extremesWithin(type, values, page.from, page.to),
  }));
}

/**
 * What a ColumnIndex says of the pages of a chunk; undefined where a page has values and no bounds: values without an order, or
 * only NaN. Source: parquet-format, PageIndex.md.
 *
 * @param width - bytes of a value in statistics
 */
export function pageBoundsOf(
  type: LogicalType,
  width: number,
  pages: readonly PageExtremes[],
): PageBounds | undefined {
  if (pages.length === 0 || pages.some(({ from, to, extremes }) => !extremes && to > from))
    return undefined;
  const known = pages.map((page) => page.extremes);
  const stored = known.map((extremes) => {
    if (!extremes) return undefined;
    const { min, max } = chunkStatistics(type, width, 0, extremes);
    // A text that cannot be cut, because nothing of its length is above it, stands whole.
    return { min: min!, max: max ?? (extremes.max as Uint8Array) };
  });
  const ends = known.flatMap((extremes, k) =>
    extremes ? [extremes.min instanceof Uint8Array ? stored[k]! : (extremes as Extremes)] : [],
  );
  return {
    pages: pages.map(({ nulls }, k) => ({ nulls, bounds: stored[k] })),
    order: orderOf(ends),
  };
}

/** The extremes of some of the values. */
function extremesWithin(
  type: LogicalType,
  values: Values,
  from: number,
  to: number,
): Extremes | undefined {
  if (from === to) return undefined;
  const count = to - from;
  switch (values.kind) {
    case "words32":
      return extremesOf(type, { ...values, count, words: values.words.subarray(from, to) });
    case "words64":
      return extremesOf(type, { ...values, count, words: values.words.subarray(2 * from, 2 * to) });
    case "fixed": {
      const bytes = values.bytes.subarray(from * values.width, to * values.width);
      return extremesOf(type, { ...values, count, bytes });
    }
    case "bytes":
      return extremesOf(type, { ...values, count, offsets: values.offsets.subarray(from, to + 1) });
    case "codes":
      return codeExtremes(values, from, to);
    case "bits":
      return undefined;
  }
}

function codeExtremes({ codes, dictionary }: Codes, from: number, to: number): Extremes {
  const { bytes, offsets, size } = dictionary;
  const seen = new Uint8Array(size);
  let min = codes[from]!;
  let max = min;
  seen[min] = 1;
  for (let i = from + 1; i < to; i++) {
    const code = codes[i]!;
    if (seen[code]) continue;
    seen[code] = 1;
    const [start, end] = [offsets[code]!, offsets[code + 1]!];
    if (compareBytes(bytes, start, end, bytes, offsets[min]!, offsets[min + 1]!) < 0) min = code;
    else if (compareBytes(bytes, start, end, bytes, offsets[max]!, offsets[max + 1]!) > 0)
      max = code;
  }
  const entry = (code: number): Uint8Array => bytes.slice(offsets[code], offsets[code + 1]);
  return { min: entry(min), max: entry(max) };
}

/** Whether bounds only rise, or only fall, from page to page. */
function orderOf(ends: readonly Extremes[]): PageBounds["order"] {
  const steps = (direction: 1 | -1): boolean =>
    ends.every(
      ({ min, max }, k) =>
        k === 0 ||
        (direction * compare(ends[k - 1]!.min, min) <= 0 &&
          direction * compare(ends[k - 1]!.max, max) <= 0),
    );
  return steps(1) ? "ascending" : steps(-1) ? "descending" : "unordered";
}

function compare(a: Comparable, b: Comparable): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return compareBytes(a, 0, a.length, b, 0, b.length);
  return a < b ? -1 : a > b ? 1 : 0;
}
