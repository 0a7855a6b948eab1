import type { SqlEngine } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import type { TableSource } from "../introspect/source-table.ts";

/** A schema a table of the source has had. */
export interface SchemaVersion {
  /** From 1. */
  readonly version: number;
  readonly source: TableSource;
  /** When it was first seen; microseconds since 1970. */
  readonly at: bigint;
}

/** The schemas the tables of a source have had. */
export interface SchemaVersions {
  latest(name: string): Promise<SchemaVersion | undefined>;
  /** Keeps a schema as the next version. */
  add(name: string, source: TableSource, at: bigint): Promise<SchemaVersion>;
  history(name: string): Promise<readonly SchemaVersion[]>;
}

/** Schema versions that last as long as the object. */
export function memorySchemas(): SchemaVersions {
  throw new WarehouseError("WAREHOUSE_UNSUPPORTED", "Not yet");
}

/** Schema versions in `_wh_schemas` of a database, made where it is missing. */
export async function sqlSchemas(
  engine: SqlEngine,
  options: { readonly schema?: string | undefined } = {},
): Promise<SchemaVersions> {
  return Promise.reject(
    new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${engine.dialect.name}`, {
      details: { options },
    }),
  );
}
