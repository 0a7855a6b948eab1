import { bind, id, joinSql, raw, type SqlSession, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import {
  IS_CURRENT,
  IS_DELETED,
  IS_INFERRED,
  NOT_APPLICABLE_KEY,
  UNKNOWN_KEY,
  VALID_FROM,
} from "../define/names.ts";
import type { AnyRow } from "../define/rows.ts";
import { labelColumns } from "../define/special-members.ts";
import type { Writer } from "../schema/create.ts";
import { columnList } from "../sql-text.ts";
import { bindMicros } from "../values.ts";

/** Adds those of the members -1, unknown, and -2, not applicable, that are missing, and labels both. */
export async function addSpecialMembers(
  session: SqlSession,
  writer: Writer,
  dimension: Dimension,
): Promise<void> {
  const { place } = writer;
  const { name, surrogateKey, versioning, days, clock } = dimension;
  const rows = await session
    .query(
      sql`SELECT ${id(surrogateKey)} AS member FROM ${place.id(name)} WHERE ${id(surrogateKey)} < 0`,
    )
    .rows();
  const present = new Set(rows.map((row) => row["member"]));
  const history = versioning === "scd2";
  const filled = days !== undefined || clock !== undefined;
  const columns = columnList([
    surrogateKey,
    ...(history ? [VALID_FROM, IS_CURRENT] : []),
    ...(filled ? [] : [IS_INFERRED, IS_DELETED]),
  ]);
  for (const key of [UNKNOWN_KEY, NOT_APPLICABLE_KEY]) {
    if (present.has(key)) continue;
    const values = [
      raw(String(key)),
      ...(history ? [bindMicros(0n), raw("TRUE")] : []),
      ...(filled ? [] : [raw("FALSE"), raw("FALSE")]),
    ];
    await session.execute(
      sql`INSERT INTO ${place.id(name)} (${columns}) VALUES (${joinSql(values)})`,
    );
  }
  await label(session, writer, dimension, UNKNOWN_KEY, dimension.specialMembers.unknown);
  await label(
    session,
    writer,
    dimension,
    NOT_APPLICABLE_KEY,
    dimension.specialMembers.notApplicable,
  );
}

/** Gives a special member what its definition says, where it has something else. */
async function label(
  session: SqlSession,
  { dialect, place }: Writer,
  dimension: Dimension,
  key: bigint,
  values: AnyRow | undefined,
): Promise<void> {
  if (values === undefined) return;
  const { name, surrogateKey } = dimension;
  const columns = labelColumns(dimension).map(({ name: column, column: { type } }) => {
    return [id(column), bind(values[column] ?? null, type)] as const;
  });
  if (columns.length === 0) return;
  const set = columns.map(([column, value]) => sql`${column} = ${value}`);
  const differs = columns.map(([column, value]) => dialect.isDistinct(column, value));
  await session.execute(
    sql`UPDATE ${place.id(name)} SET ${joinSql(set)} WHERE ${id(surrogateKey)} = ${raw(String(key))} AND (${joinSql(differs, " OR ")})`,
  );
}
