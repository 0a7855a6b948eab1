import { type Column, extendTable, int64, nullable, type Table, utf8 } from "@lakewright/core";
import { type Dialect, id, raw, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import { namesOf } from "../../define/names.ts";
import type { Writer } from "../../schema/create.ts";
import { columnList } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { createTemporary, stagedTable } from "../stage/stage.ts";
import { LATER, PROBLEM, ROUND, ROW, STAGE } from "../temporary-tables.ts";

/** The columns a row must not share with another: with dated changes, several of one member are several rows. */
export function rowKey({ key, updatedAt }: Dimension): readonly string[] {
  return updatedAt === undefined || key.includes(updatedAt) ? key : [...key, updatedAt];
}

/** How many changes of one member the stage has, at most. */
export function countRounds(dimension: Dimension): Step {
  return {
    name: "count changes of one member",
    sql: sql`SELECT COALESCE(max(changes), 0) AS n FROM (
  SELECT count(*) AS changes FROM ${id(STAGE)} WHERE ${id(PROBLEM)} IS NULL GROUP BY ${columnList(dimension.key)}
) c`,
  };
}

/** Leaves the first change of each member in the stage; the later ones wait for their round. */
export function splitRounds(writer: Writer, dimension: Dimension): Step[] {
  const names = stagedColumns(dimension);
  const order = id(dimension.updatedAt ?? ROW);
  return [
    ...createTemporary(writer, "create later", LATER, laterTable(dimension), [ROW]),
    {
      name: "number the changes of each member",
      sql: sql`INSERT INTO ${id(LATER)} (${columnList([...names, ROUND])})
SELECT ${columnList(names)}, ROW_NUMBER() OVER (PARTITION BY ${columnList(dimension.key)} ORDER BY ${order})
FROM ${id(STAGE)} WHERE ${id(PROBLEM)} IS NULL`,
    },
    { name: "keep the first change of each member", sql: keepFirst(writer.dialect) },
  ];
}

function keepFirst(dialect: Dialect): ReturnType<typeof id> {
  return dialect.deleteUsing({
    target: id(STAGE),
    alias: "s",
    from: sql`${id(LATER)} l`,
    where: sql`${id("s", ROW)} = ${id("l", ROW)} AND ${id("l", ROUND)} > 1`,
  });
}

/** Brings the changes of a round, from 2, into the stage. */
export function nextRound(dimension: Dimension, round: number): Step[] {
  const names = columnList(stagedColumns(dimension));
  return [
    { name: "clear the stage", sql: sql`DELETE FROM ${id(STAGE)}` },
    {
      name: "take the next change of each member",
      sql: sql`INSERT INTO ${id(STAGE)} (${names})
SELECT ${names} FROM ${id(LATER)} WHERE ${id(ROUND)} = ${raw(String(round))}`,
    },
  ];
}

function laterTable(dimension: Dimension): Table {
  const more: Record<string, Column> = { [PROBLEM]: nullable(utf8()), [ROUND]: int64() };
  return extendTable(stagedTable(dimension.input), more, LATER);
}

function stagedColumns(dimension: Dimension): readonly string[] {
  return [...namesOf(dimension.input), ROW];
}
