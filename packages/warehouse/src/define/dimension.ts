import {
  type Column,
  type Columns,
  columnOf,
  defineTable,
  type RowInputOf,
  showValue,
  type Table,
} from "@lakewright/core";
import { assertKnown } from "../options.ts";
import type { ClockFace } from "./calendar/clock-face.ts";
import type { DayRange } from "./calendar/days.ts";
import type { RoleColumns } from "./fact-columns.ts";
import {
  assertColumns,
  assertDistinct,
  assertNamesGiven,
  invalidDefinition,
  IS_CURRENT,
  IS_DELETED,
  IS_INFERRED,
  namesOf,
  VALID_FROM,
  VALID_TO,
} from "./names.ts";
import { naturalKeys, type Role, type RoleDefinitions, rolesOf } from "./references.ts";
import type { DefaultKey, DimensionRow, Flatten } from "./rows.ts";
import { assertLabels, type SpecialMemberLabels, type SpecialMembers } from "./special-members.ts";

/**
 * What a change of a member does (Kimball's slowly changing dimensions): "scd0" keeps what was loaded first, "scd1"
 * overwrites, "scd2" closes the version and opens another.
 */
export type Versioning = "scd0" | "scd1" | "scd2";

/** Where the first version of a member starts. */
export type FirstVersionFrom = "change" | "epoch" | "epoch-on-first-load";

const FIRST_VERSIONS: readonly FirstVersionFrom[] = ["change", "epoch", "epoch-on-first-load"];

/** What a dimension has, and what becomes of a member that changes. */
export interface DimensionOptions<
  C extends Columns,
  K extends keyof C & string,
  S extends string = string,
  V extends Versioning = Versioning,
  R extends RoleDefinitions = RoleDefinitions,
> {
  /** The natural key: columns that name a member in the source. None may be nullable. */
  readonly key: readonly K[];
  /** What is stored of a member, the key included. */
  readonly columns: C;
  /** Default "scd1". Columns may differ in it: see `tracked` and `overwritten`. */
  readonly versioning?: V | undefined;
  /** Name of the surrogate key. Default: the table's name without "dim_", and "_key". */
  readonly surrogateKey?: S | undefined;
  /** scd2: columns whose change opens a version. Default all that are in no other list. */
  readonly tracked?: readonly (keyof C & string)[] | undefined;
  /**
   * scd2: columns overwritten in the current version, as scd1 does; earlier versions keep theirs. Default none. What is
   * in no list keeps what its version opened with: no change of it is seen. The three together are a mixed dimension.
   */
  readonly overwritten?: readonly (keyof C & string)[] | undefined;
  /**
   * scd2: a timestamp column that says when the source changed the row. A version then starts at it, and a row counts as
   * changed where it is later than the stored one; several changes of a member in one load are one version each. Default: rows are compared, and versions start at the load's `at`.
   */
  readonly updatedAt?: (keyof C & string) | undefined;
  /**
   * scd2: "change" (default) starts the first version of a member at the load's `at` or its `updatedAt`; "epoch" at
   * 1970-01-01; "epoch-on-first-load" there for the members of the very first load only.
   */
  readonly firstVersionFrom?: FirstVersionFrom | undefined;
  /**
   * Outriggers: role → another dimension, which the members refer to. Rows come with its natural key, which is kept;
   * `<role>_key` has its surrogate key beside it. A dimension with history cannot be one: its members would have to
   * change with it. Default none.
   */
  readonly references?: R | undefined;
  /**
   * What members -1, "unknown", and -2, "not applicable", have in columns other than the key, so that a report shows
   * "Unknown" in place of nothing. They get it whenever the warehouse is opened, null in columns that are not named; a member that is not
   * named keeps what it has. Default null.
   */
  readonly specialMembers?: SpecialMembers<C, K> | undefined;
}

/** A dimension of a star schema. Made by {@link dimension}, {@link junkDimension}, {@link calendar} or {@link timeOfDay}. */
export interface Dimension<
  C extends Columns = Columns,
  K extends string = string,
  S extends string = string,
  V extends Versioning = Versioning,
  O extends string = string,
