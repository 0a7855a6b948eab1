import { defineTable, int64, nullable } from "@lakewright/core";
import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import { IS_CURRENT, IS_DELETED, IS_INFERRED, VALID_FROM, VALID_TO } from "../../define/names.ts";
import type { Role } from "../../define/references.ts";
import type { StarTable } from "../../define/star-table.ts";
import type { Writer } from "../../schema/create.ts";
import { loadsTable, rejectsTable } from "../../schema/system-tables.ts";
import { columnList, equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { bindMicros } from "../../values.ts";
import { createTemporary, dropTemporary } from "../stage/stage.ts";
import { GONE, NEEDED } from "../temporary-tables.ts";

export const REMOVE = "remove versions";
export const REOPEN = "open versions again";
export const INFER = "keep members of which only the key is left";

const goneTable = defineTable(GONE, { member_key: int64(), other_key: nullable(int64()) });
const neededTable = defineTable(NEEDED, { member_key: int64() });

/** A role in which a fact refers to a dimension. */
export interface Use {
  readonly fact: Fact;
  readonly role: Role;
}

/** The roles of all facts that refer to a dimension. */
export function usesOf(tables: readonly StarTable[], dimension: Dimension): Use[] {
  return tables.flatMap((table) =>
    table.kind === "fact"
      ? table.roles
          .filter((role) => role.dimension.name === dimension.name)
          .map((role) => ({ fact: table, role }))
      : [],
  );
}

/** Finds the versions that start at the moment or later. */
export function findGone(writer: Writer, dimension: Dimension, micros: bigint): Step[] {
  const { name, key, surrogateKey } = dimension;
  const table = writer.place.id(name);
  const at = bindMicros(micros);
  const order = sql`PARTITION BY ${columnList(key)} ORDER BY ${id(VALID_FROM)}`;
  const left = sql`SELECT ${columnList([surrogateKey, ...key])},
    ROW_NUMBER() OVER (${order} DESC, ${id(surrogateKey)} DESC) AS nth
  FROM ${table} WHERE ${id(surrogateKey)} > 0 AND ${id(VALID_FROM)} < ${at}`;
  const gone = sql`SELECT ${columnList([surrogateKey, ...key])},
    FIRST_VALUE(${id(surrogateKey)}) OVER (${order}, ${id(surrogateKey)}) AS first_key
  FROM ${table} WHERE ${id(surrogateKey)} > 0 AND ${id(VALID_FROM)} >= ${at}`;
  return [
    ...createTemporary(writer, "create gone", GONE, goneTable, ["member_key"]),
    {
      name: "find versions that start then or later",
      sql: sql`INSERT INTO ${id(GONE)} (member_key, other_key)
SELECT ${id("g", surrogateKey)}, COALESCE(${id("k", surrogateKey)}, ${id("g", "first_key")})
FROM (${gone}) g LEFT JOIN (${left}) k ON ${equal("g", "k", key)} AND ${id("k", "nth")} = 1`,
    },
  ];
}

/** The step whose rows are those of a fact that refer to another version. */
export function repointName({ fact, role }: Use): string {
  return `let ${fact.name} refer to versions that are left, in role ${role.name}`;
}

/** Lets facts refer to versions that are left, or to members with nothing but their key. */
export function repointSteps(writer: Writer, uses: readonly Use[]): Step[] {
  const { dialect, place } = writer;
  const each = (build: (use: Use) => Step): Step[] => uses.map(build);
  return [
    ...createTemporary(writer, "create needed", NEEDED, neededTable, ["member_key"]),
    ...each((use) => ({
      name: repointName(use),
      sql: dialect.updateFrom({
        target: place.id(use.fact.name),
        alias: "f",
        set: [[use.role.column, id("g", "other_key")]],
        from: sql`${id(GONE)} g`,
        where: sql`${id("f", use.role.column)} = ${id("g", "member_key")} AND ${id("g", "other_key")} <> ${id("g", "member_key")}`,
      }),
    })),
    ...each(({ fact, role }) => ({
      name: `find members ${fact.name} needs in role ${role.name}`,
      sql: sql`INSERT INTO ${id(NEEDED)} (member_key)
SELECT DISTINCT ${id("g", "member_key")} FROM ${id(GONE)} g JOIN ${place.id(fact.name)} f ON ${id("f", role.column)} = ${id("g", "member_key")}`,
    })),
    {
      name: "leave those",
      sql: dialect.deleteUsing({
        target: id(GONE),
        alias: "g",
        from: sql`${id(NEEDED)} n`,
        where: sql`${id("g", "member_key")} = ${id("n", "member_key")}`,
      }),
    },
  ];
}

/** Removes and opens versions. */
export function rewindSteps(
  writer: Writer,
  dimension: Dimension,
  micros: bigint,
  repointed: boolean,
): Step[] {
  const { dialect, place } = writer;
  const { name, surrogateKey, key, input, outriggers } = dimension;
  const target = place.id(name);
  const at = bindMicros(micros);
  const nothing: [string, Sql][] = input.fields
    .filter((field) => !(key as readonly string[]).includes(field.name))
    .map((field) => [field.name, raw("NULL")]);
  const steps: Step[] = [
    {
      name: REMOVE,
      sql: dialect.deleteUsing({
        target,
        alias: "m",
        from: sql`${id(GONE)} g`,
        where: sql`${id("m", surrogateKey)} = ${id("g", "member_key")}`,
      }),
    },
    {
      name: REOPEN,
      sql: sql`UPDATE ${target} SET ${id(VALID_TO)} = NULL, ${id(IS_CURRENT)} = TRUE
WHERE ${id(surrogateKey)} > 0 AND ${id(VALID_FROM)} < ${at} AND ${id(VALID_TO)} >= ${at}`,
    },
  ];
  if (repointed) {
    steps.push(
      {
        name: INFER,
        sql: dialect.updateFrom({
          target,
          alias: "m",
          set: [
            ...nothing,
            ...outriggers.map((role): [string, Sql] => [role.column, raw("-1")]),
            [VALID_FROM, bindMicros(0n)],
            [VALID_TO, raw("NULL")],
            [IS_CURRENT, raw("TRUE")],
            [IS_INFERRED, raw("TRUE")],
            [IS_DELETED, raw("FALSE")],
          ],
          from: sql`${id(NEEDED)} n`,
          where: sql`${id("m", surrogateKey)} = ${id("n", "member_key")}`,
        }),
      },
      dropTemporary(dialect, NEEDED),
    );
  }
  return [...steps, dropTemporary(dialect, GONE), ...forgetSteps(writer, name, micros)];
}

/** Takes the loads that took effect since out of the ledger, with what they put aside. */
function forgetSteps({ dialect, place }: Writer, table: string, micros: bigint): Step[] {
  const since = sql`${id("l", "table_name")} = ${table} AND ${id("l", "effective_at")} >= ${bindMicros(micros)}`;
  return [
    {
      name: "forget what loads put aside",
      sql: dialect.deleteUsing({
        target: place.id(rejectsTable.name),
        alias: "r",
        from: sql`${place.id(loadsTable.name)} l`,
        where: sql`${since} AND ${equal("r", "l", ["table_name", "load_id"])}`,
      }),
    },
    {
      name: "forget loads",
      sql: sql`DELETE FROM ${place.id(loadsTable.name)} WHERE table_name = ${table} AND effective_at >= ${bindMicros(micros)}`,
    },
  ];
}
