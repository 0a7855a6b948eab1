import {
  type Column,
  type Field,
  int64,
  nullable,
  tableFromFields,
  type Table,
  utf8,
} from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import { UNKNOWN_KEY } from "../../define/names.ts";
import type { Role } from "../../define/references.ts";
import type { Writer } from "../../schema/create.ts";
import { uniqueName } from "../../schema/unique.ts";
import { columnList, equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { isNamed, lookup, momentOf } from "../members/lookup.ts";
import type { Deletes, LoadMode } from "../options.ts";
import { createTemporary, grainWithin } from "../stage/stage.ts";
import { MEMBER, PROBLEM, RESOLVED, ROW, STAGE } from "../temporary-tables.ts";

/** What a fact load is asked for. */
export interface FactRequest {
  readonly mode: Exclude<LoadMode, "scd2">;
  readonly unknownMembers: "infer" | "unknown" | "reject";
  readonly deletes: Extract<Deletes, "ignore" | "delete">;
  /** Stored columns. */
  readonly scope: readonly string[] | undefined;
  readonly snapshot: { readonly date: string; readonly version: number } | undefined;
  /** The moment at which members with history are looked up, where it is one for all rows. */
  readonly micros: bigint | undefined;
  /** Dimensions without history that the rows are many beside: an engine that has to be told so hashes these. */
  readonly hashed?: ReadonlySet<string> | undefined;
}

/**
 * A fact that is there keeps the version it refers to, where it is one of the same member and nothing says when the event
 * was: otherwise loading a fact again would move it to the version that is current now.
 */
function keepVersions({ dialect, place }: Writer, fact: Fact, request: FactRequest): Step[] {
  if (request.mode !== "upsert" || momentOf(fact, request.micros, "s") !== undefined) return [];
  return fact.roles
    .filter(({ dimension, column }) => {
      return dimension.versioning === "scd2" && !fact.grain.includes(column);
    })
    .map(({ dimension, column, name }) => {
      const { surrogateKey, key } = dimension;
      const members = place.id(dimension.name);
      const found = id("r", column);
      return {
        name: `keep the versions facts refer to in role ${name}`,
        sql: dialect.updateFrom({
          target: id(RESOLVED),
          alias: "r",
          set: [[column, id("f", column)]],
          from: sql`${place.id(fact.name)} f, ${members} a, ${members} b`,
          where: sql`${equal("f", "r", fact.grain)} AND ${id("f", column)} <> ${found}
AND ${id("a", surrogateKey)} = ${id("f", column)} AND ${id("b", surrogateKey)} = ${found} AND ${equal("a", "b", key)}`,
        }),
      };
    });
}

/** The staged rows with surrogate keys instead of natural ones, as they will be stored. */
export function resolveSteps(writer: Writer, fact: Fact, request: FactRequest): Step[] {
  const { roles, own } = fact;
  const ownNames = own.map((field) => field.name);
  const moment = momentOf(fact, request.micros, "s");
  const hints = roles.map(({ dimension: { name } }) =>
    request.hashed?.has(name) ? writer.dialect.hashing?.(uniqueName(name, false)) : undefined,
  );
  const joins = roles.map((role, k) =>
    lookup(writer, fact.input, role, `r${k}`, moment, hints[k]?.table),
  );
  const hashing = hints.find((hint) => hint !== undefined)?.select ?? raw("");
  const missing = roles
    .map((role, k) => sql`(${id(`r${k}`, MEMBER)} IS NULL AND ${isNamed(role)})`)
    .filter((_, k) => roles[k]!.dimension.days === undefined);
  const problem =
    request.unknownMembers === "reject" && missing.length > 0
      ? sql`CASE WHEN ${joinSql(missing, " OR ")} THEN 'unknown_member' END`
      : raw("NULL");
  const columns = [...roles.map((role) => role.column), ...ownNames];
  return [
    ...createTemporary(writer, "create resolved", RESOLVED, resolvedTable(fact), [
      ...grainWithin(fact),
      ROW,
    ]),
    {
      name: "look up surrogate keys",
      sql: sql`INSERT INTO ${id(RESOLVED)} (${columnList([...columns, ROW, PROBLEM])})
SELECT ${hashing} ${joinSql([...roles.map(keyOf), ...ownNames.map((name) => id("s", name)), id("s", ROW), problem])}
FROM ${id(STAGE)} s
${joinSql(joins, "\n")}`,
    },
    ...keepVersions(writer, fact, request),
  ];
}

/** The surrogate key of a role: of a key no member has, -1; of none, what the role says. */
function keyOf(role: Role, k: number): Sql {
  const found = id(`r${k}`, MEMBER);
  const unknown = raw(String(UNKNOWN_KEY));
  if (role.absentKey === UNKNOWN_KEY) return sql`COALESCE(${found}, ${unknown})`;
  return sql`CASE WHEN ${isNamed(role)} THEN COALESCE(${found}, ${unknown}) ELSE ${raw(String(role.absentKey))} END`;
}

export function resolvedTable(fact: Fact): Table {
  const fields: Field[] = [
    ...fact.roles.map((role) => ({ name: role.column, column: int64() as Column })),
    ...fact.own,
    { name: ROW, column: int64() },
    { name: PROBLEM, column: nullable(utf8()) },
  ];
  return tableFromFields(RESOLVED, fields);
}
