import { bool, type Column, type Field, int64, nullable, timestamp } from "@lakewright/core";
import type { Dimension } from "../define/dimension.ts";
import {
  type Fact,
  LAG,
  type OnDelete,
  type PartitionBy,
  SNAPSHOT_DATE,
  SNAPSHOT_VERSION,
} from "../define/fact.ts";
import {
  IS_CURRENT,
  IS_DELETED,
  IS_INFERRED,
  UNKNOWN_KEY,
  VALID_FROM,
  VALID_TO,
} from "../define/names.ts";
import type { Role } from "../define/references.ts";
import type { StarTable } from "../define/star-table.ts";

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
  /** Columns that have this value where none is given. */
  readonly defaults: ReadonlyMap<string, bigint>;
  /** The stored column whose ranges are tables of their own, on an engine with such tables. */
  readonly partitionBy: PartitionBy | undefined;
}

/** A foreign key. */
export interface Reference {
  readonly column: string;
  readonly table: string;
  readonly target: string;
  readonly onDelete: OnDelete;
}

export function layoutOf(table: StarTable): Layout {
  return table.kind === "fact" ? factLayout(table) : dimensionLayout(table);
}

/**
 * Columns of the definition take nulls here, whatever the definition says, which the loader checks: the unknown member
 * and members of which only the key is known have nothing in them.
 */
function dimensionLayout(dimension: Dimension): Layout {
  const { name, surrogateKey, key, versioning, outriggers } = dimension;
  const own = dimension.input.fields.map((field) => as(field.name, nullable(field.column)));
  const base = {
    name,
    primaryKey: [surrogateKey],
    required: key,
    references: outriggers.map((role) => reference(role, "restrict")),
    defaults: new Map(outriggers.map((role) => [role.column, UNKNOWN_KEY])),
    partitionBy: undefined,
  };
  if (dimension.days !== undefined || dimension.clock !== undefined) {
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
      ...outriggers.map((role) => as(role.column, int64())),
      ...(versioning === "scd2" ? history : []),
      as(IS_INFERRED, bool()),
      as(IS_DELETED, bool()),
    ],
    numbered: surrogateKey,
    unique: { columns: key, whileOpen: versioning === "scd2" },
  };
}

function factLayout(fact: Fact): Layout {
  const { name, surrogateKey, snapshot, grain, roles, own, lags, partitionBy } = fact;
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
      ...lags.map((lag) => as(lag.name, LAG)),
    ],
    numbered: surrogateKey,
    primaryKey: numbered ? [surrogateKey] : grain,
    unique: numbered ? { columns: grain, whileOpen: false } : undefined,
    required: [],
    references: roles.map((role) => reference(role, fact.onDelete)),
    defaults: new Map(),
    partitionBy,
  };
}

function reference({ column, dimension }: Role, onDelete: OnDelete): Reference {
  return { column, table: dimension.name, target: dimension.surrogateKey, onDelete };
}

function as(name: string, column: Column): Field {
  return { name, column };
}
