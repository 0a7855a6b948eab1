import { bool, type Column, type Field, int64, nullable, timestamp } from "@lakewright/core";
import type { Dimension } from "../define/dimension.ts";
import { type Fact, SNAPSHOT_DATE, SNAPSHOT_VERSION } from "../define/fact.ts";
import { IS_CURRENT, IS_INFERRED, VALID_FROM, VALID_TO } from "../define/names.ts";
import type { StarTable } from "../warehouse.ts";

/** A table as it is stored. */
export interface Layout {
  readonly name: string;
  readonly columns: readonly Field[];
  /** The column the database numbers; undefined where there is none. */
  readonly numbered: string | undefined;
  readonly primaryKey: readonly string[];
  /** Columns that occur once together, besides the primary key; only among open versions where `whileOpen`. */
  readonly unique: { readonly columns: readonly string[]; readonly whileOpen: boolean } | undefined;
  /** Columns every member with a key of its own has. */
  readonly required: readonly string[];
  readonly references: readonly Reference[];
}

/** A foreign key. */
export interface Reference {
  readonly column: string;
  readonly table: string;
  readonly target: string;
  readonly onDelete: "cascade" | "restrict";
}

export function layoutOf(table: StarTable): Layout {
  return table.kind === "fact" ? factLayout(table) : dimensionLayout(table);
}

/**
 * Columns of the definition take nulls here, whatever the definition says, which the loader checks: the unknown member
 * and members of which only the key is known have nothing in them.
 */
function dimensionLayout(dimension: Dimension): Layout {
  const { name, surrogateKey, key, versioning } = dimension;
  const own = dimension.input.fields.map((field) => as(field.name, nullable(field.column)));
  const base = { name, primaryKey: [surrogateKey], required: key, references: [] };
  if (dimension.days !== undefined) {
    const columns = [as(surrogateKey, int64()), ...own];
    return { ...base, columns, numbered: undefined, unique: undefined };
  }
  const history = [
    as(VALID_FROM, timestamp("us")),
    as(VALID_TO, nullable(timestamp("us"))),
    as(IS_CURRENT, bool()),
  ];
  return {
    ...base,
    columns: [
      as(surrogateKey, int64()),
      ...own,
      ...(versioning === "scd2" ? history : []),
      as(IS_INFERRED, bool()),
    ],
    numbered: surrogateKey,
    unique: { columns: key, whileOpen: versioning === "scd2" },
  };
}

function factLayout(fact: Fact): Layout {
  const { name, surrogateKey, snapshot, grain, roles, own } = fact;
  const numbered = surrogateKey !== undefined;
  return {
    name,
    columns: [
      ...(numbered ? [as(surrogateKey, int64())] : []),
      ...roles.map((role) => as(role.column, int64())),
      ...own,
      ...(snapshot
        ? [as(snapshot.date, SNAPSHOT_DATE), as(snapshot.version, SNAPSHOT_VERSION)]
        : []),
    ],
    numbered: surrogateKey,
    primaryKey: numbered ? [surrogateKey] : grain,
    unique: numbered ? { columns: grain, whileOpen: false } : undefined,
    required: [],
    references: roles.map(({ column, dimension }) => ({
      column,
      table: dimension.name,
      target: dimension.surrogateKey,
      onDelete: fact.onDelete,
    })),
  };
}

function as(name: string, column: Column): Field {
  return { name, column };
}
