import type { SqlEngine } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import type { Extraction, ExtractOptions } from "./extraction.ts";
import type { TableSource } from "./introspect/source-table.ts";

/**
 * Reads a table of a source system: what is new, what differs, or all of it, by the strategy. Nothing runs before it is
 * iterated.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION; WAREHOUSE_UNSUPPORTED where the engine lacks what the strategy asks for.
 */
export function extract(
  engine: SqlEngine,
  source: TableSource,
  options: ExtractOptions,
): Extraction {
  throw new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${engine.dialect.name}`, {
    details: { source, options },
  });
}
