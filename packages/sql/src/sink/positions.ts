import {
  defineTable,
  int64,
  type PositionRange,
  type Positions,
  type Table,
  utf8,
} from "@lakewright/core";
import type { SqlSession } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { bind, id, joinSql, type Sql, sql } from "../text.ts";

/** How far each partition was taken, by whom and into which table. */
export const positionsTable: Table = defineTable("_lakewright_positions", {
  consumer: utf8(),
  target: utf8(),
  partition: utf8(),
  position: int64(),
});

/** Beside the target: a transaction may be confined to one database, and a role to one schema. */
export function positionsPath(target: readonly string[]): readonly string[] {
  return [...target.slice(0, -1), positionsTable.name];
}

const columns = joinSql(positionsTable.fields.map((field) => id(field.name)));
const { consumer: textColumn, position: integerColumn } = positionsTable.columns;
const text = (value: string): Sql => bind(value, textColumn!.type);
const integer = (value: bigint): Sql => bind(value, integerColumn!.type);

export async function positionsOf(
  session: SqlSession,
  target: readonly string[],
  consumer: string,
): Promise<Positions> {
  const rows = await session
    .query(
      sql`SELECT ${id("partition")}, ${id("position")} FROM ${id(...positionsPath(target))}
WHERE ${id("consumer")} = ${text(consumer)} AND ${id("target")} = ${text(target.at(-1)!)}`,
    )
    .rows();
  return new Map(rows.map((row) => [row["partition"] as string, row["position"] as bigint]));
}

/**
 * Moves the positions of the range, provided every one stands where `from` has it, and gives their sum over all
 * partitions of the consumer; undefined where one stands elsewhere, some then being moved.
 *
 * Two statements compare and move at once: a rival that holds the row is waited for, and what it left is compared.
 */
export async function takePositions(
  session: SqlSession,
  target: readonly string[],
  { consumer, from, to }: PositionRange,
): Promise<string | undefined> {
  const path = id(...positionsPath(target));
  const name = target.at(-1)!;
  // In one order, so that rivals which make the same partitions wait for each other and not in a circle.
  const next = [...to].sort(([a], [b]) => (a < b ? -1 : 1));
  const fresh = next.filter(([partition]) => !from.has(partition));
  const known = next.filter(([partition]) => from.has(partition));
  if (known.length > 0) {
    const moves = known.map(
      ([partition, position]) =>
        [text(partition), integer(from.get(partition)!), integer(position)] as const,
    );
    const moved = await session.execute(
      session.dialect.updateFrom({
        target: path,
        alias: "p",
        set: [["position", sql`m.next_position`]],
        from: session.dialect.rowsAs("m", ["partition_name", "stands_at", "next_position"], moves),
        where: sql`p.${id("consumer")} = ${text(consumer)} AND p.${id("target")} = ${text(name)}
  AND p.${id("partition")} = m.partition_name AND p.${id("position")} = m.stands_at`,
      }),
    );
    if (moved !== known.length) return undefined;
  }
  if (fresh.length > 0) {
    const rows = fresh.map(
      ([partition, position]) =>
        sql`(${text(consumer)}, ${text(name)}, ${text(partition)}, ${integer(position)})`,
    );
    const insert = sql`INSERT INTO ${path} (${columns}) VALUES ${joinSql(rows)}`;
    if (!(await isMade(session, insert))) return undefined;
  }
  const sums = [...(await positionsOf(session, target, consumer)).values()];
  return String(sums.reduce((sum, position) => sum + position, 0n));
}

/** False where a partition is there already, made by a rival. */
async function isMade(session: SqlSession, insert: Sql): Promise<boolean> {
  try {
    await session.execute(insert);
    return true;
  } catch (error) {
    if (error instanceof SqlError && error.code === "SQL_CONSTRAINT") return false;
    throw error;
  }
}
