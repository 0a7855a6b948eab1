import { SqlError, type SqlSession, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import type { Place } from "../../schema/place.ts";
import type { Work } from "../run/work.ts";

export type ObjectKind = "table" | "view" | "materializedView";

/** SQLSTATE of an object that others refer to (Postgres, dependent_objects_still_exist). */
export const DEPENDENTS = "2BP01";
/** SQLSTATE of a view replaced by one of other columns (Postgres, invalid_table_definition). */
export const OTHER_COLUMNS = "42P16";

export function hasState(error: unknown, state: string): boolean {
  return error instanceof SqlError && error.details["sqlState"] === state;
}

/** What has the name in the schema; undefined where nothing has. */
export async function existing(
  session: SqlSession,
  place: Place,
  name: string,
): Promise<ObjectKind | undefined> {
  const [found] = await session
    .query(
      sql`SELECT table_type AS kind FROM information_schema.tables
WHERE table_schema = ${place.schema} AND table_name = ${name}`,
    )
    .rows();
  if (found) return /view/i.test(String(found["kind"])) ? "view" : "table";
  if (!session.capabilities.materializedViews) return undefined;
  // Of the engines with materialised views, none lists them in information_schema.
  const [view] = await session
    .query(
      sql`SELECT 1 AS one FROM pg_matviews WHERE schemaname = ${place.schema} AND matviewname = ${name}`,
    )
    .rows();
  return view ? "materializedView" : undefined;
}

/** Removes what has the name, if anything. */
export async function dropExisting(work: Work, kind: ObjectKind | undefined): Promise<void> {
  if (kind === undefined) return;
  const name = work.place.id(work.model.name);
  const { session } = work;
  if (kind === "table") await session.execute(sql`DROP TABLE ${name}`);
  else if (kind === "view") await session.execute(sql`DROP VIEW ${name}`);
  else await session.execute(sql`DROP MATERIALIZED VIEW ${name}`);
}

/** WAREHOUSE_SCHEMA_MISMATCH: something has the model's name that no run made. */
export function notOurs(work: Work, kind: ObjectKind): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_SCHEMA_MISMATCH",
    `A ${kind} ${work.place.schema}.${work.model.name} is there, and no run of models made it.`,
    {
      hint: "Give the model another name or the project another schema, or drop it yourself.",
      details: { model: work.model.name },
    },
  );
}

/** WAREHOUSE_SCHEMA_MISMATCH: the history of a snapshot would be dropped for what the query gives now. */
export function hasHistory({ place, model }: Work): WarehouseError {
  const { name } = model;
  return new WarehouseError(
    "WAREHOUSE_SCHEMA_MISMATCH",
    `Model "${name}" was kept as a snapshot: ${place.schema}.${name} has its history, which nothing could bring back.`,
    {
      hint: "Give the model another name, or drop the table yourself where its history is not wanted.",
      details: { model: name },
    },
  );
}
