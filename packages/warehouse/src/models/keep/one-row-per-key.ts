import { showValue } from "@lakewright/core";
import { type Sql, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { allPresent, columnList } from "../../sql-text.ts";
import type { Work } from "../run/work.ts";

/** Engines keep one of several rows of a key, or fail, or keep them all: none of them says so. */
export async function assertOneRowPerKey(
  work: Work,
  key: readonly string[],
  staging: Sql,
): Promise<void> {
  const list = columnList(key);
  const present = allPresent(key);
  const [twice] = await work.session
    .query(
      sql`SELECT ${list} FROM ${staging} AS s WHERE ${present} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1`,
      {
        signal: work.signal,
      },
    )
    .rows();
  if (twice === undefined) return;
  const shown = key.map((name) => `${name} = ${showValue(twice[name])}`).join(", ");
  throw new WarehouseError(
    "WAREHOUSE_MODEL_MISMATCH",
    `Model "${work.model.name}" gives several rows of the key ${shown}.`,
    {
      hint: "Group or rank the rows in its query so that one is left.",
      details: { model: work.model.name, key: twice },
    },
  );
}
