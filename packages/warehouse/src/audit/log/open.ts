import { defineTable, int64, type Table, timestamp, utf8 } from "@lakewright/core";
import { createTable, type SqlEngine, sql } from "@lakewright/sql";
import { systemClock } from "../../clock.ts";
import { isContention, WarehouseError } from "../../errors.ts";
import { assertEngine } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { objectName } from "../../schema/place.ts";
import { makeTables } from "../../schema/make-tables.ts";
import { ensureSchema } from "../../schema/schema.ts";
import { chainOf, GENESIS } from "./chain.ts";
import { ChainedLog } from "./log.ts";
import type { AuditLog, AuditLogOptions } from "./types.ts";

const columns = {
  sequence: int64(),
  logged_at: timestamp("us"),
  actor: utf8(),
  action: utf8(),
  subject: utf8(),
  details: utf8(),
  hash: utf8(),
};

const headColumns = { chain: int64(), sequence: int64(), hash: utf8() };

/**
 * Opens a log of what was done, made where it is missing. Each entry has a hash over itself and the hash before it.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION
 */
export async function openAuditLog(
  engine: SqlEngine,
  options: AuditLogOptions = {},
): Promise<AuditLog> {
  assertKnown("openAuditLog", options, ["schema", "table", "key", "clock"]);
  assertEngine("openAuditLog", engine);
  const { schema, table = "_wh_audit", key, clock = systemClock } = options;
  if (key !== undefined && (!(key instanceof Uint8Array) || key.length < 16)) {
    throw new WarehouseError(
      "WAREHOUSE_INVALID_OPTION",
      "The key of an audit log is no Uint8Array of 16 bytes or more.",
      {
        hint: "Make one with crypto.getRandomValues(new Uint8Array(32)) and keep it outside the database.",
      },
    );
  }
  const entries: Table = defineTable(table, columns);
  const heads: Table = defineTable(objectName(table, "head"), headColumns);
  const place = await makeTables(engine, async (session) => {
    const place = await ensureSchema(session, schema);
    for (const [definition, key] of [
      [entries, "sequence"],
      [heads, "chain"],
    ] as const) {
      const path = place.path(definition.name);
      const options = { primaryKey: [key], ifNotExists: true };
      await session.execute(createTable(engine.dialect, path, definition, options));
    }
    return place;
  });
  const head = place.id(heads.name);
  await engine
    .execute(
      sql`INSERT INTO ${head} (chain, sequence, hash)
SELECT n.chain, 0, ${GENESIS} FROM (SELECT 1 AS chain) n LEFT JOIN ${head} h ON h.chain = n.chain WHERE h.chain IS NULL`,
    )
    .catch((error: unknown) => {
      // Another process has made the head meanwhile.
      if (!isContention(error)) throw error;
    });
  return new ChainedLog({
    engine,
    clock,
    entries,
    path: place.path(table),
    table: place.id(table),
    head,
    chain: await chainOf(key),
  });
}
