import { date } from "@lakewright/core";
import { id, raw, Sql, type SqlSession, sql } from "@lakewright/sql";
import { dateKey } from "../define/calendar/days.ts";
import type { Fact } from "../define/fact.ts";
import { tableNames } from "./catalog.ts";
import type { Writer } from "./create.ts";
import { layoutOf } from "./layout.ts";
import { objectName } from "./place.ts";

/**
 * Makes the partitions that rows about to be inserted need; does nothing where the engine has none or the fact is not
 * partitioned.
 *
 * @param rows - a table with the stored columns, or the days themselves
 */
export async function ensurePartitions(
  session: SqlSession,
  writer: Writer,
  fact: Fact,
  rows: Sql | readonly string[],
): Promise<void> {
  const { partitionBy } = fact;
  if (partitionBy === undefined || !writer.capabilities.partitionedTables) return;
  const days = rows instanceof Sql ? await daysOf(session, writer, fact, rows) : rows;
  const wanted = new Map<string, Sql>();
  for (const day of days) {
    const { name, bounds } = partitionOf(writer, fact, day);
    wanted.set(name, bounds);
  }
  const present = await tableNames(session, writer.place);
  for (const [name, bounds] of wanted) {
    if (present.has(name)) continue;
    await session.execute(
      sql`CREATE TABLE IF NOT EXISTS ${writer.place.id(name)} PARTITION OF ${writer.place.id(fact.name)} FOR VALUES ${bounds}`,
    );
  }
}

/** The partition of a day; of undefined, that of rows whose day is not known. */
function partitionOf(
  { dialect }: Writer,
  fact: Fact,
  day: string | undefined,
): { readonly name: string; readonly bounds: Sql } {
  const { column, every } = fact.partitionBy!;
  if (day === undefined) {
    return { name: objectName(fact.name, "p_none"), bounds: raw("FROM (MINVALUE) TO (0)") };
  }
  const year = Number(day.slice(0, 4));
  const month = every === "month" ? Number(day.slice(5, 7)) : 1;
  const next = every === "month" && month < 12 ? [year, month + 1] : [year + 1, 1];
  const from = firstDay(year, month);
  const to = firstDay(next[0]!, next[1]!);
  const kind = layoutOf(fact).columns.find((field) => field.name === column)!.column.type.kind;
  const value = (text: string): string =>
    kind === "int64"
      ? String(dateKey(text))
      : kind === "date"
        ? dialect.literal(text)
        : dialect.literal(new Date(`${text}T00:00:00Z`));
  const label = from.slice(0, every === "month" ? 7 : 4).replace("-", "_");
  return {
    name: objectName(fact.name, `p_${label}`),
    bounds: raw(`FROM (${value(from)}) TO (${value(to)})`),
  };
}

async function daysOf(
  session: SqlSession,
  { dialect }: Writer,
  fact: Fact,
  rows: Sql,
): Promise<(string | undefined)[]> {
  const { column } = fact.partitionBy!;
  const { type } = layoutOf(fact).columns.find((field) => field.name === column)!.column;
  const day =
    type.kind === "timestamp" ? dialect.cast(dialect.inUtc(id(column)), date()) : id(column);
  const found = await session.query(sql`SELECT DISTINCT ${day} AS day FROM ${rows} r`).rows();
  return found.map((row) => {
    const value = row["day"];
    if (typeof value !== "bigint") return String(value);
    const digits = String(value).padStart(8, "0");
    return value < 0n
      ? undefined
      : `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  });
}

function firstDay(year: number, month: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-01`;
}
