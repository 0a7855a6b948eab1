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
  catalog: mysqlCatalog,
  readsInRanges: true,
};