> {
  readonly kind: "dimension";
  readonly name: string;
  /** The rows a load takes. */
  readonly input: Table<C>;
  readonly key: readonly K[];
  readonly surrogateKey: S;
  readonly versioning: V;
  readonly tracked: readonly string[];
  readonly overwritten: readonly string[];
  readonly updatedAt: string | undefined;
  readonly firstVersionFrom: FirstVersionFrom;
  /** The dimensions its members refer to. */
  readonly outriggers: readonly Role[];
  /** What the members -1 and -2 have in columns other than the key. */
  readonly specialMembers: SpecialMemberLabels;
  /** Whether facts fill it with the combinations they have, whatever `unknownMembers` says. It takes no loads. */
  readonly junk: boolean;
  /** The days of a calendar, which is filled by itself; undefined for any other dimension. */
  readonly days: DayRange | undefined;
  /** The times of a clock, which is filled by itself; undefined for any other dimension. */
  readonly clock: ClockFace | undefined;
  /** A stored row. Types only, never set: `type Customer = typeof customers.$row`. */
  readonly $row: DimensionRow<C, S, V>;
  /** A row a load takes. Types only, never set. */
  readonly $insert: RowInputOf<C>;
  /** The columns that have the surrogate keys of its outriggers. Types only, never set. */
  readonly $outriggerKeys: O;
}

/** The columns of a dimension: its own, and the natural keys of its outriggers. */
export type DimensionColumns<C extends Columns, R extends RoleDefinitions> = [keyof R] extends [
  never,
]
  ? C
  : Flatten<C & Omit<RoleColumns<R>, keyof C>> extends infer A extends Columns
    ? A
    : never;

/**
 * Describes a dimension. Its table has the surrogate key, these columns, `is_inferred` and, with "scd2", `valid_from`
 * (inclusive), `valid_to` (exclusive, null while it lasts) and `is_current`. Member -1 stands for "unknown", member -2
 * for "not applicable"; a key that facts name before it is loaded is inferred, and completed when it comes.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function dimension<
  const C extends Columns,
  const K extends keyof C & string,
  const N extends string,
  const S extends string = DefaultKey<N>,
  const V extends Versioning = "scd1",
  const R extends RoleDefinitions = {},
>(
  name: N,
  options: DimensionOptions<C, K, S, V, R>,
): Dimension<DimensionColumns<C, R>, K, S, V, `${keyof R & string}_key`> {
  assertKnown(`Dimension "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  const { key, overwritten = [], updatedAt } = options;
  const versioning: Versioning = options.versioning ?? "scd1";
  const outriggers = rolesOf(name, options.references ?? {}, options.columns);
  for (const role of outriggers) assertOutrigger(name, role);
  const keys = naturalKeys(name, outriggers, options.columns);
  const input = defineTable(name, { ...keys, ...options.columns });
  const columns = namesOf(input);
  if (!["scd0", "scd1", "scd2"].includes(versioning)) {
    throw invalidDefinition(
      `Dimension "${name}" has the versioning "${String(versioning)}".`,
      'Give "scd1" (changes overwrite), "scd2" (each is kept as a version) or "scd0" (the first stays).',
    );
  }
  const from: FirstVersionFrom = options.firstVersionFrom ?? "change";
  if (!FIRST_VERSIONS.includes(from)) {
    throw invalidDefinition(
      `Dimension "${name}" has the firstVersionFrom ${showValue(from)}.`,
      `Give ${FIRST_VERSIONS.map(showValue).join(", ")}.`,
    );
  }
  assertKey(name, key, input);
  const taken = new Set<string>([...key, ...overwritten, ...(updatedAt ? [updatedAt] : [])]);
  const tracked = options.tracked ?? columns.filter((column) => !taken.has(column));
  assertColumns(name, "tracked and overwritten", [...tracked, ...overwritten], columns);
  if (tracked.some((column) => (key as readonly string[]).includes(column))) {
    throw invalidDefinition(`A key column of "${name}" cannot be tracked: it names the member.`);
  }
  if (versioning !== "scd2") assertNoHistory(name, options);
  if (updatedAt !== undefined) assertInstant(name, updatedAt, columnOf(input, updatedAt));
  const { specialMembers = {} } = options;
  assertLabels(name, specialMembers, input, key, outriggers);
  return freezeDimension({
    ...plain,
    name,
    input,
    key,
    surrogateKey: options.surrogateKey ?? defaultKey(name),
    versioning,
    tracked,
    overwritten,
    updatedAt,
    firstVersionFrom: from,
    outriggers,
    specialMembers,
  }) as unknown as Dimension<DimensionColumns<C, R>, K, S, V, `${keyof R & string}_key`>;
}

/** What a dimension is made of. */
export type DimensionParts = Omit<Dimension, "$row" | "$insert" | "$outriggerKeys">;

