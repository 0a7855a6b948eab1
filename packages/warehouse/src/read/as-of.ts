import { id, type QueryOptions, type QueryResult, type SqlEngine, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { IS_DELETED, namesOf, VALID_FROM, VALID_TO } from "../define/names.ts";
import { WarehouseError } from "../errors.ts";
import { type Instant, microsOf } from "../instant.ts";
import type { Place } from "../schema/place.ts";
import { columnList } from "../sql-text.ts";
import { bindMicros } from "../values.ts";

/** The members of a dimension with history at a moment, one row a member, in the order of their keys. */
export function asOf(
  engine: SqlEngine,
  place: Place,
  dimension: Dimension,
  at: Instant,
  options?: QueryOptions,
): QueryResult {
  const { name, versioning, surrogateKey, key, input } = dimension;
  if (versioning !== "scd2") {
    throw new WarehouseError(
      "WAREHOUSE_UNSUPPORTED",
      `Dimension ${name} is ${versioning}: it has no history to look into.`,
      { hint: 'Give it versioning: "scd2", or read its table as it is now.' },
    );
  }
  const moment = bindMicros(microsOf("The moment of asOf", at));
  const names = namesOf(input);
  return engine.query(
    sql`SELECT ${columnList([surrogateKey, ...names, VALID_FROM, VALID_TO])} FROM ${place.id(name)}
WHERE ${id(surrogateKey)} > 0 AND NOT ${id(IS_DELETED)} AND ${id(VALID_FROM)} <= ${moment} AND (${id(VALID_TO)} IS NULL OR ${moment} < ${id(VALID_TO)})
ORDER BY ${columnList(key)}`,
    options,
  );
}
