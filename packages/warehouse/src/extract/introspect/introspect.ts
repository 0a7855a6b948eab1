import type { Column } from "@lakewright/core";
import type { SqlSession } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { assertKnown } from "../../options.ts";
import type { SourceTable } from "./source-table.ts";

export interface IntrospectOptions {
  /** Schema (of MySQL: database) to look into. Default: the current one. */
  readonly schema?: string | undefined;
  /** Tables to take, by name; `*` stands for any text: `["Sale*"]`. Default all. */
  readonly include?: readonly string[] | undefined;
  /** Tables to leave out, by name; `*` stands for any text. Default none. */
  readonly exclude?: readonly string[] | undefined;
  /** Views too. Default false. */
  readonly views?: boolean | undefined;
  /** The type a column is read as instead of the one found; undefined keeps what was found. */
  readonly columnType?:
    ((table: string, column: string, nativeType: string) => Column | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the definitions of the tables of a database from its catalog, in a handful of queries however many there are:
 * columns and types, keys, foreign keys, estimated rows, comments; ordered by name. A type that no table column holds
 * exactly is read as text and reported in `unsupported`.
 *
 * @throws WarehouseError WAREHOUSE_UNKNOWN_TABLE where a name of `include` (one without `*`) is no table of the schema.
 */
export async function introspect(
  engine: SqlSession,
  options: IntrospectOptions = {},
): Promise<readonly SourceTable[]> {
  assertKnown("introspect", options, [
    "schema",
    "include",
    "exclude",
    "views",
    "columnType",
    "signal",
  ]);
  throw new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${engine.dialect.name}`);
}
