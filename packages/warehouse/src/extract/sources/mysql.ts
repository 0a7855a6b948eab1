import { raw, sql } from "@lakewright/sql";
import { mysqlCatalog } from "../introspect/mysql.ts";
import type { SourceDialect } from "./source-dialect.ts";

const GEOMETRY =
  /^(?:geometry|point|linestring|polygon|multi\w+|geomcollection|geometrycollection)$/;

/** MySQL and MariaDB. Sessions cannot share a snapshot: parallel ranges may each see a different moment. */
export const mysqlSource: SourceDialect = {
  clock: raw("UTC_TIMESTAMP(6)"),
  asText: (column, nativeType) => {
    if (nativeType === "vector" || nativeType.startsWith("vector("))
      return sql`VECTOR_TO_STRING(${column})`;
    return GEOMETRY.test(nativeType) ? sql`ST_AsText(${column})` : sql`CAST(${column} AS CHAR)`;
  },
  // An ENUM or a SET is sorted by the positions of its labels, and compared with text as text.
  keyOrder: (column, nativeType) =>
    nativeType !== undefined && /^(?:enum|set)\b/i.test(nativeType)
      ? sql`CAST(${column} AS CHAR)`
      : column,
  catalog: mysqlCatalog,
  readsInRanges: true,
};
