import { type Column, type Columns, columnOf, defineTable, type Table } from "@lakewright/core";
import { assertKnown } from "../options.ts";
import type { DayRange } from "./days.ts";
import {
  assertColumns,
  assertDistinct,
  invalidDefinition,
  IS_CURRENT,
  IS_INFERRED,
  VALID_FROM,
  VALID_TO,
} from "./names.ts";

/**
 * What a change of a member does (Kimball's slowly changing dimensions): "scd0" keeps what was loaded first, "scd1"
 * overwrites, "scd2" closes the version and opens another.
 */
export type Versioning = "scd0" | "scd1" | "scd2";

/** Where the first version of a member starts. */
export type FirstVersionFrom = "change" | "epoch" | "epoch-on-first-load";

export interface DimensionOptions<C extends Columns, K extends keyof C & string> {
  /** The natural key: columns that name a member in the source. None may be nullable. */
  readonly key: readonly K[];
  readonly columns: C;
  /** Default "scd1". */
  readonly versioning?: Versioning | undefined;
  /** Name of the surrogate key. Default: the table's name without "dim_", and "_key". */
  readonly surrogateKey?: string | undefined;
  /** scd2: columns whose change opens a version. Default all that are in no other list. */
  readonly tracked?: readonly (keyof C & string)[] | undefined;
  /** scd2: columns overwritten in the current version, as scd1 does. Default none. What is in no list keeps its first value. */
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
}

/** A dimension of a star schema. Made by {@link dimension} or {@link calendar}. */
export interface Dimension<C extends Columns = Columns, K extends string = string> {
  readonly kind: "dimension";
  readonly name: string;
  /** The rows a load takes. */
  readonly input: Table<C>;
  readonly key: readonly K[];
  readonly surrogateKey: string;
  readonly versioning: Versioning;
  readonly tracked: readonly string[];
  readonly overwritten: readonly string[];
  readonly updatedAt: string | undefined;
  readonly firstVersionFrom: FirstVersionFrom;
  /** The days of a calendar, which is filled by itself; undefined for any other dimension. */
  readonly days: DayRange | undefined;
}

/**
 * Describes a dimension. Its table has the surrogate key, these columns, `is_inferred` and, with "scd2", `valid_from`
 * (inclusive), `valid_to` (exclusive, null while it lasts) and `is_current`.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function dimension<const C extends Columns, const K extends keyof C & string>(
  name: string,
  options: DimensionOptions<C, K>,
): Dimension<C, K> {
  assertKnown(`Dimension "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  const input = defineTable(name, options.columns);
  const columns = input.fields.map((field) => field.name);
  const { key, versioning = "scd1", overwritten = [], updatedAt } = options;
  if (!["scd0", "scd1", "scd2"].includes(versioning)) {
    throw invalidDefinition(`Dimension "${name}" has the versioning "${String(versioning)}".`);
  }
  if (key.length === 0) throw invalidDefinition(`Dimension "${name}" has no key.`);
  assertColumns(name, "The key", key, columns);
  for (const column of key) assertKeyColumn(name, column, columnOf(input, column));
  const taken = new Set<string>([...key, ...overwritten, ...(updatedAt ? [updatedAt] : [])]);
  const tracked = options.tracked ?? columns.filter((column) => !taken.has(column));
  assertColumns(name, "tracked and overwritten", [...tracked, ...overwritten], columns);
  if (tracked.some((column) => (key as readonly string[]).includes(column))) {
    throw invalidDefinition(`A key column of "${name}" cannot be tracked: it names the member.`);
  }
  if (versioning !== "scd2") assertNoHistory(name, options);
  if (updatedAt !== undefined) assertInstant(name, updatedAt, columnOf(input, updatedAt));
  const surrogateKey = options.surrogateKey ?? `${name.replace(/^dim_/, "")}_key`;
  const result: Dimension<C, K> = Object.freeze({
    kind: "dimension",
    name,
    input,
    key,
    surrogateKey,
    versioning,
    tracked,
    overwritten,
    updatedAt,
    firstVersionFrom: options.firstVersionFrom ?? "change",
    days: undefined,
  });
  assertDistinct(name, [surrogateKey, ...columns, ...ownColumns(result)]);
  return result;
}

/** The columns a dimension has besides its surrogate key and those of its definition. */
export function ownColumns(dimension: Dimension): readonly string[] {
  if (dimension.days !== undefined) return [];
  const history = dimension.versioning === "scd2" ? [VALID_FROM, VALID_TO, IS_CURRENT] : [];
  return [...history, IS_INFERRED];
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
];

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
