import type { SqlEngine } from "@lakewright/sql";
import type { Person } from "./people.ts";

/**
 * The people of a table, or of a part of it, are those: as many rows and keys, the same sums, as many who moved.
 *
 * @throws Error with what is there, and what should be.
 */
export async function assertPeople(
  engine: SqlEngine,
  from: string,
  expected: readonly Person[],
): Promise<void> {
  const row = await engine
    .query(
      `SELECT count(*) AS people, count(DISTINCT person) AS persons, sum(orders) AS orders, sum(credit) AS credit,
sum(CASE WHEN city LIKE '%-bis' THEN 1 ELSE 0 END) AS moved, sum(CASE WHEN city IS NULL THEN 1 ELSE 0 END) AS nowhere FROM ${from}`,
    )
    .row();
  const sum = (of: (person: Person) => number): number =>
    expected.reduce((all, person) => all + of(person), 0);
  const right = {
    people: expected.length,
    persons: expected.length,
    orders: sum((person) => person.orders),
    credit: sum((person) => Math.round(Number(person.credit) * 100)) / 100,
    moved: sum((person) => (person.city?.endsWith("-bis") ? 1 : 0)),
    nowhere: sum((person) => (person.city === null ? 1 : 0)),
  };
  const wrong = Object.entries(right).filter(
    ([name, value]) => Number(String(row[name])) !== value,
  );
  if (wrong.length === 0) return;
  const told = wrong.map(([name, value]) => `${name} is ${String(row[name])}, not ${value}`);
  throw new Error(`${from}: ${told.join("; ")}`);
}

/** The table has so many rows. @throws Error where it has not. */
export async function assertRows(engine: SqlEngine, from: string, rows: number): Promise<void> {
  const { n } = await engine.query(`SELECT count(*) AS n FROM ${from}`).row();
  if (Number(n) !== rows) throw new Error(`${from} has ${String(n)} rows, not ${rows}`);
}
