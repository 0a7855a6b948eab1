import {
  type Column,
  type Columns,
  date,
  type Field,
  int32,
  type RowInputOf,
  type Table,
  tableFromFields,
  utf8,
} from "@lakewright/core";
import { assertKnown } from "../options.ts";
import type { Dimension } from "./dimension.ts";
import {
  assertEventTime,
  assertMilestones,
  assertOnDelete,
  assertPartition,
} from "./fact-checks.ts";
import type { FactColumns, FactKey, FactRow, RoleDimensions } from "./fact-columns.ts";
import { assertDistinct, assertNamesGiven, invalidDefinition, namesOf } from "./names.ts";
import { fieldsOf, naturalKeys, type Role, type RoleDefinitions, rolesOf } from "./references.ts";
import type { AnyRow } from "./rows.ts";

/**
 * What the rows of a fact are (Kimball): events; the whole state of one day; processes that go through milestones; events
 * without numbers; the members of groups.
 */
export type FactKind =
  "transaction" | "periodicSnapshot" | "accumulatingSnapshot" | "factless" | "bridge";

/** What deleting a member does to the facts that refer to it. */
export type OnDelete = "cascade" | "restrict" | "setUnknown";

/** The two columns of a snapshot. */
export interface SnapshotColumns {
  readonly date: string;
  readonly version: string;
}

/** Cuts a fact table into parts by the range of a column. */
export interface PartitionBy {
  /** A date() or timestamp() column, the snapshot's date, or the role of a calendar. It must be in the grain. */
  readonly column: string;
  readonly every: "month" | "year";
}

/** What a fact measures, of what, and how its table is kept. */
export interface FactOptions<
  G extends string,
  D extends RoleDefinitions,
  M extends Columns,
  A extends Columns,
  Ms extends keyof D & string = keyof D & string,
  L extends string = string,
  S extends string = string,
  SN extends SnapshotColumns = SnapshotColumns,
> {
  /** What one row is: columns or roles that together occur once. A column named nowhere else is text. */
  readonly grain: readonly G[];
  /** Role → dimension, or `{ dimension, key, absent }` where the natural key has other names or may be absent. */
  readonly dimensions: D;
  /** What is counted. Without any it is a factless fact: that a row is there says it happened. */
  readonly measures?: M | undefined;
  /** Columns that are neither key nor measure (degenerate dimensions). Default none. */
  readonly attributes?: A | undefined;
  /** Makes it a periodic snapshot: every load gives the whole of one version of one day, under these columns. */
  readonly snapshot?: SN | undefined;
  /**
   * Makes it an accumulating snapshot: roles of calendars, reached one after the other. Their dates may be null until
   * then; a row that comes again fills in more, and a milestone that is set is not unset by a null.
   */
  readonly milestones?: readonly Ms[] | undefined;
  /** Measures of days between two milestones, filled as they are reached: `{ days_to_ship: ["ordered", "shipped"] }`. */
  readonly lags?: Readonly<Record<L, readonly [from: Ms, to: Ms]>> | undefined;
  /** A number of its own for every row, its primary key. Default none: the grain is the primary key. */
  readonly surrogateKey?: S | undefined;
  /**
   * The date or timestamp column at which members with history are looked up. Default: the snapshot's date, else the
   * version that is current.
   */
  readonly eventTime?: string | undefined;
  /**
   * What deleting a member does to its facts: "cascade" (default) deletes them, "restrict" keeps the member, "setUnknown"
   * lets them refer to member -1.
   */
  readonly onDelete?: OnDelete | undefined;
  /**
   * Where the engine has partitioned tables (Postgres), the table is one, and its partitions are made as days come.
   * Elsewhere it has no effect. Default none.
   */
  readonly partitionBy?: PartitionBy | undefined;
}

/** A dimension as a fact refers to it. */
export type FactRole = Role;

/** A number of days between two milestones. */
export interface Lag {
  readonly name: string;
  readonly from: FactRole;
  readonly to: FactRole;
}

/** A fact table of a star schema. Made by {@link fact} or {@link bridge}. */
export interface Fact<
  I extends Columns = Columns,
  R = AnyRow,
  D extends Readonly<Record<string, Dimension>> = Readonly<Record<string, Dimension>>,
  K = AnyRow,
> {
  readonly kind: "fact";
  readonly name: string;
  readonly factKind: FactKind;
  /** The rows a load takes: natural keys, grain, attributes and measures. */
  readonly input: Table<I>;
  readonly roles: readonly FactRole[];
  /** Stored columns that occur once together, the snapshot's first. */
  readonly grain: readonly string[];
  /** Stored columns taken over from the rows. */
  readonly own: readonly Field[];
  readonly snapshot: SnapshotColumns | undefined;
  /** The roles a process goes through; none but for an accumulating snapshot. */
  readonly milestones: readonly FactRole[];
  /** Stored columns computed from milestones. */
  readonly lags: readonly Lag[];
  /** Of a bridge, the columns a group is named by and weighted with. */
  readonly group: { readonly column: string; readonly weight: string | undefined } | undefined;
  readonly surrogateKey: string | undefined;
  readonly eventTime: string | undefined;
  readonly onDelete: OnDelete;
  /** `column` is the stored one: of a role, its surrogate key. */
  readonly partitionBy: PartitionBy | undefined;
  /** A stored row. Types only, never set: `type Sale = typeof sales.$row`. */
  readonly $row: R;
  /** A row a load takes. Types only, never set. */
  readonly $insert: RowInputOf<I>;
  /** What names a row, natural keys in. Types only, never set. */
  readonly $key: K;
  /** The dimension of each role. Types only, never set. */
  readonly $dimensions: D;
}

