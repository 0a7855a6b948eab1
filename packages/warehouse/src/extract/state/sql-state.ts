import { defineTable, int64, nullable, type Table, timestamp, utf8 } from "@lakewright/core";
import { bind, createTable, type SqlEngine, SqlError, sql } from "@lakewright/sql";
import { ensureSchema } from "../../schema/schema.ts";
import { assertEngine } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { makeTables } from "../../schema/make-tables.ts";
import { assertNext, type ExtractionState } from "./state.ts";

/** Where the table of states is kept. */
export interface SqlStateOptions {
  /** Schema `_wh_watermarks` is in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
}

const watermarksTable: Table = defineTable("_wh_watermarks", {
  extraction: utf8(),
  sequence_number: int64(),
  watermark: nullable(utf8()),
  extracted_at: timestamp("us"),
  body: utf8(),
});

/**
 * State in `_wh_watermarks` of a database, made where it is missing. In the database the data goes to, targets that can
 * commit both together.
 */
export async function sqlState(
  engine: SqlEngine,
  options: SqlStateOptions = {},
): Promise<ExtractionState> {
  assertEngine("sqlState", engine);
  assertKnown("sqlState", options, ["schema"]);
  const { dialect } = engine;
  const place = await makeTables(engine, async (session) => {
    const place = await ensureSchema(session, options.schema);
    const path = place.path(watermarksTable.name);
    const primaryKey = ["extraction"];
    await session.execute(
      createTable(dialect, path, watermarksTable, { primaryKey, ifNotExists: true }),
    );
    return place;
  });
  const table = place.id(watermarksTable.name);
  return {
    engine,
    async load(name) {
      const statement = sql`SELECT sequence_number, watermark, extracted_at, body FROM ${table} WHERE extraction = ${name}`;
      // Outside a transaction a read replica might answer, which may not have the newest yet.
      const rows = await engine.transaction((session) => session.query(statement).rows(), {
        readOnly: true,
      });
      const row = rows[0];
      if (!row) return undefined;
      return {
        sequence: row["sequence_number"] as bigint,
        watermark: (row["watermark"] as string | null) ?? undefined,
        at: row["extracted_at"] as bigint,
        body: String(row["body"]),
      };
    },
    async commit(name, record, session = engine) {
      const { sequence, watermark, at, body } = record;
      const micros = bind(at, { kind: "timestamp", unit: "us", utc: true });
      const reached = bind(watermark ?? null, { kind: "utf8" });
      if (sequence > 1n) {
        const changed = await session.execute(
          sql`UPDATE ${table} SET sequence_number = ${sequence}, watermark = ${reached}, extracted_at = ${micros}, body = ${body}
WHERE extraction = ${name} AND sequence_number = ${sequence - 1n}`,
        );
        if (changed === 0) assertNext(name, undefined, record);
        return;
      }
      try {
        await session.execute(
          sql`INSERT INTO ${table} (extraction, sequence_number, watermark, extracted_at, body)
VALUES (${name}, ${sequence}, ${reached}, ${micros}, ${body})`,
        );
      } catch (error) {
        if (error instanceof SqlError && error.code === "SQL_CONSTRAINT") {
          assertNext(name, sequence, record);
        }
        throw error;
      }
    },
  };
}
