import { raw } from "@lakewright/sql";
import { mysqlCatalog } from "../introspect/mysql.ts";
import type { SourceDialect } from "./source-dialect.ts";

/** MySQL and MariaDB. Sessions cannot share a snapshot: parallel ranges may each see a different moment. */
export const mysqlSource: SourceDialect = {
  clock: raw("UTC_TIMESTAMP(6)"),
  text: raw("CHAR"),
  catalog: mysqlCatalog,
};
