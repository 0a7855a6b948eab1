import {
  type Column,
  type Columns,
  date,
  type Field,
  int32,
  sameType,
  type Table,
  tableFromFields,
  utf8,
} from "@lakewright/core";
import { assertKnown } from "../options.ts";
import type { Dimension } from "./dimension.ts";
import type { FactColumns, RoleDefinitions } from "./fact-columns.ts";
import { assertColumns, assertDistinct, invalidDefinition } from "./names.ts";

export interface FactOptions<
  G extends string,
  D extends RoleDefinitions,
  M extends Columns,
  A extends Columns,
> {
  /** What one row is: columns or roles that together occur once. A column named nowhere else is text. */
  readonly grain: readonly G[];
  /** Role → dimension, or `{ dimension, key }` where the natural key has other names in the fact's rows. */
  readonly dimensions: D;
  readonly measures: M;
  /** Columns that are neither key nor measure (degenerate dimensions). Default none. */
  readonly attributes?: A | undefined;
  /** Makes it a snapshot fact: every load gives the whole of one version of one day, under these columns. */
  readonly snapshot?: { readonly date: string; readonly version: string } | undefined;
  /** A number of its own for every row, its primary key. Default none: the grain is the primary key. */
  readonly surrogateKey?: string | undefined;
  /**
   * The date or timestamp column at which members with history are looked up. Default: the snapshot's date, else the
   * version that is current.
   */
  readonly eventTime?: string | undefined;
  /** What deleting a member does to its facts, on an engine with foreign keys. Default "cascade". */
  readonly onDelete?: "cascade" | "restrict" | undefined;
}

/** A dimension as a fact refers to it. */
export interface FactRole {
  readonly name: string;
  readonly dimension: Dimension;
  /** The column of the fact that has the surrogate key: `<role>_key`. */
  readonly column: string;
  /** Columns of the fact's rows with the natural key, in the order of the dimension's key. */
  readonly from: readonly string[];
}

/** A fact table of a star schema. Made by {@link fact}. */
export interface Fact<I extends Columns = Columns> {
  readonly kind: "fact";
  readonly name: string;
  /** The rows a load takes: natural keys, grain, attributes and measures. */
  readonly input: Table<I>;
  readonly roles: readonly FactRole[];
  /** Stored columns that occur once together, the snapshot's first. */
  readonly grain: readonly string[];
  /** Stored columns taken over from the rows. */
  readonly own: readonly Field[];
  readonly snapshot: { readonly date: string; readonly version: string } | undefined;
  readonly surrogateKey: string | undefined;
  readonly eventTime: string | undefined;
  readonly onDelete: "cascade" | "restrict";
}

/** Types of the two columns of a snapshot. */
export const SNAPSHOT_DATE: Column = date();
export const SNAPSHOT_VERSION: Column = int32();

/**
 * Describes a fact table. Its rows come with natural keys; stored is `<role>_key`, the surrogate key of the member.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function fact<
  const G extends string,
  const D extends RoleDefinitions,
  const M extends Columns,
  const A extends Columns = {},
>(name: string, options: FactOptions<G, D, M, A>): Fact<FactColumns<G, D, M, A>> {
  assertKnown(`Fact "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  const { grain, snapshot, surrogateKey, onDelete = "cascade" } = options;
  if (grain.length === 0) throw invalidDefinition(`Fact "${name}" has no grain.`);
  const roles = Object.entries(options.dimensions).map(([role, definition]) =>
    roleOf(name, role, definition),
  );
  const named: Columns = { ...options.attributes, ...options.measures };
  const roleNames = new Set(roles.map((role) => role.name));
  const keys = naturalKeys(name, roles, named);
  const grainColumns = grain.filter((column) => !roleNames.has(column));
  const own = fieldsOf({
    ...Object.fromEntries(
      grainColumns.map((column) => [column, named[column] ?? keys[column] ?? utf8()]),
    ),
    ...named,
  });
  for (const { name: column, column: definition } of own) {
    if (grainColumns.includes(column as G) && definition.nullable) {
      throw invalidDefinition(`Grain column "${column}" of "${name}" is nullable.`);
    }
  }
  const input = tableFromFields(name, fieldsOf({ ...keys, ...Object.fromEntries(pairs(own)) }));
  const { eventTime } = options;
  if (eventTime !== undefined) assertEventTime(name, eventTime, input);
  const snapshotColumns = snapshot ? [snapshot.date, snapshot.version] : [];
  assertDistinct(name, [
    ...(surrogateKey === undefined ? [] : [surrogateKey]),
    ...snapshotColumns,
    ...roles.map((role) => role.column),
    ...own.map((field) => field.name),
  ]);
  assertDistinct(
    name,
    input.fields.map((field) => field.name),
  );
  return Object.freeze({
    kind: "fact",
    name,
    input: input as unknown as Table<FactColumns<G, D, M, A>>,
    roles,
    grain: [
      ...snapshotColumns,
      ...grain.map((column) => roles.find((role) => role.name === column)?.column ?? column),
    ],
    own,
    snapshot,
    surrogateKey,
    eventTime,
    onDelete,
  });
}

const OPTIONS = [
  "grain",
  "dimensions",
  "measures",
  "attributes",
  "snapshot",
  "surrogateKey",
  "eventTime",
  "onDelete",
];

function roleOf(table: string, name: string, definition: RoleDefinitions[string]): FactRole {
  const mapped = "dimension" in definition ? definition : undefined;
  const dimension = "dimension" in definition ? definition.dimension : definition;
  const names: Readonly<Record<string, string>> = mapped?.key ?? {};
  assertColumns(table, `The key of role "${name}"`, Object.keys(names), dimension.key);
  return {
    name,
    dimension,
    column: `${name}_key`,
    from: dimension.key.map((column) => names[column] ?? column),
  };
}

/** The natural keys of all roles, as the rows have them: in the type declared for the column, or the dimension's. */
function naturalKeys(table: string, roles: readonly FactRole[], named: Columns): Columns {
  const columns: Record<string, Column> = {};
  for (const role of roles) {
    role.dimension.key.forEach((key, k) => {
      const column = role.from[k]!;
      const wanted = role.dimension.input.columns[key]!;
      const given = named[column] ?? columns[column] ?? wanted;
      const day = role.dimension.days !== undefined && given.type.kind === "timestamp";
      if (!day && !sameType(given.type, wanted.type)) {
        throw invalidDefinition(
          `Column "${column}" of "${table}" is not of the type of "${key}" of "${role.dimension.name}".`,
          `Give it the type it has in the dimension, or another name: ${role.name}: { dimension, key: { ${key}: "…" } }.`,
        );
      }
      columns[column] = given;
    });
  }
  return columns;
}

function assertEventTime(table: string, name: string, input: Table): void {
  const type = input.columns[name]?.type;
  if (type?.kind === "date" || (type?.kind === "timestamp" && type.utc)) return;
  throw invalidDefinition(
    `eventTime of "${table}" names "${name}", which is no date() or timestamp() column of it.`,
  );
}

function fieldsOf(columns: Columns): Field[] {
  return Object.entries(columns).map(([name, column]) => ({ name, column }));
}

function pairs(fields: readonly Field[]): [string, Column][] {
  return fields.map((field) => [field.name, field.column]);
}
