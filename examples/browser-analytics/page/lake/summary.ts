import { columnOf, Decimal, readColumn, type Table } from "@lakewright/core";
import type { LakeTable, Where } from "@lakewright/lake";
import { numberColumns, textColumns, timeColumn } from "./filter.ts";

/** What is summed up, and along what. */
export interface Question {
  /** A column of numbers, or "" to count rows. */
  readonly measure: string;
  /** A column of text, or "" for one group. */
  readonly group: string;
}

export interface Bar {
  /** The first day of the month, or of the day itself. */
  readonly at: Date;
  readonly group: string;
  readonly value: number;
}

export interface Summary {
  readonly rows: number;
  /** The sum over all rows, exact for integers and decimals. */
  readonly total: string;
  readonly step: "month" | "day";
  readonly bars: readonly Bar[];
  /** Largest first; the last may be "others". */
  readonly groups: readonly { readonly name: string; readonly value: number }[];
}

/** Colours are told apart up to here. */
const MOST_GROUPS = 7;
const MOST_DAYS = 92;

/** What a table is asked first: its first sum of money, by its first text. */
export function firstQuestion(table: Table, partitionBy: readonly string[]): Question {
  const kindOf = (name: string): string => columnOf(table, name).type.kind;
  const numbers = numberColumns(table);
  const measure =
    numbers.find((name) => kindOf(name) === "decimal") ??
    numbers.find((name) => kindOf(name).startsWith("float")) ??
    "";
  return { measure, group: textColumns(table).find((name) => !partitionBy.includes(name)) ?? "" };
}

/** Reads three columns of the rows wanted and sums them up. */
export async function summarise(
  lake: LakeTable,
  where: Where | undefined,
  { measure, group }: Question,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<Summary> {
  const time = timeColumn(lake.table);
  const names = [...new Set([time, measure, group].filter((name) => name))] as string[];
  const sums = new Map<string, Sum>();
  const total = new Sum();
  const columns = names.length > 0 ? names : [lake.table.fields[0]!.name];
  const scan = lake.scan({ columns, where, signal });
  for await (const batch of scan) {
    const days = time === undefined ? undefined : readColumn(batch, time);
    const values = measure ? readColumn(batch, measure) : undefined;
    const groups = group ? readColumn(batch, group) : undefined;
    for (let i = 0; i < batch.numRows; i++) {
      const value = values ? values(i) : 1;
      if (value === null) continue;
      const key = `${days ? dayOf(days(i)) : ""}|${groups ? String(groups(i) ?? "none") : ""}`;
      let sum = sums.get(key);
      if (!sum) sums.set(key, (sum = new Sum()));
      sum.add(value);
      total.add(value);
    }
    onRows(scan.metrics.rows);
  }
  return { ...shape(sums, total), rows: scan.metrics.rows };
}

/** Adds numbers up: integers and decimals exactly. */
class Sum {
  private unscaled = 0n;
  private scale = 0;
  private float = 0;

  add(value: unknown): void {
    if (value instanceof Decimal) {
      this.scale = value.scale;
      this.unscaled += value.unscaled;
    } else if (typeof value === "bigint") this.unscaled += value;
    else this.float += value as number;
  }

  toNumber(): number {
    return this.float + new Decimal(this.unscaled, this.scale).toNumber();
  }

  toString(): string {
    return this.float === 0
      ? new Decimal(this.unscaled, this.scale).toString()
      : String(this.toNumber());
  }
}

function dayOf(value: unknown): string {
  if (value === null) return "";
  if (typeof value === "bigint") return new Date(Number(value / 1000n)).toISOString().slice(0, 10);
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value).slice(0, 10);
}

function shape(sums: ReadonlyMap<string, Sum>, total: Sum): Omit<Summary, "rows"> {
  const cells = Array.from(sums, ([key, sum]) => {
    const cut = key.indexOf("|");
    return { day: key.slice(0, cut), group: key.slice(cut + 1), value: sum.toNumber() };
  });
  const days = new Set(cells.map(({ day }) => day));
  const step = days.size > MOST_DAYS ? "month" : "day";
  const byGroup = added(
    cells,
    ({ group }) => group,
    ({ value }) => value,
  );
  const largest = [...byGroup].sort((a, b) => b[1] - a[1]);
  const shown = largest.length > MOST_GROUPS + 1 ? largest.slice(0, MOST_GROUPS) : largest;
  const named = new Set(shown.map(([name]) => name));
  const nameOf = (group: string): string => (named.has(group) ? group : "others");
  const bars = added(
    cells.filter(({ day }) => day !== ""),
    ({ day, group }) => `${step === "month" ? `${day.slice(0, 7)}-01` : day}|${nameOf(group)}`,
    ({ value }) => value,
  );
  const others = largest.slice(shown.length).reduce((sum, [, value]) => sum + value, 0);
  const groups = shown.map(([name, value]) => ({ name, value }));
  if (shown.length < largest.length) groups.push({ name: "others", value: others });
  return {
    total: total.toString(),
    step,
    bars: Array.from(bars, ([key, value]) => {
      const cut = key.indexOf("|");
      return { at: new Date(`${key.slice(0, cut)}T00:00:00Z`), group: key.slice(cut + 1), value };
    }).sort((a, b) => a.at.getTime() - b.at.getTime()),
    groups,
  };
}

function added<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  valueOf: (item: T) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    sums.set(key, (sums.get(key) ?? 0) + valueOf(item));
  }
  return sums;
}
