import type { RowsOrBatches } from "@lakewright/core";
import { selectColumns } from "@lakewright/core";
import { createTable, id, type SqlSession, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import type { FactRole } from "../define/fact.ts";
import { WarehouseError } from "../errors.ts";
import type { Place } from "../schema/place.ts";
import type { DeleteSummary, StarTable } from "../warehouse.ts";
import { lockTables } from "./ledger.ts";
import { dropTemporary, equal, STAGE } from "./stage.ts";

/** Removes members with every version, and their facts before them, as cascading foreign keys would. */
export async function deleteMembers(
  session: SqlSession,
  place: Place,
  tables: readonly StarTable[],
  dimension: Dimension,
  keys: RowsOrBatches,
  signal: AbortSignal | undefined,
): Promise<DeleteSummary> {
  await lockTables(session, place, tables);
  const key = selectColumns(dimension.input, dimension.key);
  await session.execute(createTable(session.dialect, STAGE, key, { temporary: true }));
  await session.load(STAGE, key, keys, { signal });
  const { surrogateKey } = dimension;
  const chosen = sql`SELECT ${id("m", surrogateKey)} AS __member FROM ${place.id(dimension.name)} m
  JOIN (SELECT DISTINCT * FROM ${id(STAGE)}) s ON ${equal("m", "s", dimension.key)}`;
  const facts: Record<string, number> = {};
  for (const table of tables) {
    if (table.kind === "dimension") continue;
    const roles = table.roles.filter((role) => role.dimension.name === dimension.name);
    for (const role of roles) {
      const refers = sql`${id("f", role.column)} IN (${chosen})`;
      if (table.onDelete === "restrict") {
        await assertUnused(
          session,
          table.name,
          role,
          sql`${place.id(table.name)} f WHERE ${refers}`,
        );
        continue;
      }
      const deleted = await session.execute(
        sql`DELETE FROM ${place.id(table.name)} AS f WHERE ${refers}`,
        { signal },
      );
      facts[table.name] = (facts[table.name] ?? 0) + deleted;
    }
  }
  const versions = await session.execute(
    sql`DELETE FROM ${place.id(dimension.name)} WHERE ${id(surrogateKey)} IN (${chosen})`,
    { signal },
  );
  await session.execute(dropTemporary(STAGE).sql);
  return { versions, facts };
}

async function assertUnused(
  session: SqlSession,
  table: string,
  role: FactRole,
  from: ReturnType<typeof id>,
): Promise<void> {
  const { n } = await session.query(sql`SELECT count(*) AS n FROM ${from}`).row();
  const rows = Number(n);
  if (rows === 0) return;
  throw new WarehouseError(
    "WAREHOUSE_MEMBER_IN_USE",
    `${rows} ${rows === 1 ? "row" : "rows"} of ${table} still ${rows === 1 ? "refers" : "refer"} to the members (role "${role.name}").`,
    {
      hint: `Delete those rows first, or define ${table} with onDelete: "cascade".`,
      details: { table, role: role.name, rows },
    },
  );
}
