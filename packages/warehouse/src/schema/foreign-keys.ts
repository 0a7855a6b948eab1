import type { SqlSession } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import { assertOneOf } from "../options.ts";

/** See `fkMode` of WarehouseOptions. */
export type ForeignKeyMode = "auto" | "enforce" | "off";

/**
 * What becomes of foreign keys on an engine: "none" where there are none.
 *
 * @throws WarehouseError WAREHOUSE_UNSUPPORTED for "enforce" on an engine without cascading foreign keys.
 */
export function foreignKeysOf(
  { dialect, capabilities }: Pick<SqlSession, "dialect" | "capabilities">,
  mode: ForeignKeyMode = "auto",
): "none" | "auto" | "enforce" {
  assertOneOf("fkMode", mode, ["auto", "enforce", "off"]);
  const cascading = capabilities.cascadingForeignKeys;
  if (mode === "enforce" && !cascading) {
    throw new WarehouseError(
      "WAREHOUSE_UNSUPPORTED",
      `fkMode is "enforce", and ${dialect.name} has no cascading foreign keys.`,
      { hint: 'Leave it at "auto": facts only ever get keys of members that are there.' },
    );
  }
  return mode === "off" || !cascading ? "none" : mode;
}
