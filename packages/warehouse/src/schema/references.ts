import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Writer } from "./create.ts";
import type { Reference } from "./layout.ts";
import { objectName, type Place } from "./place.ts";

/**
 * A foreign key with the index the engine does not make: without it, deleting a member reads the whole fact table. An
 * engine that makes one itself (MySQL) has no IF NOT EXISTS for it either.
 */
export function refer({ capabilities, place }: Writer, table: string, reference: Reference): Sql[] {
  const index = id(referenceIndex(table, reference));
  const indexed = sql`CREATE INDEX IF NOT EXISTS ${index} ON ${place.id(table)} (${id(reference.column)})`;
  const key = addReference(place, table, reference);
  return capabilities.transactionalDdl ? [indexed, key] : [key];
}

/** Facts that are to refer to member -1 are changed by the loader before a member goes: the database only refuses. */
function addReference(place: Place, table: string, reference: Reference): Sql {
  const { column, target, onDelete } = reference;
  const action = onDelete === "cascade" ? "CASCADE" : "RESTRICT";
  return sql`ALTER TABLE ${place.id(table)} ADD CONSTRAINT ${id(referenceName(table, reference))}
  FOREIGN KEY (${id(column)}) REFERENCES ${place.id(reference.table)} (${id(target)}) ON DELETE ${raw(action)}`;
}

export function dropReference(place: Place, table: string, reference: Reference): Sql {
  return sql`ALTER TABLE ${place.id(table)} DROP CONSTRAINT ${id(referenceName(table, reference))}`;
}

export function referenceIndex(table: string, reference: Reference): string {
  return objectName(table, `${reference.column}_ix`);
}

export function referenceName(table: string, reference: Reference): string {
  return objectName(table, `${reference.column}_fk`);
}
