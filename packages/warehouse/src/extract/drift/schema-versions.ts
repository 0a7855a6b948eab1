import { defineTable, int64, type Table, timestamp, utf8 } from "@lakewright/core";
import { bind, createTable, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import { ensureSchema } from "../../schema/schema.ts";
import { assertEngine } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { makeTables } from "../../schema/make-tables.ts";
import type { TableSource } from "../introspect/source-table.ts";
import { parseSource, textOfSource } from "./source-text.ts";

/** A schema a table of the source has had. */
export interface SchemaVersion {
  /** From 1. */
  readonly version: number;
  readonly source: TableSource;
  /** When it was first seen; microseconds since 1970. */
  readonly at: bigint;
}

/** The schemas the tables of a source have had. */
export interface SchemaVersions {
  /** Whether the schema of any table whose name begins so was kept. */
  hasAny(prefix: string): Promise<boolean>;
  latest(name: string): Promise<SchemaVersion | undefined>;
  /** Keeps a schema as the next version. */
  add(name: string, source: TableSource, at: bigint): Promise<SchemaVersion>;
  /** All of them, the first one first. */
  history(name: string): Promise<readonly SchemaVersion[]>;
}

/** Schema versions that last as long as the object. */
export function memorySchemas(): SchemaVersions {
  const all = new Map<string, SchemaVersion[]>();
  const history = (name: string): SchemaVersion[] => all.get(name) ?? [];
  return {
    hasAny: (prefix) => Promise.resolve([...all.keys()].some((name) => name.startsWith(prefix))),
    latest: (name) => Promise.resolve(history(name).at(-1)),
    history: (name) => Promise.resolve([...history(name)]),
    add: (name, source, at) => {
      const version = { version: history(name).length + 1, source, at };
      all.set(name, [...history(name), version]);
      return Promise.resolve(version);
    },
  };
}

const schemasTable: Table = defineTable("_wh_schemas", {
  extraction: utf8(),
  version: int64(),
  seen_at: timestamp("us"),
  definition: utf8(),
});

/** Schema versions in `_wh_schemas` of a database, made where it is missing. */
export async function sqlSchemas(
  engine: SqlEngine,
  options: { readonly schema?: string | undefined } = {},
): Promise<SchemaVersions> {
  assertEngine("sqlSchemas", engine);
  assertKnown("sqlSchemas", options, ["schema"]);
  const place = await makeTables(engine, async (session) => {
    const place = await ensureSchema(session, options.schema);
    const path = place.path(schemasTable.name);
    const primaryKey = ["extraction", "version"];
    await session.execute(
      createTable(engine.dialect, path, schemasTable, { primaryKey, ifNotExists: true }),
    );
    return place;
  });
  const table = place.id(schemasTable.name);
  // Outside a transaction a read replica might answer, which may not have the newest yet.
  const rowsOf = (statement: Sql): Promise<Record<string, unknown>[]> =>
    engine.transaction((session) => session.query(statement).rows(), { readOnly: true });
  const history = async (name: string): Promise<SchemaVersion[]> => {
    const rows = await rowsOf(
      sql`SELECT version, seen_at, definition FROM ${table} WHERE extraction = ${name} ORDER BY version`,
    );
    return rows.map((row) => ({
      version: Number(row["version"]),
      source: parseSource(String(row["definition"])),
      at: row["seen_at"] as bigint,
    }));
  };
  return {
    hasAny: async (prefix) => {
      const rows = await rowsOf(sql`SELECT DISTINCT extraction FROM ${table}`);
      return rows.some((row) => String(row["extraction"]).startsWith(prefix));
    },
    history,
    latest: async (name) => (await history(name)).at(-1),
    add: async (name, source, at) => {
      const version = (await history(name)).length + 1;
      await engine.execute(
        sql`INSERT INTO ${table} (extraction, version, seen_at, definition)
VALUES (${name}, ${BigInt(version)}, ${bind(at, { kind: "timestamp", unit: "us", utc: true })}, ${textOfSource(source)})`,
      );
      return { version, source, at };
    },
  };
}
