import type { ColumnValue } from "@lakewright/core";
import { id, type QueryOptions, type QueryResult, type SqlEngine, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { IS_DELETED, namesOf, VALID_FROM, VALID_TO } from "../define/names.ts";
import type { Flatten, HistoryRow } from "../define/rows.ts";
import { WarehouseError } from "../errors.ts";
import { type Instant, microsOf } from "../instant.ts";
import { layoutOf } from "../schema/layout.ts";
import type { Place } from "../schema/place.ts";
import { columnList } from "../sql-text.ts";
import { typedBatch } from "../typed-batch.ts";
import { bindMicros } from "../values.ts";

/**
 * A member at a moment: what its version had. Of a member of which only the key is known, the columns besides it are null,
 * whatever the definition says.
 */
export type AsOfRow<T extends Dimension> = string extends T["surrogateKey"]
  ? Record<string, unknown>
  : Flatten<
      { readonly [P in T["surrogateKey"]]: bigint } & {
        readonly [P in keyof T["input"]["columns"]]: P extends T["key"][number]
          ? ColumnValue<T["input"]["columns"][P]>
          : ColumnValue<T["input"]["columns"][P]> | null;
      } & Pick<HistoryRow, "valid_from" | "valid_to">
    >;

/** The members of a dimension with history at a moment, one row a member, in the order of their keys. */
export function asOf<T extends Dimension>(
  engine: SqlEngine,
  place: Place,
  dimension: T,
  at: Instant,
  options?: QueryOptions,
): QueryResult<AsOfRow<T>> {
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
  const columns = [surrogateKey, ...names, VALID_FROM, VALID_TO];
  const stored = new Map(layoutOf(dimension).columns.map((field) => [field.name, field.column]));
  const given = columns.map((column) => ({ name: column, column: stored.get(column) }));
  return engine
    .query(
      sql`SELECT ${columnList(columns)} FROM ${place.id(name)}
WHERE ${id(surrogateKey)} > 0 AND NOT ${id(IS_DELETED)} AND ${id(VALID_FROM)} <= ${moment} AND (${id(VALID_TO)} IS NULL OR ${moment} < ${id(VALID_TO)})
ORDER BY ${columnList(key)}`,
      options,
    )
    .mapBatches((batch) => typedBatch(batch, given));
}
