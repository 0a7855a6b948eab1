import { id, type SqlSession, sql } from "@lakewright/sql";
import { Place } from "./place.ts";

/** The place of the tables; a schema that is named is made where it is missing. */
export async function ensureSchema(
  session: SqlSession,
  schema: string | undefined,
): Promise<Place> {
  if (schema !== undefined) {
    await session.execute(sql`CREATE SCHEMA IF NOT EXISTS ${id(schema)}`);
  }
  return findPlace(session, schema);
}

/** The place of the tables, whether its schema is there or not. */
export async function findPlace(session: SqlSession, schema: string | undefined): Promise<Place> {
  if (schema !== undefined) return new Place(schema);
  const { name } = await session.query(sql`SELECT ${session.dialect.currentSchema} AS name`).row();
  return new Place(String(name));
}
