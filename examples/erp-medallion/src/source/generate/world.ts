import { type Random, type RowInput, seededRandom, type Table } from "@lakewright/core";
import { extractDay, firstDocumentDay } from "../days.ts";
import type { tables } from "../schema/index.ts";
import { type Counts, countsAt } from "./counts.ts";
import { type Day, dayOf } from "./time.ts";

type Tables = typeof tables;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A row of a source table, by what the code calls the table: `RowOf<"saleDocument">`. */
export type RowOf<K extends keyof Tables> = Mutable<RowInput<Tables[K]["table"]>>;

export type AnyRow = Record<string, unknown>;

/** What every part of the generator needs. */
export interface World {
  readonly seed: number;
  readonly counts: Counts;
  /** Documents begin on it. */
  readonly first: Day;
  /** The day of the first extract: what is later is planned, or wrong. */
  readonly last: Day;
  /** An independent source of random numbers for a part of the work. */
  random(part: string): Random;
}

export function makeWorld(seed: number, scale: number): World {
  const root = seededRandom(seed);
  return {
    seed,
    counts: countsAt(scale),
    first: dayOf(firstDocumentDay),
    last: dayOf(extractDay(1)),
    random: (part) => root.fork(hash(part)),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** The rows of tables, by the tables' names; tables that are not listed are empty. */
export type SourceRows = ReadonlyMap<string, Iterable<AnyRow>>;

/** Lists rows with their table. */
export function put(
  into: Map<string, Iterable<AnyRow>>,
  table: Table,
  rows: Iterable<object>,
): void {
  into.set(table.name, rows as Iterable<AnyRow>);
}
