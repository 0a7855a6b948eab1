import type { Table } from "@lakewright/core";
import { dayText, instant } from "../time.ts";
import type { AnyRow, World } from "../world.ts";

/** What happened to a table in a day. */
export interface TableChanges {
  readonly table: Table;
  readonly inserted: AnyRow[];
  /** Whole rows, as they are afterwards. */
  readonly updated: AnyRow[];
  /** Keys of rows that are gone. */
  readonly deleted: AnyRow[];
}

/** The changes of a day, gathered table by table. */
export class DayChanges {
  readonly tables: Map<string, TableChanges> = new Map();

  of(table: Table): TableChanges {
    const known = this.tables.get(table.name);
    if (known) return known;
    const made: TableChanges = { table, inserted: [], updated: [], deleted: [] };
    this.tables.set(table.name, made);
    return made;
  }

  insert(table: Table, rows: Iterable<object>): void {
    this.of(table).inserted.push(...(rows as Iterable<AnyRow>));
  }

  /** A row with other values; what is changed twice keeps the last. */
  update(table: Table, row: object, key = "id"): void {
    const { updated } = this.of(table);
    const at = updated.findIndex((other) => other[key] === (row as AnyRow)[key]);
    if (at < 0) updated.push(row as AnyRow);
    else updated[at] = row as AnyRow;
  }

  delete(table: Table, keys: Iterable<AnyRow>): void {
    this.of(table).deleted.push(...keys);
  }

  get rows(): number {
    let sum = 0;
    for (const { inserted, updated, deleted } of this.tables.values())
      sum += inserted.length + updated.length + deleted.length;
    return sum;
  }
}

/** When a row was changed on the day, by whom. */
export function touched(day: number, minute: number) {
  return { sysModifiedDate: instant(day, 420 + (minute % 720)), sysModifiedUser: "MDUPONT" };
}

/** The world a day later, without dirt: what people type on one day is clean. */
export function worldOfDay(world: World, day: number): World {
  const last = world.last + day - 1;
  return {
    ...world,
    first: last,
    last,
    counts: { ...world.counts, dirt: () => 0 },
    random: (part) => world.random(`${part} of ${dayText(last)}`),
  };
}
