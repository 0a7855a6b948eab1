import { WarehouseError } from "../errors.ts";
import type { StarTable } from "../warehouse.ts";
import { layoutOf } from "./layout.ts";

/** The tables, dimensions before the facts that refer to them; those only a fact names included. */
export function loadOrder(tables: readonly StarTable[]): StarTable[] {
  const facts = tables.filter((table) => table.kind === "fact");
  const named = tables.filter((table) => table.kind === "dimension");
  const referred = facts.flatMap((fact) => fact.roles.map((role) => role.dimension));
  const byName = new Map<string, StarTable>();
  for (const table of [...named, ...referred, ...facts]) {
    const twin = byName.get(table.name.toLowerCase());
    if (twin === undefined) {
      byName.set(table.name.toLowerCase(), table);
    } else if (twin !== table && describe(twin) !== describe(table)) {
      throw new WarehouseError(
        "WAREHOUSE_INVALID_DEFINITION",
        `Two different tables of the warehouse are called "${table.name}".`,
        { hint: "Define a dimension once and use that definition in every fact." },
      );
    }
  }
  return [...byName.values()];
}

/** Everything that matters about a definition, as text. */
function describe(table: StarTable): string {
  const { kind, name } = table;
  const rest =
    table.kind === "dimension"
      ? [table.key, table.versioning, table.tracked, table.overwritten, table.updatedAt, table.days]
      : [table.grain];
  return JSON.stringify([kind, name, layoutOf(table), rest]);
}
