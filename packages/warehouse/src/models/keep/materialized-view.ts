import { id, sql } from "@lakewright/sql";
import { objectName } from "../../schema/place.ts";
import { columnList } from "../../sql-text.ts";
import { testModel } from "../run/test-model.ts";
import type { Kept, Work } from "../run/work.ts";
import { dropExisting, type ObjectKind } from "./existing.ts";
import { keepTable } from "./table.ts";
import { checkedQuery } from "./view.ts";

/** A materialised view: refreshed where it is the same, else made anew; a table where the engine has none. */
export async function keepMaterializedView(
  work: Work,
  kind: ObjectKind | undefined,
): Promise<Kept> {
  const { session, place, model, before, signal } = work;
  if (!session.capabilities.materializedViews) return keepTable(work, kind);
  const name = place.id(model.name);
  if (kind === "materializedView" && before !== undefined) {
    const concurrently = model.uniqueKey.length > 0 ? sql`CONCURRENTLY ` : sql``;
    await session.execute(sql`REFRESH MATERIALIZED VIEW ${concurrently}${name}`, { signal });
  } else {
    const body = await checkedQuery(work);
    await dropExisting(work, kind);
    await session.execute(sql`CREATE MATERIALIZED VIEW ${name} AS\n${body}`, { signal });
    if (model.uniqueKey.length > 0) {
      const index = id(objectName(model.name, "key"));
      await session.execute(
        sql`CREATE UNIQUE INDEX ${index} ON ${name} (${columnList(model.uniqueKey)})`,
      );
    }
  }
  const tests = await testModel(work, name);
  const { n } = await session.query(sql`SELECT count(*) AS n FROM ${name}`, { signal }).row();
  return { rows: Number(n), written: Number(n), tests };
}