/** Types of the two columns of a snapshot. */
export const SNAPSHOT_DATE: Column = date();
export const SNAPSHOT_VERSION: Column = int32();

/** Type of a lag. */
export const LAG: Column = { ...int32(), nullable: true };

/**
 * Describes a fact table. Its rows come with natural keys; stored is `<role>_key`, the surrogate key of the member.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function fact<
  const G extends string,
  const D extends RoleDefinitions,
  const M extends Columns = {},
  const A extends Columns = {},
  const Ms extends keyof D & string = never,
  const L extends string = never,
  const S extends string = never,
  const SN extends SnapshotColumns = never,
>(
  name: string,
  options: FactOptions<G, D, M, A, Ms, L, S, SN>,
): Fact<
  FactColumns<G, D, M, A, Ms>,
  FactRow<FactColumns<G, D, M, A, Ms>, G, D, M, A, L, S, SN>,
  RoleDimensions<D>,
  FactKey<FactColumns<G, D, M, A, Ms>, G, D, SN>
> {
  return defineFact(name, options as LooseFactOptions) as never;
}

/** The options of any fact, unchecked by types. */
export type LooseFactOptions = FactOptions<string, RoleDefinitions, Columns, Columns>;

function defineFact(name: string, options: LooseFactOptions): Fact {
  assertKnown(`Fact "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  const { grain, snapshot, surrogateKey, onDelete = "cascade", measures = {} } = options;
  assertNamesGiven(`Fact "${name}"`, "grain", grain);
  const named: Columns = { ...options.attributes, ...measures };
  const roles = rolesOf(name, options.dimensions, named).map((role) =>
    options.milestones?.includes(role.name) ? { ...role, optional: true } : role,
  );
  const milestones = assertMilestones(name, roles, options);
  const keys = naturalKeys(name, roles, named);
  const own = ownFields(name, grain, roles, keys, named);
  const input = tableFromFields(
    name,
    fieldsOf({ ...keys, ...Object.fromEntries(own.map((field) => [field.name, field.column])) }),
  );
  const { eventTime } = options;
  if (eventTime !== undefined) assertEventTime(name, eventTime, input);
  const snapshotColumns = snapshot ? [snapshot.date, snapshot.version] : [];
  const lags = Object.entries(options.lags ?? {}).map(([lag, [from, to]]) => ({
    name: lag,
    from: milestones.find((role) => role.name === from)!,
    to: milestones.find((role) => role.name === to)!,
  }));
  assertDistinct(name, [
    ...(surrogateKey === undefined ? [] : [surrogateKey]),
    ...snapshotColumns,
    ...roles.map((role) => role.column),
    ...own.map((field) => field.name),
    ...lags.map((lag) => lag.name),
  ]);
  assertDistinct(name, namesOf(input));
  const stored: FactParts = {
    kind: "fact",
    name,
    factKind: kindOf(options),
    input,
    roles,
    grain: [
      ...snapshotColumns,
      ...grain.map((column) => roles.find((role) => role.name === column)?.column ?? column),
    ],
    own,
    snapshot,
    milestones,
    lags,
    group: undefined,
    surrogateKey,
    eventTime,
    onDelete,
    partitionBy: undefined,
  };
  assertOnDelete(stored);
  return freezeFact({ ...stored, partitionBy: assertPartition(stored, options.partitionBy) });
}

/** What a fact is made of. */
export type FactParts = Omit<Fact, "$row" | "$insert" | "$key" | "$dimensions">;

export function freezeFact(parts: FactParts): Fact {
  return Object.freeze(parts) as Fact;
}

const OPTIONS = [
  "grain",
  "dimensions",
  "measures",
  "attributes",
  "snapshot",
  "milestones",
  "lags",
  "surrogateKey",
  "eventTime",
  "onDelete",
  "partitionBy",
];

function kindOf({ snapshot, milestones, measures = {} }: LooseFactOptions): FactKind {
  if (snapshot) return "periodicSnapshot";
  if (milestones) return "accumulatingSnapshot";
  return Object.keys(measures).length === 0 ? "factless" : "transaction";
}

/** The columns that are stored as they come: those of the grain that are no roles, attributes, measures. */
function ownFields(
  table: string,
  grain: readonly string[],
  roles: readonly FactRole[],
  keys: Columns,
  named: Columns,
): Field[] {
  const columns = grain.filter((column) => !roles.some((role) => role.name === column));
  const own = fieldsOf({
    ...Object.fromEntries(
      columns.map((column) => [column, named[column] ?? keys[column] ?? utf8()]),
    ),
    ...named,
  });
  const absent = own.find(({ name, column }) => columns.includes(name) && column.nullable);
  if (absent) throw invalidDefinition(`Grain column "${absent.name}" of "${table}" is nullable.`);
  return own;
}
