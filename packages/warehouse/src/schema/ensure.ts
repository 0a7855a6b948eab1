import { createTable, joinSql, type SqlSession, sql } from "@lakewright/sql";
import { daysBetween } from "../define/days.ts";
import type { Dimension } from "../define/dimension.ts";
import { IS_CURRENT, IS_INFERRED, UNKNOWN_KEY, VALID_FROM } from "../define/names.ts";
import { addDays } from "../load/days.ts";
import { bindMicros } from "../load/values.ts";
import type { StarTable } from "../warehouse.ts";
import { assertSameColumns, mismatch } from "./compare.ts";
import {
  columnList,
  createStatements,
  latestView,
  refer,
  referenceName,
  type Writer,
} from "./create.ts";
import { layoutOf } from "./layout.ts";
import type { Place } from "./place.ts";
import { systemTables, tablesTable } from "./system-tables.ts";

/** Creates what is missing and compares what is there, in the order the tables refer to each other. */
export async function ensureTables(
  session: SqlSession,
  writer: Writer,
  tables: readonly StarTable[],
  options: { readonly references: boolean; readonly micros: bigint },
): Promise<void> {
  const { place } = writer;
  const existing = await tableNames(session, place.schema);
  for (const [table, primaryKey] of systemTables) {
    if (existing.has(table.name)) continue;
    const path = place.path(table.name);
    await session.execute(createTable(writer.dialect, path, table, { primaryKey }));
  }
  const definitions = await readDefinitions(session, place);
  for (const table of tables) {
    const definition = definitionOf(table);
    if (existing.has(table.name)) {
      await assertSame(session, place, table, definition, definitions.get(table.name));
      if (options.references) await ensureReferences(session, place, table);
    } else {
      await create(session, writer, table, options.references);
      await session.execute(
        sql`INSERT INTO ${place.id(tablesTable.name)} (${columnList(["table_name", "definition", "created_at"])})
VALUES (${table.name}, ${definition}, ${bindMicros(options.micros)})`,
      );
    }
    if (table.kind === "dimension" && table.days?.from !== undefined) {
      await addDays(session, place, table, daysBetween(table.days.from, table.days.to!));
    }
  }
}

async function create(
  session: SqlSession,
  writer: Writer,
  table: StarTable,
  references: boolean,
): Promise<void> {
  for (const statement of createStatements(writer, layoutOf(table), references)) {
    await session.execute(statement);
  }
  if (table.kind === "dimension") await insertUnknown(session, writer, table);
  else if (table.snapshot) await session.execute(latestView(writer.place, table));
}

async function assertSame(
  session: SqlSession,
  place: Place,
  table: StarTable,
  definition: string,
  before: string | undefined,
): Promise<void> {
  if (before === undefined) throw mismatch(place, table.name, ["it was not made by a warehouse"]);
  await assertSameColumns(session, place, layoutOf(table));
  if (before === definition) return;
  throw mismatch(place, table.name, [`it was made as ${before}, and is defined as ${definition}`]);
}

/** Adds the foreign keys a table was made without. */
async function ensureReferences(
  session: SqlSession,
  place: Place,
  table: StarTable,
): Promise<void> {
  const { references } = layoutOf(table);
  if (references.length === 0) return;
  const rows = await session
    .query(
      sql`SELECT constraint_name FROM information_schema.table_constraints
WHERE table_schema = ${place.schema} AND table_name = ${table.name} AND constraint_type = 'FOREIGN KEY'`,
    )
    .rows();
  const present = new Set(rows.map((row) => String(row["constraint_name"])));
  for (const reference of references) {
    if (present.has(referenceName(table.name, reference))) continue;
    for (const statement of refer(place, table.name, reference)) await session.execute(statement);
  }
}

async function readDefinitions(session: SqlSession, place: Place): Promise<Map<string, string>> {
  const rows = await session
    .query(sql`SELECT table_name, definition FROM ${place.id(tablesTable.name)}`)
    .rows();
  return new Map(rows.map((row) => [String(row["table_name"]), String(row["definition"])]));
}

async function tableNames(session: SqlSession, schema: string): Promise<Set<string>> {
  const rows = await session
    .query(sql`SELECT table_name FROM information_schema.tables WHERE table_schema = ${schema}`)
    .rows();
  return new Set(rows.map((row) => String(row["table_name"])));
}

/** What the columns do not show, as text. */
function definitionOf(table: StarTable): string {
  return JSON.stringify(
    table.kind === "fact"
      ? { kind: "fact", grain: table.grain, snapshot: table.snapshot !== undefined }
      : { kind: "dimension", versioning: table.versioning, key: table.key },
  );
}

/** The member facts refer to whose natural key is null or not known. */
async function insertUnknown(
  session: SqlSession,
  { place }: Writer,
  dimension: Dimension,
): Promise<void> {
  const { surrogateKey, versioning } = dimension;
  const history = versioning === "scd2" ? [VALID_FROM, IS_CURRENT] : [];
  const inferred = dimension.days === undefined ? [IS_INFERRED] : [];
  const columns = columnList([surrogateKey, ...history, ...inferred]);
  const values = [
    sql`${UNKNOWN_KEY}`,
    ...(versioning === "scd2" ? [bindMicros(0n), sql`TRUE`] : []),
    ...(dimension.days === undefined ? [sql`FALSE`] : []),
  ];
  await session.execute(
    sql`INSERT INTO ${place.id(dimension.name)} (${columns}) VALUES (${joinSql(values)})`,
  );
}
