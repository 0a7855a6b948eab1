import type { SqlEngine } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import type { ExtractionState } from "./state.ts";

export interface SqlStateOptions {
  /** Schema `_wh_watermarks` is in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
}

/** State in `_wh_watermarks` of a database, made where it is missing: in the one the data goes to, both are committed together. */
export async function sqlState(
  engine: SqlEngine,
  options: SqlStateOptions = {},
): Promise<ExtractionState> {
  return Promise.reject(
    new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${engine.dialect.name}`, {
      details: { options },
    }),
  );
}