/** A dimension of which nothing special is said. */
export const plain: Omit<DimensionParts, "name" | "input" | "key" | "surrogateKey"> = {
  kind: "dimension",
  versioning: "scd0",
  tracked: [],
  overwritten: [],
  updatedAt: undefined,
  firstVersionFrom: "change",
  outriggers: [],
  specialMembers: {},
  junk: false,
  days: undefined,
  clock: undefined,
};

/** The definition, its column names checked. */
export function freezeDimension(parts: DimensionParts): Dimension {
  const { name, surrogateKey, input } = parts;
  const columns = namesOf(input);
  assertDistinct(name, [surrogateKey, ...columns, ...ownColumns(parts)]);
  return Object.freeze(parts) as Dimension;
}

export function defaultKey(name: string): string {
  return `${name.replace(/^dim_/, "")}_key`;
}

/** The columns a dimension has besides its surrogate key and those of its definition. */
export function ownColumns(dimension: DimensionParts): readonly string[] {
  const { days, clock, versioning, outriggers } = dimension;
  if (days !== undefined || clock !== undefined) return [];
  const history = versioning === "scd2" ? [VALID_FROM, VALID_TO, IS_CURRENT] : [];
  return [...outriggers.map((role) => role.column), ...history, IS_INFERRED, IS_DELETED];
}

const OPTIONS = [
  "key",
  "columns",
  "versioning",
  "surrogateKey",
  "tracked",
  "overwritten",
  "updatedAt",
  "firstVersionFrom",
  "references",
  "specialMembers",
];

/** Refuses a key that could not name a member. */
export function assertKey(table: string, key: readonly string[], input: Table): void {
  assertNamesGiven(`Dimension "${table}"`, "key", key);
  const columns = namesOf(input);
  assertColumns(table, "The key", key, columns);
  for (const column of key) assertKeyColumn(table, column, columnOf(input, column));
}

function assertOutrigger(table: string, { name, dimension }: Role): void {
  if (dimension.versioning !== "scd2") return;
  throw invalidDefinition(
    `Dimension "${table}" refers to "${dimension.name}" (role "${name}"), which has history.`,
    `Keep its natural key as a column and join at a moment, or give "${dimension.name}" the versioning "scd1".`,
  );
}

function assertKeyColumn(table: string, name: string, column: Column): void {
  const nested = ["list", "struct", "map"].includes(column.type.kind);
  if (!column.nullable && !nested) return;
  throw invalidDefinition(
    `Key column "${name}" of "${table}" is ${nested ? "nested" : "nullable"}: it could not name a row.`,
  );
}

function assertInstant(table: string, name: string, { type, nullable }: Column): void {
  if (type.kind === "timestamp" && type.utc && !nullable) return;
  throw invalidDefinition(
    `updatedAt of "${table}" names "${name}", which is no timestamp() or may be null.`,
  );
}

function assertNoHistory(
  name: string,
  options: Pick<DimensionOptions<Columns, string>, "tracked" | "overwritten" | "updatedAt"> & {
    readonly firstVersionFrom?: unknown;
  },
): void {
  const given = (["tracked", "overwritten", "updatedAt", "firstVersionFrom"] as const).find(
    (option) => options[option] !== undefined,
  );
  if (given === undefined) return;
  throw invalidDefinition(
    `Dimension "${name}" has no history, so it has no use for "${given}".`,
    'Set versioning: "scd2".',
  );
}
