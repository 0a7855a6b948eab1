import type { LogicalType } from "@lakewright/core";
import type { BatchView } from "../batch/view.ts";
import { familyOf } from "./family.ts";

/** A value, or several, as a key of a Map or Set: equal where an engine calls them equal (NaN is NaN, -0 is 0). */
export type Key = string | number | bigint;

/** The keys of one column, or of several together; meaningless where one is null. */
export function keysOf(view: BatchView, columns: readonly string[]): (index: number) => Key {
  const readers = columns.map((column) => keyReader(view, column));
  if (readers.length === 1) return readers[0]!;
  // Each part carries its length, so that ("a", "bc") and ("ab", "c") differ.
  return (i) => {
    let key = "";
    for (const read of readers) {
      const part = String(read(i));
      key += `${part.length}:${part}`;
    }
    return key;
  };
}

/** The key of a value in the unit of its type. */
export function unitKey(units: bigint): number | bigint {
  const number = Number(units);
  return Number.isSafeInteger(number) ? number : units;
}

export function bytesKey(bytes: Uint8Array): string {
  let key = "";
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}

function keyReader(view: BatchView, column: string): (index: number) => Key {
  const type: LogicalType = view.type(column);
  switch (familyOf(type)) {
    case "text": {
      const texts = view.texts(column);
      return (i) => texts[i]!;
    }
    case "bool": {
      const read = view.reader(column);
      return (i) => (read(i) === true ? 1 : 0);
    }
    case "binary": {
      const read = view.reader(column);
      return (i) => bytesKey((read(i) ?? new Uint8Array()) as Uint8Array);
    }
    default: {
      const { values, exact } = view.numbers(column);
      if (exact) return (i) => values[i]!;
      const units = view.units(column);
      return (i) => unitKey(units[i]!);
    }
  }
}
