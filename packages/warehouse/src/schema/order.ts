import type { Role } from "../define/references.ts";
import type { StarTable } from "../define/star-table.ts";
import { WarehouseError } from "../errors.ts";
import { layoutOf } from "./layout.ts";

/**
 * The tables in the order they are made and loaded in: what a table refers to comes before it, dimensions only a fact or
 * another dimension names included.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where two tables have one name, or refer to each other in a circle.
 */
export function loadOrder(tables: readonly StarTable[]): StarTable[] {
  const ordered = new Map<string, StarTable>();
  const visit = (table: StarTable, path: readonly StarTable[]): void => {
    const name = table.name.toLowerCase();
    if (path.some((earlier) => earlier.name.toLowerCase() === name)) throw cycle([...path, table]);
    const twin = ordered.get(name);
    if (twin === table) return;
    if (twin !== undefined && describe(twin) !== describe(table)) throw twins(table);
    if (twin !== undefined) return;
    for (const { dimension } of rolesOf(table)) visit(dimension, [...path, table]);
    ordered.set(name, table);
  };
  const dimensions = tables.filter((table) => table.kind === "dimension");
  const facts = tables.filter((table) => table.kind === "fact");
  for (const table of [...dimensions, ...facts]) visit(table, []);
  const all = [...ordered.values()];
  return [
    ...all.filter((table) => table.kind === "dimension"),
    ...all.filter((table) => table.kind === "fact"),
  ];
}

function rolesOf(table: StarTable): readonly Role[] {
  return table.kind === "fact" ? table.roles : table.outriggers;
}

function cycle(path: readonly StarTable[]): WarehouseError {
  const names = path.map((table) => table.name);
  const from = names.findIndex((name) => name.toLowerCase() === names.at(-1)!.toLowerCase());
  return new WarehouseError(
    "WAREHOUSE_INVALID_DEFINITION",
    `Dimensions refer to each other in a circle: ${names.slice(from).join(" → ")}.`,
    { hint: "Keep one of the references as a plain column with the natural key." },
  );
}

function twins({ name }: StarTable): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_INVALID_DEFINITION",
    `Two different tables of the warehouse are called "${name}".`,
    {
      hint: "Names that differ only by case are one. Define a dimension once and use that definition in every fact.",
    },
  );
}

/** Everything that matters about a definition, as text. */
function describe(table: StarTable): string {
  const rest =
    table.kind === "dimension"
      ? [
          table.key,
          table.versioning,
          table.tracked,
          table.overwritten,
          table.updatedAt,
          table.days,
          table.clock,
          table.junk,
        ]
      : [table.grain, table.factKind];
  const { defaults, ...layout } = layoutOf(table);
  const values = [...defaults].map(([column, value]) => [column, String(value)]);
  return JSON.stringify([table.kind, table.name, layout, values, rest]);
}
